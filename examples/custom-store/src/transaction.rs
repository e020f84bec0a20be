use belgie_domain::{
    Account, Attempt, EmailAddress, Event, Issuer, Session, SessionId, Subject, TokenHash, User,
    UserId,
};
use belgie_ports::{
    AccountWrites, AttemptWrites, BoxFuture, EventWrites, Finds, Run, SessionWrites, StoreError,
    Transaction, UserWrites, Verdict, Work, run_in_place,
};
use redb::{Database, WriteTransaction};

use crate::change;
use crate::error::store_error;
use crate::key::Span;
use crate::record::{
    ACCOUNTS_BY_SUBJECT, ACCOUNTS_OF_USER, SESSIONS_BY_ID, SESSIONS_OF_USER, USERS_BY_EMAIL,
    email_key, hash_key, subject_key, user_key,
};
use crate::tables::Tables as _;

/// Runs the work once, on a thread that may block: each method is done when it is first awaited, so the work never has
/// to wait. While it runs nobody else writes, which makes the transaction serialisable.
pub(crate) fn attempt(database: &Database, work: &Work) -> Result<(), StoreError> {
    let mut tx = RedbTransaction {
        tx: database.begin_write().map_err(store_error)?,
        run: Run::default(),
    };
    let decision = run_in_place(work, &mut tx)?;
    match tx.run.judge(decision) {
        Verdict::Commit => tx.tx.commit().map_err(store_error),
        Verdict::RollBack(answer) => {
            tx.tx.abort().map_err(store_error)?;
            answer
        }
    }
}

/// A transaction that is dropped is rolled back.
struct RedbTransaction {
    tx: WriteTransaction,
    run: Run,
}

impl RedbTransaction {
    fn apply<'t, T: Send + 't>(
        &'t mut self,
        step: impl FnOnce(&WriteTransaction) -> Result<T, StoreError> + Send + 't,
    ) -> BoxFuture<'t, Result<T, StoreError>> {
        Box::pin(async move {
            self.run.check()?;
            let answer = step(&self.tx);
            self.run.note(answer)
        })
    }
}

impl Transaction for RedbTransaction {}

impl Finds for RedbTransaction {
    fn find_user(&mut self, id: UserId) -> BoxFuture<'_, Result<Option<User>, StoreError>> {
        self.apply(move |tx| tx.find(&user_key(id)))
    }

    fn find_user_by_email<'a>(
        &'a mut self,
        email: &'a EmailAddress,
    ) -> BoxFuture<'a, Result<Option<User>, StoreError>> {
        self.apply(|tx| tx.find_by(USERS_BY_EMAIL, &email_key(email)))
    }

    fn find_account<'a>(
        &'a mut self,
        issuer: &'a Issuer,
        subject: &'a Subject,
    ) -> BoxFuture<'a, Result<Option<Account>, StoreError>> {
        self.apply(|tx| tx.find_by(ACCOUNTS_BY_SUBJECT, &subject_key(issuer, subject)))
    }

    fn accounts_of(&mut self, user: UserId) -> BoxFuture<'_, Result<Vec<Account>, StoreError>> {
        let of_user = Span::of(&user_key(user));
        self.apply(move |tx| tx.first(ACCOUNTS_OF_USER, &of_user, usize::MAX))
    }

    fn find_session(
        &mut self,
        id: SessionId,
    ) -> BoxFuture<'_, Result<Option<Session>, StoreError>> {
        self.apply(move |tx| tx.find_by(SESSIONS_BY_ID, id.as_uuid().as_bytes()))
    }
}

impl UserWrites for RedbTransaction {
    fn insert_user<'a>(&'a mut self, user: &'a User) -> BoxFuture<'a, Result<(), StoreError>> {
        self.apply(|tx| change::insert(tx, user))
    }

    fn update_user<'a>(&'a mut self, user: &'a User) -> BoxFuture<'a, Result<bool, StoreError>> {
        self.apply(|tx| change::update(tx, user))
    }

    fn delete_user(&mut self, id: UserId) -> BoxFuture<'_, Result<bool, StoreError>> {
        self.apply(move |tx| change::delete_user(tx, id))
    }
}

impl AccountWrites for RedbTransaction {
    fn insert_account<'a>(
        &'a mut self,
        account: &'a Account,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        self.apply(|tx| change::insert(tx, account))
    }

    fn update_account<'a>(
        &'a mut self,
        account: &'a Account,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        self.apply(|tx| change::update(tx, account))
    }

    fn delete_accounts_of(&mut self, user: UserId) -> BoxFuture<'_, Result<u64, StoreError>> {
        self.apply(move |tx| change::delete_accounts_of(tx, user))
    }
}

impl SessionWrites for RedbTransaction {
    fn insert_session<'a>(
        &'a mut self,
        session: &'a Session,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        self.apply(|tx| change::insert(tx, session))
    }

    fn take_session(
        &mut self,
        token_hash: TokenHash,
    ) -> BoxFuture<'_, Result<Option<Session>, StoreError>> {
        self.apply(move |tx| change::remove(tx, &hash_key(token_hash)))
    }

    fn delete_session(&mut self, id: SessionId) -> BoxFuture<'_, Result<bool, StoreError>> {
        self.apply(move |tx| {
            let found = tx.find_by(SESSIONS_BY_ID, id.as_uuid().as_bytes())?;
            Ok(change::remove_all(tx, found)? > 0)
        })
    }

    fn delete_sessions_of(
        &mut self,
        user: UserId,
        except: Option<SessionId>,
    ) -> BoxFuture<'_, Result<u64, StoreError>> {
        let of_user = Span::of(&user_key(user));
        self.apply(move |tx| {
            let all = tx.first(SESSIONS_OF_USER, &of_user, usize::MAX)?;
            let doomed = all.into_iter().filter(|kept| Some(kept.id) != except);
            change::remove_all(tx, doomed)
        })
    }

    fn trim_sessions_of(
        &mut self,
        user: UserId,
        keep: u32,
    ) -> BoxFuture<'_, Result<u64, StoreError>> {
        self.apply(move |tx| change::trim_sessions_of(tx, user, keep as usize))
    }
}

impl AttemptWrites for RedbTransaction {
    fn insert_attempt<'a>(
        &'a mut self,
        attempt: &'a Attempt,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        self.apply(|tx| change::insert(tx, attempt))
    }

    fn trim_attempts_of(
        &mut self,
        binding_hash: TokenHash,
        keep: u32,
    ) -> BoxFuture<'_, Result<u64, StoreError>> {
        self.apply(move |tx| change::trim_attempts_of(tx, binding_hash, keep as usize))
    }
}

impl EventWrites for RedbTransaction {
    fn insert_event<'a>(&'a mut self, event: &'a Event) -> BoxFuture<'a, Result<(), StoreError>> {
        self.apply(|tx| change::insert(tx, event))
    }
}
