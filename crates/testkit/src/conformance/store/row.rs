//! Putting values into a store.

use std::sync::Arc;

use belgie_domain::{Account, Attempt, Event, Session, User};
use belgie_ports::{Store, StoreError, Transaction};

/// Anything that a transaction can insert.
#[derive(Clone, Debug)]
pub(super) enum Row {
    Account(Account),
    Attempt(Attempt),
    Event(Event),
    Session(Session),
    User(User),
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

from! { Account Attempt Event Session User }

impl Row {
    pub(super) async fn insert(&self, tx: &mut dyn Transaction) -> Result<(), StoreError> {
        match self {
            Self::Account(account) => tx.insert_account(account).await,
            Self::Attempt(attempt) => tx.insert_attempt(attempt).await,
            Self::Event(event) => tx.insert_event(event).await,
            Self::Session(session) => tx.insert_session(session).await,
            Self::User(user) => tx.insert_user(user).await,
        }
    }
}

/// Inserts all in one transaction.
pub(super) async fn try_put(
    store: &dyn Store,
    rows: impl IntoIterator<Item = Row>,
) -> Result<(), StoreError> {
    let rows: Arc<[Row]> = rows.into_iter().collect();
    store
        .transaction(move |tx| {
            let rows = Arc::clone(&rows);
            Box::pin(async move {
                for row in rows.iter() {
                    row.insert(tx).await?;
                }
                Ok(())
            })
        })
        .await
}

/// Inserts all in one transaction, which must be committed.
pub(super) async fn put(store: &dyn Store, rows: impl IntoIterator<Item = Row>) {
    try_put(store, rows).await.expect("the rows are inserted");
}

/// Checks that inserting this changes nothing and says that it conflicts.
pub(super) async fn assert_conflict(store: &dyn Store, row: Row) {
    let answer = try_put(store, [row.clone()]).await;
    assert!(
        matches!(answer, Err(StoreError::Conflict)),
        "{answer:?} for {row:?}"
    );
}

/// Runs one step in a transaction of its own, which must be committed, and returns what the step made.
macro_rules! within {
    ($store:expr, |$tx:ident $(, $kept:ident)*| $step:expr) => {{
        $(let $kept = $kept.clone();)*
        let answer: Result<_, StoreError> = $store
            .transaction(move |$tx| {
                $(let $kept = $kept.clone();)*
                Box::pin(async move { $step.await })
            })
            .await;
        answer.expect("the transaction is committed")
    }};
}

pub(super) use within;
