use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use belgie_ports::StoreError;
use diesel::SqliteConnection;

/// Connections that only read, each lent for one query at a time.
pub(super) struct Readers {
    idle: Mutex<Vec<SqliteConnection>>,
    returned: Condvar,
}

/// A connection on loan; it goes back when this is dropped, also by a panic.
struct Loan<'a> {
    readers: &'a Readers,
    connection: Option<SqliteConnection>,
}

impl Readers {
    /// How long a query may wait for a connection.
    const PATIENCE: Duration = Duration::from_secs(2);

    pub(super) fn new(connections: Vec<SqliteConnection>) -> Self {
        Self {
            idle: Mutex::new(connections),
            returned: Condvar::new(),
        }
    }

    /// Runs one query here and now. It blocks for microseconds, less than moving to another thread costs.
    pub(super) fn read<T>(
        &self,
        query: impl FnOnce(&mut SqliteConnection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut loan = self.lend()?;
        match &mut loan.connection {
            Some(connection) => query(connection),
            None => Err(busy()),
        }
    }

    fn lend(&self) -> Result<Loan<'_>, StoreError> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self
            .returned
            .wait_timeout_while(idle, Self::PATIENCE, |idle| idle.is_empty());
        let (mut idle, _) = waited.unwrap_or_else(PoisonError::into_inner);
        let connection = idle.pop().ok_or_else(busy)?;
        Ok(Loan {
            readers: self,
            connection: Some(connection),
        })
    }
}

impl Drop for Loan<'_> {
    fn drop(&mut self) {
        let idle = self.readers.idle.lock();
        idle.unwrap_or_else(PoisonError::into_inner)
            .extend(self.connection.take());
        self.readers.returned.notify_one();
    }
}

fn busy() -> StoreError {
    StoreError::Unavailable("all connections are in use".into())
}
