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
    /// Whether the session held the lock, of which it holds one fewer now.
    fn pg_advisory_unlock(key: BigInt) -> Bool;
}

/// The turns of transactions that run again: one at a time on this node and, as a rule, one among all nodes.
///
/// Transactions with nothing in common conflict too, where their rows share a page: again and again, if all that lost ran
/// again together. The turn among the nodes is a courtesy that saves them from that. It is waited for a moment only, and not
/// at all for a while after it could not be had, so that a node that is stuck while it has the turn holds up no other.
#[derive(Debug)]
pub(super) struct Reruns {
    node: tokio::sync::Mutex<()>,
    missed: Mutex<Option<Instant>>,
    patience: Duration,
}

impl Reruns {
    /// The turns of a node whose calls may take so long.
    pub(super) fn new(patience: Duration) -> Self {
        Self {
            node: tokio::sync::Mutex::default(),
            missed: Mutex::default(),
            patience,
        }
    }

    /// Waits for the turn on this node, after a few milliseconds so that rivals do not meet again at once.
    pub(super) async fn turn(&self) -> MutexGuard<'_, ()> {
        let random = RandomState::new().hash_one(());
        sleep(Duration::from_micros(500 + random % 7500)).await;
        self.node.lock().await
    }

    /// Begins a transaction for the names of these keys, in its turn among the nodes.
    pub(super) async fn begin(
        &self,
        db: &mut AsyncPgConnection,
        keys: &LockKeys,
    ) -> QueryResult<()> {
        let Some(wait) = self.wait() else {
            return AnsiTransactionManager::begin_transaction_sql(db, &keys.begin()).await;
        };
        AnsiTransactionManager::begin_transaction_sql(db, &keys.begin_in_turn(wait)).await?;
        // The turn is the transaction's now, and no more the session's, if there was one.
        let unlocked = diesel::select(pg_advisory_unlock(LockKeys::turn()));
        if !unlocked.get_result::<bool>(db).await? {
            tracing::debug!("transactions run again without their turn among the nodes");
            *self.missed() = Some(Instant::now());
        }
        Ok(())
    }

    /// How long the turn among the nodes is waited for. The server ends a transaction that is silent for twice the patience.
    fn wait(&self) -> Option<Duration> {
        let missed = *self.missed();
        let is_missed = missed.is_some_and(|missed| missed.elapsed() < self.patience * 2);
        (!is_missed).then_some(self.patience / 4)
    }

    fn missed(&self) -> std::sync::MutexGuard<'_, Option<Instant>> {
        self.missed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
