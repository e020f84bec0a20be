use belgie_domain::{
    Account, Attempt, EmailAddress, Event, Issuer, Session, SessionId, Subject, TokenHash, User,
    UserId,
};
use belgie_ports::{
    AccountWrites, AttemptWrites, BoxFuture, EventWrites, Finds, Run, SessionWrites, StoreError,
    Transaction, UserWrites, Verdict, Work, run_in_place,
};
use diesel::SqliteConnection;
use diesel::result::Error;

use super::{accounts, attempts, events, sessions, users};
use crate::error::store_error;

/// Runs work once, between `BEGIN IMMEDIATE` and `COMMIT`: no other write comes in between.
pub(super) fn attempt(db: &mut SqliteConnection, work: &Work) -> Result<(), StoreError> {
    let committed = db.immediate_transaction(|db| {
        let mut tx = SqliteTransaction {
            db,
            run: Run::default(),
        };
        let decision = run_in_place(work, &mut tx).map_err(|error| Undone(Err(error)))?;
        match tx.run.judge(decision) {
            Verdict::Commit => Ok(()),
            Verdict::RollBack(answer) => Err(Undone(answer)),
        }
    });
    committed.or_else(|Undone(answer)| answer)
}

/// A transaction that was rolled back, and what its caller is answered.
struct Undone(Result<(), StoreError>);

impl From<Error> for Undone {
    fn from(error: Error) -> Self {
        Self(Err(store_error(error)))
    }
}

struct SqliteTransaction<'c> {
    db: &'c mut SqliteConnection,
    run: Run,
}

impl SqliteTransaction<'_> {
    fn apply<'t, T: Send + 't>(
        &'t mut self,
        step: impl FnOnce(&mut SqliteConnection) -> Result<T, StoreError> + Send + 't,
    ) -> BoxFuture<'t, Result<T, StoreError>> {
        Box::pin(async move {
            self.run.check()?;
            let answer = step(self.db);
            self.run.note(answer)
        })
    }
}

impl Transaction for SqliteTransaction<'_> {}

impl Finds for SqliteTransaction<'_> {
    fn find_user(&mut self, id: UserId) -> BoxFuture<'_, Result<Option<User>, StoreError>> {
        self.apply(move |db| users::find(db, id))
    }

    fn find_user_by_email<'a>(
        &'a mut self,
        email: &'a EmailAddress,
    ) -> BoxFuture<'a, Result<Option<User>, StoreError>> {
        self.apply(|db| users::find_by_email(db, email))
    }

    fn find_account<'a>(
        &'a mut self,
        issuer: &'a Issuer,
        subject: &'a Subject,
    ) -> BoxFuture<'a, Result<Option<Account>, StoreError>> {
        self.apply(|db| accounts::find(db, issuer, subject))
    }

    fn accounts_of(&mut self, user: UserId) -> BoxFuture<'_, Result<Vec<Account>, StoreError>> {
        self.apply(move |db| accounts::of_user(db, user))
    }

    fn find_session(
        &mut self,
        id: SessionId,
    ) -> BoxFuture<'_, Result<Option<Session>, StoreError>> {
        self.apply(move |db| sessions::find(db, id))
    }
}

impl UserWrites for SqliteTransaction<'_> {
    fn insert_user<'a>(&'a mut self, user: &'a User) -> BoxFuture<'a, Result<(), StoreError>> {
        self.apply(|db| users::insert(db, user))
    }

    fn update_user<'a>(&'a mut self, user: &'a User) -> BoxFuture<'a, Result<bool, StoreError>> {
        self.apply(|db| users::update(db, user))
    }

    fn delete_user(&mut self, id: UserId) -> BoxFuture<'_, Result<bool, StoreError>> {
        self.apply(move |db| users::delete(db, id))
    }
}

impl AccountWrites for SqliteTransaction<'_> {
    fn insert_account<'a>(
        &'a mut self,
        account: &'a Account,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        self.apply(|db| accounts::insert(db, account))
    }

    fn update_account<'a>(
        &'a mut self,
        account: &'a Account,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        self.apply(|db| accounts::update(db, account))
    }

    fn delete_accounts_of(&mut self, user: UserId) -> BoxFuture<'_, Result<u64, StoreError>> {
        self.apply(move |db| accounts::delete_of_user(db, user))
    }
}

impl SessionWrites for SqliteTransaction<'_> {
    fn insert_session<'a>(
        &'a mut self,
        session: &'a Session,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        self.apply(|db| sessions::insert(db, session))
    }

    fn take_session(
        &mut self,
        token_hash: TokenHash,
    ) -> BoxFuture<'_, Result<Option<Session>, StoreError>> {
        self.apply(move |db| sessions::take(db, token_hash))
    }

    fn delete_session(&mut self, id: SessionId) -> BoxFuture<'_, Result<bool, StoreError>> {
        self.apply(move |db| sessions::delete(db, id))
    }

    fn delete_sessions_of(
        &mut self,
        user: UserId,
        except: Option<SessionId>,
    ) -> BoxFuture<'_, Result<u64, StoreError>> {
        self.apply(move |db| sessions::delete_of_user(db, user, except))
    }

    fn trim_sessions_of(
        &mut self,
        user: UserId,
        keep: u32,
    ) -> BoxFuture<'_, Result<u64, StoreError>> {
        self.apply(move |db| sessions::trim_of_user(db, user, keep))
    }
}

impl AttemptWrites for SqliteTransaction<'_> {
    fn insert_attempt<'a>(
        &'a mut self,
        attempt: &'a Attempt,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        self.apply(|db| attempts::insert(db, attempt))
    }

    fn trim_attempts_of(
        &mut self,
        binding_hash: TokenHash,
        keep: u32,
    ) -> BoxFuture<'_, Result<u64, StoreError>> {
        self.apply(move |db| attempts::trim_of_browser(db, binding_hash, keep))
    }
}

impl EventWrites for SqliteTransaction<'_> {
    fn insert_event<'a>(&'a mut self, event: &'a Event) -> BoxFuture<'a, Result<(), StoreError>> {
        self.apply(|db| events::insert(db, event))
    }
}
