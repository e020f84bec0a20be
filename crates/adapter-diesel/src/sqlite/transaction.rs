use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};

use belgie_ports::{
    BoxFuture, StoreError, Transaction, TransactionEnd, TransactionRun, Work, run_in_place,
};
use diesel::SqliteConnection;
use diesel::connection::{AnsiTransactionManager, TransactionManager as _};
use diesel::result::QueryResult;

use super::hooks::Hooks;
use super::query::Query;
use crate::error::store_error;

/// Where a job stands in the transaction that it is committed with, which excludes all other writers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// It has a transaction of its own, and begins and commits it.
    Alone,
    /// It comes first in a shared transaction, which has already begun. Nothing else was written, so no savepoint is
    /// needed: SQLite would copy each page that is changed.
    First,
    /// It comes after others in a shared transaction, and a savepoint protects what they wrote.
    Later,
}

impl Place {
    fn begin(self, db: &mut SqliteConnection) -> QueryResult<()> {
        match self {
            Self::Alone => begin_immediate(db),
            Self::First => Ok(()),
            Self::Later => AnsiTransactionManager::begin_transaction(db),
        }
    }

    fn commit(self, db: &mut SqliteConnection) -> QueryResult<()> {
        match self {
            Self::First => Ok(()),
            Self::Alone | Self::Later => AnsiTransactionManager::commit_transaction(db),
        }
    }

    /// Undoes what the job has written; what is shared goes on.
    fn roll_back(self, db: &mut SqliteConnection) -> QueryResult<()> {
        match self {
            Self::Alone => roll_back(db, 0),
            Self::First => roll_back(db, 0).and_then(|()| begin_immediate(db)),
            Self::Later => roll_back(db, 1),
        }
    }
}

pub(super) fn begin_immediate(db: &mut SqliteConnection) -> QueryResult<()> {
    AnsiTransactionManager::begin_transaction_sql(db, "BEGIN IMMEDIATE")
}

/// Runs work once, and undoes it if it fails.
pub(super) fn attempt(
    db: &mut SqliteConnection,
    place: Place,
    work: &Work,
    hooks: &Hooks,
) -> Result<(), StoreError> {
    place.begin(db).map_err(store_error)?;
    let tx = SqliteTransaction {
        hooks,
        state: Mutex::new(State {
            db,
            run: TransactionRun::default(),
        }),
    };
    let decision = run_in_place(work, &tx);
    let State { db, run } = tx
        .state
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner);
    let ended = match decision.map(|decision| run.end(decision)) {
        Ok(TransactionEnd::Commit) => match place.commit(db) {
            Ok(()) => return Ok(()),
            Err(error) => Err(store_error(error)),
        },
        Ok(TransactionEnd::RollBack(answer)) => answer,
        Err(error) => Err(error),
    };
    ended.and(place.roll_back(db).map_err(store_error))
}

/// Rolls back until at most `outside` transactions and savepoints are open: a hook that panicked may have left some. If
/// that fails, it rolls back all of them.
pub(super) fn roll_back(db: &mut SqliteConnection, outside: u32) -> QueryResult<()> {
    while depth(db)? > outside {
        if let Err(error) = AnsiTransactionManager::rollback_transaction(db) {
            roll_back(db, 0)?;
            return Err(error);
        }
    }
    Ok(())
}

/// Returns how many transactions and savepoints are open, nested within each other.
fn depth(db: &mut SqliteConnection) -> QueryResult<u32> {
    let depth = AnsiTransactionManager::transaction_manager_status_mut(db).transaction_depth()?;
    Ok(depth.map_or(0, NonZeroU32::get))
}

/// A running transaction: its methods run one by one on the connection and complete immediately.
pub(super) struct SqliteTransaction<'c> {
    pub(super) hooks: &'c Hooks,
    state: Mutex<State<'c>>,
}

struct State<'c> {
    db: &'c mut SqliteConnection,
    run: TransactionRun,
}

impl Transaction for SqliteTransaction<'_> {}

impl SqliteTransaction<'_> {
    /// Runs one operation, unless an earlier one failed.
    pub(super) fn apply<'t, T: Send + 't>(
        &'t self,
        step: impl FnOnce(&mut SqliteConnection) -> Result<T, StoreError> + Send + 't,
    ) -> BoxFuture<'t, Result<T, StoreError>> {
        Box::pin(async move {
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            state.run.check()?;
            let answer = step(state.db);
            state.run.record(answer)
        })
    }
}

impl Query for SqliteTransaction<'_> {
    fn look_up<T: Send + 'static>(
        &self,
        query: impl FnOnce(&mut SqliteConnection) -> Result<T, StoreError> + Send + 'static,
    ) -> BoxFuture<'_, Result<T, StoreError>> {
        self.apply(query)
    }

    fn list<T: Send + 'static>(
        &self,
        query: impl FnOnce(&mut SqliteConnection) -> Result<T, StoreError> + Send + 'static,
    ) -> BoxFuture<'_, Result<T, StoreError>> {
        self.apply(query)
    }
}
