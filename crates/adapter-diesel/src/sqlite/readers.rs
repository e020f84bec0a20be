use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use belgie_ports::StoreError;
use diesel::SqliteConnection;

/// Read-only connections, each leased for one query at a time.
pub(super) struct Readers {
    pool: Mutex<Pool>,
    returned: Condvar,
}

struct Pool {
    /// `None` while a connection is leased.
    connections: Vec<Option<SqliteConnection>>,
    /// The number of threads waiting for a connection; a notification without any would still cost a system call.
    waiting: usize,
}

thread_local! {
    /// The index of the connection that this thread takes if it is idle: the connection's memory then tends to stay in
    /// the cache of one processor.
    static PREFERRED: usize = {
        static THREADS: AtomicUsize = AtomicUsize::new(0);
        THREADS.fetch_add(1, Ordering::Relaxed)
    };
}

impl Pool {
    /// Returns the index of an idle connection, the current thread's own if possible.
    fn idle(&self) -> Option<usize> {
        let count = self.connections.len();
        let preferred = PREFERRED.with(|index| *index);
        (0..count)
            .map(|offset| (preferred + offset) % count)
            .find(|index| self.connections[*index].is_some())
    }
}

/// A leased connection, given back on drop, even after a panic.
struct Lease<'a> {
    readers: &'a Readers,
    index: usize,
    connection: Option<SqliteConnection>,
}

impl Readers {
    /// How long a query may wait for a connection.
    const WAIT_LIMIT: Duration = Duration::from_secs(2);

    pub(super) fn new(connections: Vec<SqliteConnection>) -> Self {
        Self {
            pool: Mutex::new(Pool {
                connections: connections.into_iter().map(Some).collect(),
                waiting: 0,
            }),
            returned: Condvar::new(),
        }
    }

    /// Runs one query on the current thread. It blocks for microseconds, less than moving to another thread costs.
    pub(super) fn read<T>(
        &self,
        query: impl FnOnce(&mut SqliteConnection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut loan = self.lease()?;
        match &mut loan.connection {
            Some(connection) => query(connection),
            None => Err(busy()),
        }
    }

    fn lease(&self) -> Result<Lease<'_>, StoreError> {
        let mut pool = self.pool();
        if pool.idle().is_none() {
            pool.waiting += 1;
            let none = |pool: &mut Pool| pool.idle().is_none();
            let waited = self
                .returned
                .wait_timeout_while(pool, Self::WAIT_LIMIT, none);
            (pool, _) = waited.unwrap_or_else(PoisonError::into_inner);
            pool.waiting -= 1;
        }
        let index = pool.idle().ok_or_else(busy)?;
        Ok(Lease {
            readers: self,
            index,
            connection: pool.connections[index].take(),
        })
    }

    fn pool(&self) -> MutexGuard<'_, Pool> {
        self.pool.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Lease<'_> {
    fn drop(&mut self) {
        let mut pool = self.readers.pool();
        pool.connections[self.index] = self.connection.take();
        let another_waits = pool.waiting > 0;
        drop(pool);
        if another_waits {
            self.readers.returned.notify_one();
        }
    }
}

fn busy() -> StoreError {
    StoreError::Unavailable("all connections are in use".into())
}
