use std::sync::Arc;

use belgie_domain::{
    Account, Attempt, EmailAddress, Event, Issuer, Session, SessionId, Subject, TokenHash, User,
    UserId,
};
use belgie_ports::{
    AccountWrites, AttemptWrites, BoxFuture, EventWrites, Finds, Run, SessionWrites, StoreError,
    Transaction, UserWrites, Verdict, Work,
};
use diesel_async::{
    AnsiTransactionManager, AsyncPgConnection, SimpleAsyncConnection as _, TransactionManager as _,
};

use super::{accounts, attempts, events, sessions, users};
use crate::error::store_error;

/// Whether work runs for the first time, or once more after a conflict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// Beside others.
    First,
    /// Alone: no other transaction on any node, so that there is nothing to conflict with.
    Again,
}

impl Turn {
    /// A transaction reads what is committed when it has its lock, not before (PostgreSQL, LOCK). Single statements and
    /// other programs wait for neither lock, but for writes of attempts.
    fn begin(self) -> &'static str {
        match self {
            Self::First => {
                "BEGIN ISOLATION LEVEL SERIALIZABLE; LOCK TABLE belgie_attempts IN ROW SHARE MODE"
            }
            Self::Again => {
                "BEGIN ISOLATION LEVEL SERIALIZABLE; LOCK TABLE belgie_attempts IN EXCLUSIVE MODE"
            }
        }
    }
}

/// Runs work once, in a serialisable transaction.
pub(super) fn attempt(
    db: &mut AsyncPgConnection,
    work: Arc<Work>,
    turn: Turn,
) -> BoxFuture<'_, Result<(), StoreError>> {
    Box::pin(async move {
        let begun = AnsiTransactionManager::begin_transaction_sql(db, turn.begin()).await;
        if let Err(error) = begun {
            // It may be the second of the two statements that failed.
            db.batch_execute("ROLLBACK").await.map_err(store_error)?;
            return Err(store_error(error));
        }
        let mut tx = PgTransaction {
            db,
            run: Run::default(),
        };
        let decision = work(&mut tx).await;
        let PgTransaction { db, run } = tx;
        match run.judge(decision) {
            Verdict::Commit => AnsiTransactionManager::commit_transaction(db)
                .await
                .map_err(store_error),
            Verdict::RollBack(answer) => {
                AnsiTransactionManager::rollback_transaction(db)
                    .await
                    .map_err(store_error)?;
                answer
            }
        }
    })
}

struct PgTransaction<'c> {
    db: &'c mut AsyncPgConnection,
    run: Run,
}

impl PgTransaction<'_> {
    fn apply<'t, T: Send + 't>(
        &'t mut self,
        step: impl FnOnce(&'t mut AsyncPgConnection) -> BoxFuture<'t, Result<T, StoreError>> + Send + 't,
    ) -> BoxFuture<'t, Result<T, StoreError>> {
        Box::pin(async move {
            self.run.check()?;
            let answer = step(self.db).await;
            self.run.note(answer)
        })
    }
}

impl Transaction for PgTransaction<'_> {}

impl Finds for PgTransaction<'_> {
    fn find_user(&mut self, id: UserId) -> BoxFuture<'_, Result<Option<User>, StoreError>> {
        self.apply(move |db| Box::pin(users::find(db, id)))
    }

    fn find_user_by_email<'a>(
        &'a mut self,
        email: &'a EmailAddress,
    ) -> BoxFuture<'a, Result<Option<User>, StoreError>> {
        self.apply(move |db| Box::pin(users::find_by_email(db, email)))
    }

    fn find_account<'a>(
        &'a mut self,
        issuer: &'a Issuer,
        subject: &'a Subject,
    ) -> BoxFuture<'a, Result<Option<Account>, StoreError>> {
        self.apply(move |db| Box::pin(accounts::find(db, issuer, subject)))
    }

    fn accounts_of(&mut self, user: UserId) -> BoxFuture<'_, Result<Vec<Account>, StoreError>> {
        self.apply(move |db| Box::pin(accounts::of_user(db, user)))
    }

    fn find_session(
        &mut self,
        id: SessionId,
    ) -> BoxFuture<'_, Result<Option<Session>, StoreError>> {
        self.apply(move |db| Box::pin(sessions::find(db, id)))
    }
}

impl UserWrites for PgTransaction<'_> {
    fn insert_user<'a>(&'a mut self, user: &'a User) -> BoxFuture<'a, Result<(), StoreError>> {
        self.apply(move |db| Box::pin(users::insert(db, user)))
    }

    fn update_user<'a>(&'a mut self, user: &'a User) -> BoxFuture<'a, Result<bool, StoreError>> {
        self.apply(move |db| Box::pin(users::update(db, user)))
    }

    fn delete_user(&mut self, id: UserId) -> BoxFuture<'_, Result<bool, StoreError>> {
        self.apply(move |db| Box::pin(users::delete(db, id)))
    }
}

impl AccountWrites for PgTransaction<'_> {
    fn insert_account<'a>(
        &'a mut self,
        account: &'a Account,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        self.apply(move |db| Box::pin(accounts::insert(db, account)))
    }

    fn update_account<'a>(
        &'a mut self,
        account: &'a Account,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        self.apply(move |db| Box::pin(accounts::update(db, account)))
    }

    fn delete_accounts_of(&mut self, user: UserId) -> BoxFuture<'_, Result<u64, StoreError>> {
        self.apply(move |db| Box::pin(accounts::delete_of_user(db, user)))
    }
}

impl SessionWrites for PgTransaction<'_> {
    fn insert_session<'a>(
        &'a mut self,
        session: &'a Session,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        self.apply(move |db| Box::pin(sessions::insert(db, session)))
    }

    fn take_session(
        &mut self,
        token_hash: TokenHash,
    ) -> BoxFuture<'_, Result<Option<Session>, StoreError>> {
        self.apply(move |db| Box::pin(sessions::take(db, token_hash)))
    }

    fn delete_session(&mut self, id: SessionId) -> BoxFuture<'_, Result<bool, StoreError>> {
        self.apply(move |db| Box::pin(sessions::delete(db, id)))
    }

    fn delete_sessions_of(
        &mut self,
        user: UserId,
        except: Option<SessionId>,
    ) -> BoxFuture<'_, Result<u64, StoreError>> {
        self.apply(move |db| Box::pin(sessions::delete_of_user(db, user, except)))
    }

    fn trim_sessions_of(
        &mut self,
        user: UserId,
        keep: u32,
    ) -> BoxFuture<'_, Result<u64, StoreError>> {
        self.apply(move |db| Box::pin(sessions::trim_of_user(db, user, keep)))
    }
}

impl AttemptWrites for PgTransaction<'_> {
    fn insert_attempt<'a>(
        &'a mut self,
        attempt: &'a Attempt,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        self.apply(move |db| Box::pin(attempts::insert(db, attempt)))
    }

    fn trim_attempts_of(
        &mut self,
        binding_hash: TokenHash,
        keep: u32,
    ) -> BoxFuture<'_, Result<u64, StoreError>> {
        self.apply(move |db| Box::pin(attempts::trim_of_browser(db, binding_hash, keep)))
    }
}

impl EventWrites for PgTransaction<'_> {
    fn insert_event<'a>(&'a mut self, event: &'a Event) -> BoxFuture<'a, Result<(), StoreError>> {
        self.apply(move |db| Box::pin(events::insert(db, event)))
    }
}
