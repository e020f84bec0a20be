use std::hash::{BuildHasher as _, RandomState};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use diesel::sql_types::BigInt;
use diesel::{QueryResult, define_sql_function};
use diesel_async::{AnsiTransactionManager, AsyncPgConnection, RunQueryDsl as _};
use tokio::sync::MutexGuard;
use tokio::time::{Instant, sleep};

use super::contention::LockKeys;

define_sql_function! {
    /// Releases a session lock once. Returns whether the session held it.
    fn pg_advisory_unlock(key: BigInt) -> Bool;
}

/// Lets transactions run again in turn: one at a time on this node and, as a rule, one at a time across all nodes.
///
/// Even unrelated transactions conflict if their rows share a page, and would do so again and again if all that failed
/// ran again at the same time. The turn across nodes only avoids such repeated conflicts; correctness does not depend
/// on it. A transaction waits only briefly for it, and after a failure to obtain it, this node does without it for a
/// while, so that a node that is stuck with the turn does not hold up the others.
#[derive(Debug)]
pub(super) struct Reruns {
    node: tokio::sync::Mutex<()>,
    missed: Mutex<Option<Instant>>,
    patience: Duration,
}

impl Reruns {
    /// Creates the turns of a node whose calls may take this long.
    pub(super) fn new(patience: Duration) -> Self {
        Self {
            node: tokio::sync::Mutex::default(),
            missed: Mutex::default(),
            patience,
        }
    }

    /// Waits for the turn on this node, after a random delay of a few milliseconds so that rivals do not conflict again
    /// at once.
    pub(super) async fn turn(&self) -> MutexGuard<'_, ()> {
        let random = RandomState::new().hash_one(());
        sleep(Duration::from_micros(500 + random % 7500)).await;
        self.node.lock().await
    }

    /// Begins a transaction that holds these keys, in its turn across the nodes if possible.
    pub(super) async fn begin(
        &self,
        db: &mut AsyncPgConnection,
        keys: &LockKeys,
    ) -> QueryResult<()> {
        let Some(wait) = self.wait() else {
            return AnsiTransactionManager::begin_transaction_sql(db, &keys.begin()).await;
        };
        AnsiTransactionManager::begin_transaction_sql(db, &keys.begin_in_turn(wait)).await?;
        // The transaction now holds the lock itself, so the session releases its own, if it obtained one.
        let unlocked = diesel::select(pg_advisory_unlock(LockKeys::turn()));
        if !unlocked.get_result::<bool>(db).await? {
            tracing::debug!(
                "transactions run again without waiting for their turn across the nodes"
            );
            *self.missed() = Some(Instant::now());
        }
        Ok(())
    }

    /// Returns how long to wait for the turn across the nodes; `None` for a while after it could not be obtained. That
    /// while is twice the patience, since the server ends a transaction that is idle for so long.
    fn wait(&self) -> Option<Duration> {
        let missed = *self.missed();
        let is_missed = missed.is_some_and(|missed| missed.elapsed() < self.patience * 2);
        (!is_missed).then_some(self.patience / 4)
    }

    fn missed(&self) -> std::sync::MutexGuard<'_, Option<Instant>> {
        self.missed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
