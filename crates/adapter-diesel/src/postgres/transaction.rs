use std::sync::Arc;

use belgie_ports::{BoxFuture, Run, StoreError, Transaction, Verdict, Work};
use diesel_async::{AnsiTransactionManager, AsyncPgConnection, TransactionManager as _};
use tokio::sync::Mutex;

use super::ask::{Ask, Within};
use super::contention::{BEGIN, Keys};
use super::hooks::Hooks;
use crate::error::store_error;

/// Whether work runs beside others, or protected from those that run again.
#[derive(Clone, Debug)]
pub(super) enum RunKind {
    /// Beside all others.
    Free,
    /// Holding the locks of what it contends for.
    Locked(Keys),
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
                run: Run::default(),
            }),
        };
        let decision = work(&tx).await;
        let State { db, run } = tx.state.into_inner();
        match run.judge(decision) {
            Verdict::Commit => AnsiTransactionManager::commit_transaction(db)
                .await
                .map_err(store_error),
            Verdict::RollBack(answer) => roll_back(db).await.and(answer),
        }
    })
}

/// A connection on which this fails may hold locks of its session: it counts as unavailable, and so is closed.
async fn begin(db: &mut AsyncPgConnection, kind: &RunKind) -> Result<(), StoreError> {
    let begun = match kind {
        RunKind::Free => AnsiTransactionManager::begin_transaction_sql(db, BEGIN).await,
        RunKind::Locked(keys) => {
            AnsiTransactionManager::begin_transaction_sql(db, &keys.begin()).await
        }
    };
    begun.map_err(|error| StoreError::Unavailable(error.into()))
}

/// Rolls back, savepoints included that a hook has left open.
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

/// A transaction under way: its methods take their turns on the connection.
pub(super) struct PgTransaction<'d> {
    pub(super) hooks: Hooks,
    state: Mutex<State<'d>>,
}

struct State<'d> {
    db: &'d mut AsyncPgConnection,
    run: Run,
}

impl Transaction for PgTransaction<'_> {}

impl Ask for PgTransaction<'_> {
    /// Runs one statement, unless an earlier one failed.
    fn ask<'a, T: Send + 'a>(
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
            state.run.note(answer)
        })
    }
}
