//! Inserting values into a store.

use belgie_domain::{
    Account, Attempt, Event, IssuedCode, MailedToken, OutboxItem, SealedTokens, Session, User,
    UserPassword,
};
use belgie_ports::{BoxFuture, Contention, Store, StoreError, StoreExt as _, Transaction};

/// Any value that a transaction can insert.
#[derive(Clone, Debug)]
pub(super) enum Row {
    Account(Account),
    Event(Event),
    IssuedCode(IssuedCode),
    MailedToken(MailedToken),
    OutboxItem(OutboxItem),
    SealedTokens(SealedTokens),
    Session(Session),
    User(User),
    UserPassword(UserPassword),
}

macro_rules! from {
    ($($name:ident)+) => {
        $(impl From<&$name> for Row {
            fn from(value: &$name) -> Self {
                Self::$name(value.clone())
            }
        })+
    };
}

from! { Account Event IssuedCode MailedToken OutboxItem SealedTokens Session User UserPassword }

impl Row {
    async fn insert(&self, tx: &dyn Transaction) -> Result<(), StoreError> {
        match self {
            Self::Account(account) => tx.insert_account(account).await,
            Self::Event(event) => tx.insert_event(event).await,
            Self::IssuedCode(code) => tx.insert_code(code).await,
            Self::MailedToken(token) => tx.put_mailed_token(token).await,
            Self::OutboxItem(item) => tx.insert_outbox_item(item).await,
            Self::SealedTokens(tokens) => tx.save_tokens(tokens).await,
            Self::Session(session) => tx.insert_session(session).await,
            Self::User(user) => tx.insert_user(user).await,
            Self::UserPassword(password) => tx.save_password(password).await,
        }
    }
}

/// Inserts all rows in one transaction.
pub(super) async fn try_put(
    store: &dyn Store,
    rows: impl IntoIterator<Item = Row>,
) -> Result<(), StoreError> {
    let rows: Vec<Row> = rows.into_iter().collect();
    let transaction = store.transaction(Contention::none(), rows, |rows, tx| {
        Box::pin(async move {
            for row in rows {
                row.insert(tx).await?;
            }
            Ok(())
        })
    });
    transaction.await
}

/// Inserts all rows in one transaction, which must be committed.
pub(super) async fn put(store: &dyn Store, rows: impl IntoIterator<Item = Row>) {
    try_put(store, rows).await.expect("the rows are inserted");
}

/// Checks that inserting this row changes nothing and returns a conflict.
pub(super) async fn assert_conflict(store: &dyn Store, row: Row) {
    let answer = try_put(store, [row.clone()]).await;
    assert!(
        matches!(answer, Err(StoreError::Conflict)),
        "{answer:?} for {row:?}"
    );
}

/// Inserts attempts, each by a statement of its own.
pub(super) async fn begin(store: &dyn Store, attempts: impl IntoIterator<Item = Attempt>) {
    for attempt in attempts {
        let begun = store.insert_attempt(&attempt, u32::MAX).await;
        begun.expect("the attempt is inserted");
    }
}

/// Runs one step in its own transaction, which must be committed, and returns the result.
pub(super) async fn within<S, T, F>(store: &dyn Store, state: S, step: F) -> T
where
    S: Send + Sync + 'static,
    T: Send + 'static,
    F: for<'t> Fn(&'t S, &'t dyn Transaction) -> BoxFuture<'t, Result<T, StoreError>>
        + Send
        + Sync
        + 'static,
{
    let answer = store.transaction(Contention::none(), state, step).await;
    answer.expect("the transaction is committed")
}
