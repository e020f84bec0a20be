use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use belgie_ports::{BoxFuture, StoreError};
use diesel::ConnectionResult;
use diesel_async::AsyncPgConnection;
use tokio::runtime::Handle;
use tokio::time::{Instant, timeout_at};

use super::connection::Connector;
use crate::error::unavailable;

/// Connections that look-ups share. Queries are sent without waiting for the responses to earlier ones (pipelining), so
/// under load one system call carries several, and no look-up waits for a free connection.
pub(super) struct LookUps {
    connections: Vec<SharedConnection>,
    connector: Connector,
    runtime: Handle,
    patience: Duration,
}

/// A connection that is opened when it is needed, and again after it was lost.
#[derive(Default)]
struct SharedConnection {
    current: Mutex<Option<Arc<AsyncPgConnection>>>,
    /// Held while the connection is being opened, so that this happens once.
    opening: tokio::sync::Mutex<()>,
    look_ups: AtomicUsize,
}

/// How many look-ups share a connection before the next connection is used.
const CROWD: usize = 16;

impl LookUps {
    /// Shares up to this many connections, whose drivers run on this runtime.
    pub(super) fn new(
        connections: usize,
        connector: Connector,
        runtime: Handle,
        patience: Duration,
    ) -> Self {
        let connections = (0..connections).map(|_| SharedConnection::default());
        Self {
            connections: connections.collect(),
            connector,
            runtime,
            patience,
        }
    }

    /// Runs a look-up within the time limit. It is repeated once if the connection was lost, for example because the
    /// server has restarted since the last look-up.
    pub(super) async fn run<T>(
        &self,
        look_up: impl for<'c> Fn(&'c AsyncPgConnection) -> BoxFuture<'c, Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        let deadline = Instant::now() + self.patience;
        let shared = self.least_crowded()?;
        let _counted = Counted::new(&shared.look_ups);
        let answer = self.attempt(shared, deadline, &look_up).await;
        match answer {
            Err(StoreError::Unavailable(_)) if Instant::now() < deadline => {
                self.attempt(shared, deadline, &look_up).await
            }
            answer => answer,
        }
    }

    async fn attempt<T>(
        &self,
        shared: &SharedConnection,
        deadline: Instant,
        look_up: &impl for<'c> Fn(&'c AsyncPgConnection) -> BoxFuture<'c, Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        let connection = timeout_at(deadline, self.connection(shared)).await;
        let connection = connection.map_err(unavailable)?.map_err(unavailable)?;
        let answer = timeout_at(deadline, look_up(&connection)).await;
        let answer = answer.unwrap_or_else(|elapsed| Err(unavailable(elapsed)));
        if matches!(answer, Err(StoreError::Unavailable(_))) {
            shared.discard(&connection);
        }
        answer
    }

    async fn connection(
        &self,
        shared: &SharedConnection,
    ) -> ConnectionResult<Arc<AsyncPgConnection>> {
        if let Some(connection) = shared.current().clone() {
            return Ok(connection);
        }
        let _opening = shared.opening.lock().await;
        if let Some(connection) = shared.current().clone() {
            return Ok(connection);
        }
        let connection = Arc::new(self.connector.connect_on(&self.runtime).await?);
        *shared.current() = Some(Arc::clone(&connection));
        Ok(connection)
    }

    fn least_crowded(&self) -> Result<&SharedConnection, StoreError> {
        let crowds = |shared: &&SharedConnection| shared.look_ups.load(Ordering::Relaxed) / CROWD;
        let least = self.connections.iter().min_by_key(crowds);
        least.ok_or_else(|| unavailable("no connection"))
    }
}

impl SharedConnection {
    fn current(&self) -> MutexGuard<'_, Option<Arc<AsyncPgConnection>>> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes the next look-up open another connection. Look-ups that still use this one keep it.
    fn discard(&self, lost: &Arc<AsyncPgConnection>) {
        let mut current = self.current();
        if current
            .as_ref()
            .is_some_and(|current| Arc::ptr_eq(current, lost))
        {
            *current = None;
        }
    }
}

/// Counts a look-up for as long as it lives.
struct Counted<'a>(&'a AtomicUsize);

impl<'a> Counted<'a> {
    fn new(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
