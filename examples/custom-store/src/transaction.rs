use std::sync::{Mutex, PoisonError};

use belgie_domain::{
    Account, AccountId, Event, IssuedCode, OutboxItem, PendingSignIn, Session, SessionId,
    TokenHash, User, UserId,
};
use belgie_ports::{
    AccountWrites, BoxFuture, CodeWrites, EventWrites, OutboxWrites, PendingSignInWrites,
    SessionWrites, StoreError, Transaction, TransactionEnd, TransactionRun, UserWrites, Work,
    run_in_place,
};
use redb::{Database, WriteTransaction};

use crate::change;
use crate::error::store_error;
use crate::key::Span;
use crate::record::{
    CODES_OF_USER, OUTBOX_ABOUT, SESSIONS_BY_ID, SESSIONS_OF_USER, hash_key, topic_key, user_key,
};
use crate::tables::Tables as _;

/// Runs the work once, on a blocking thread: each method completes when it is first polled. Nothing else writes at the
/// same time, which makes the transaction serialisable.
pub(crate) fn attempt(database: &Database, work: &Work) -> Result<(), StoreError> {
    let tx = database.begin_write().map_err(store_error)?;
    let run = TransactionRun::default();
    let transaction = RedbTransaction(Mutex::new(Steps { tx, run }));
    let decision = run_in_place(work, &transaction)?;
    let steps = transaction.0.into_inner();
    let Steps { tx, run } = steps.unwrap_or_else(PoisonError::into_inner);
    match run.end(decision) {
        TransactionEnd::Commit => tx.commit().map_err(store_error),
        TransactionEnd::RollBack(answer) => {
            tx.abort().map_err(store_error)?;
            answer
        }
    }
}

/// A transaction; dropping it rolls it back.
pub(crate) struct RedbTransaction(Mutex<Steps>);

struct Steps {
    tx: WriteTransaction,
    run: TransactionRun,
}

impl RedbTransaction {
    /// Reads the transaction's own state.
    pub(crate) fn read<'t, T: Send + 't>(
        &'t self,
        look_up: impl FnOnce(&WriteTransaction) -> Result<T, StoreError> + Send + 't,
    ) -> BoxFuture<'t, Result<T, StoreError>> {
        self.change(look_up)
    }

    /// Makes one change.
    pub(crate) fn change<'t, T: Send + 't>(
        &'t self,
        step: impl FnOnce(&WriteTransaction) -> Result<T, StoreError> + Send + 't,
    ) -> BoxFuture<'t, Result<T, StoreError>> {
        Box::pin(async move {
            let mut steps = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            steps.run.check()?;
            let answer = step(&steps.tx);
            steps.run.record(answer)
        })
    }
}

impl Transaction for RedbTransaction {}

impl UserWrites for RedbTransaction {
    fn insert_user<'a>(&'a self, user: &'a User) -> BoxFuture<'a, Result<(), StoreError>> {
        self.change(|tx| change::insert(tx, user))
    }

    fn update_user<'a>(&'a self, user: &'a User) -> BoxFuture<'a, Result<bool, StoreError>> {
        self.change(|tx| change::update(tx, user))
    }

    fn delete_user(&self, id: UserId) -> BoxFuture<'_, Result<bool, StoreError>> {
        self.change(move |tx| change::delete_user(tx, id))
    }

    fn delete_credentials_of(&self, user: UserId) -> BoxFuture<'_, Result<(), StoreError>> {
        self.change(move |tx| change::delete_credentials_of(tx, user))
    }
}

impl AccountWrites for RedbTransaction {
    fn insert_account<'a>(&'a self, account: &'a Account) -> BoxFuture<'a, Result<(), StoreError>> {
        self.change(|tx| change::insert(tx, account))
    }

    fn update_account<'a>(
        &'a self,
        account: &'a Account,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        self.change(|tx| change::update(tx, account))
    }

    fn delete_account(&self, id: AccountId) -> BoxFuture<'_, Result<bool, StoreError>> {
        self.change(move |tx| change::delete_account(tx, id))
    }
}

impl CodeWrites for RedbTransaction {
    fn insert_code<'a>(&'a self, code: &'a IssuedCode) -> BoxFuture<'a, Result<(), StoreError>> {
        self.change(|tx| change::insert(tx, code))
    }
}

impl SessionWrites for RedbTransaction {
    fn insert_session<'a>(&'a self, session: &'a Session) -> BoxFuture<'a, Result<(), StoreError>> {
        self.change(|tx| change::insert(tx, session))
    }

    fn consume_session(
        &self,
        token_hash: TokenHash,
    ) -> BoxFuture<'_, Result<Option<Session>, StoreError>> {
        self.change(move |tx| change::remove(tx, &hash_key(token_hash)))
    }

    fn delete_session(&self, id: SessionId) -> BoxFuture<'_, Result<bool, StoreError>> {
        self.change(move |tx| {
            let found = tx.find_by(SESSIONS_BY_ID, id.as_uuid().as_bytes())?;
            Ok(change::remove_all(tx, found)? > 0)
        })
    }

    fn delete_sessions_of(
        &self,
        user: UserId,
        except: Option<SessionId>,
    ) -> BoxFuture<'_, Result<u64, StoreError>> {
        let of_user = Span::of(&user_key(user));
        self.change(move |tx| {
            let codes: Vec<IssuedCode> = tx.first(CODES_OF_USER, &of_user, usize::MAX)?;
            change::remove_all(tx, codes)?;
            let all = tx.first(SESSIONS_OF_USER, &of_user, usize::MAX)?;
            let doomed = all.into_iter().filter(|kept| Some(kept.id) != except);
            change::remove_all(tx, doomed)
        })
    }

    fn trim_sessions_of(&self, user: UserId, keep: u32) -> BoxFuture<'_, Result<u64, StoreError>> {
        self.change(move |tx| change::trim_sessions_of(tx, user, keep as usize))
    }
}

impl EventWrites for RedbTransaction {
    fn insert_event<'a>(&'a self, event: &'a Event) -> BoxFuture<'a, Result<(), StoreError>> {
        self.change(|tx| change::insert(tx, event))
    }
}

impl OutboxWrites for RedbTransaction {
    fn insert_outbox_item<'a>(
        &'a self,
        item: &'a OutboxItem,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        self.change(|tx| change::insert(tx, item))
    }

    fn delete_outbox_items_about<'a>(
        &'a self,
        about: &'a str,
    ) -> BoxFuture<'a, Result<u64, StoreError>> {
        let about = Span::of(&topic_key(about));
        self.change(move |tx| {
            let items = tx.first(OUTBOX_ABOUT, &about, usize::MAX)?;
            change::remove_all(tx, items)
        })
    }
}

impl PendingSignInWrites for RedbTransaction {
    fn consume_pending_sign_in(
        &self,
        binding_hash: TokenHash,
        holder: UserId,
    ) -> BoxFuture<'_, Result<Option<PendingSignIn>, StoreError>> {
        self.change(move |tx| change::consume_pending_sign_in(tx, binding_hash, holder))
    }
}
