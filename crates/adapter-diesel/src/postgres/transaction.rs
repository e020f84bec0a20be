use std::sync::Arc;

use belgie_ports::{BoxFuture, StoreError, Transaction, TransactionEnd, TransactionRun, Work};
use diesel_async::{AnsiTransactionManager, AsyncPgConnection, TransactionManager as _};
use tokio::sync::Mutex;

use super::contention::{BEGIN, LockKeys};
use super::hooks::Hooks;
use super::query::{Query, Within};
use super::rerun::Reruns;
use crate::error::store_error;

/// How a run is protected from concurrent transactions.
#[derive(Clone, Debug)]
pub(super) enum RunKind {
    /// Not at all.
    Free,
    /// By holding the locks of its names.
    Locked(LockKeys),
    /// The same, in its turn among those that run again.
    Again(LockKeys, Arc<Reruns>),
}

/// Runs work once, in a serialisable transaction.
pub(super) fn attempt(
    db: &mut AsyncPgConnection,
    work: Arc<Work>,
    kind: RunKind,
    hooks: Hooks,
) -> BoxFuture<'_, Result<(), StoreError>> {
    Box::pin(async move {
        begin(db, &kind).await?;
        let tx = PgTransaction {
            hooks,
            state: Mutex::new(State {
                db,
                run: TransactionRun::default(),
            }),
        };
        let decision = work(&tx).await;
        let State { db, run } = tx.state.into_inner();
        match run.end(decision) {
            TransactionEnd::Commit => AnsiTransactionManager::commit_transaction(db)
                .await
                .map_err(store_error),
            TransactionEnd::RollBack(answer) => roll_back(db).await.and(answer),
        }
    })
}

/// If this fails, the connection may hold session locks: the error counts as unavailable, so that the connection is
/// closed.
async fn begin(db: &mut AsyncPgConnection, kind: &RunKind) -> Result<(), StoreError> {
    let begun = match kind {
        RunKind::Free => AnsiTransactionManager::begin_transaction_sql(db, BEGIN).await,
        RunKind::Locked(keys) => {
            AnsiTransactionManager::begin_transaction_sql(db, &keys.begin()).await
        }
        RunKind::Again(keys, reruns) => reruns.begin(db, keys).await,
    };
    begun.map_err(|error| StoreError::Unavailable(error.into()))
}

/// Rolls back, including savepoints that a hook has left open.
async fn roll_back(db: &mut AsyncPgConnection) -> Result<(), StoreError> {
    loop {
        let status = AnsiTransactionManager::transaction_manager_status_mut(db);
        if status.transaction_depth().map_err(store_error)?.is_none() {
            return Ok(());
        }
        AnsiTransactionManager::rollback_transaction(db)
            .await
            .map_err(store_error)?;
    }
}

/// A running transaction: its methods take turns on the connection.
pub(super) struct PgTransaction<'d> {
    pub(super) hooks: Hooks,
    state: Mutex<State<'d>>,
}

struct State<'d> {
    db: &'d mut AsyncPgConnection,
    run: TransactionRun,
}

impl Transaction for PgTransaction<'_> {}

impl Query for PgTransaction<'_> {
    /// Runs one statement, unless an earlier one failed.
    fn query<'a, T: Send + 'a>(
        &'a self,
        statement: impl for<'c> FnOnce(
            &'c mut AsyncPgConnection,
            Within<'c, 'a>,
        ) -> BoxFuture<'c, Result<T, StoreError>>
        + Send
        + 'a,
    ) -> BoxFuture<'a, Result<T, StoreError>> {
        Box::pin(async move {
            let mut state = self.state.lock().await;
            state.run.check()?;
            let answer = statement(state.db, Within::default()).await;
            state.run.record(answer)
        })
    }
}
