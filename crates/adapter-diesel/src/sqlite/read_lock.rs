use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use diesel::prelude::*;
use diesel::sql_types::BigInt;

/// Holds the process's read lock on the write-ahead log while reads are frequent, so that each read need not take it.
///
/// SQLite locks the log for each read, and unlocks it when the process has no other reader: two system calls, for one
/// thread at a time. While one connection keeps a read transaction open, the others need neither. Meanwhile, no process
/// can empty the log, so these transactions are short and followed by pauses, which are longer after a write. While
/// reads are rare, there are no such transactions. Readers never use this connection, so each sees the newest data.
pub(super) struct ReadLock {
    state: Arc<State>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct State {
    /// The number of reads so far; wraps around.
    reads: AtomicU32,
    /// Whether the lock is held, or about to be.
    is_active: AtomicBool,
    is_closed: AtomicBool,
}

/// Reads are frequent if at least this many happen during one transaction.
const FREQUENT: u32 = 128;
const TRANSACTION: Duration = Duration::from_millis(20);
const PAUSE: Duration = Duration::from_millis(1);
/// The pause after a write.
const PAUSE_OF_WRITES: Duration = Duration::from_millis(20);

impl ReadLock {
    /// Starts a thread that holds the lock through this connection.
    pub(super) fn start(connection: SqliteConnection) -> io::Result<Self> {
        let state = Arc::new(State::default());
        let shared = Arc::clone(&state);
        let thread = thread::Builder::new()
            .name("belgie-sqlite-lock".to_owned())
            .spawn(move || shared.run(connection))?;
        Ok(Self {
            state,
            thread: Some(thread),
        })
    }

    /// Counts a read; to be called before each.
    pub(super) fn count_read(&self) {
        let reads = self.state.reads.fetch_add(1, Ordering::Relaxed);
        if reads.is_multiple_of(FREQUENT) && !self.state.is_active.load(Ordering::Relaxed) {
            self.wake();
        }
    }

    #[cfg(test)]
    pub(super) fn is_active(&self) -> bool {
        self.state.is_active.load(Ordering::Relaxed)
    }

    fn wake(&self) {
        if let Some(thread) = &self.thread {
            thread.thread().unpark();
        }
    }
}

impl State {
    fn run(&self, mut connection: SqliteConnection) {
        let mut woken = Instant::now();
        while !self.is_closed.load(Ordering::Acquire) {
            thread::park();
            if woken.elapsed() < TRANSACTION {
                self.is_active.store(true, Ordering::Relaxed);
                if let Err(error) = self.hold(&mut connection) {
                    tracing::debug!(%error, "cannot hold the read lock; each read takes its own");
                }
                self.is_active.store(false, Ordering::Relaxed);
            }
            woken = Instant::now();
        }
    }

    /// Opens one transaction after the other, until reads are rare.
    fn hold(&self, connection: &mut SqliteConnection) -> QueryResult<()> {
        let mut seen = None;
        loop {
            let before = self.reads.load(Ordering::Relaxed);
            let version = connection.transaction(|connection| {
                let version = data_version(connection)?;
                if seen == Some(version) {
                    thread::park_timeout(TRANSACTION);
                }
                QueryResult::Ok(version)
            })?;
            let is_written = seen.replace(version) != Some(version);
            thread::park_timeout(if is_written { PAUSE_OF_WRITES } else { PAUSE });
            let reads = self.reads.load(Ordering::Relaxed).wrapping_sub(before);
            if reads < FREQUENT || self.is_closed.load(Ordering::Acquire) {
                return Ok(());
            }
        }
    }
}

/// Begins to read, and returns a number that another connection's commit changes.
fn data_version(connection: &mut SqliteConnection) -> QueryResult<i64> {
    #[derive(QueryableByName)]
    struct Version {
        #[diesel(sql_type = BigInt)]
        data_version: i64,
    }
    let version = diesel::sql_query("PRAGMA data_version").get_result::<Version>(connection)?;
    Ok(version.data_version)
}

impl Drop for ReadLock {
    /// Waits until the connection is closed: the writer tidies up if its own is the last.
    fn drop(&mut self) {
        self.state.is_closed.store(true, Ordering::Release);
        self.wake();
        if self
            .thread
            .take()
            .is_some_and(|thread| thread.join().is_err())
        {
            tracing::error!("the thread that holds SQLite's read lock panicked");
        }
    }
}

#[cfg(test)]
mod tests;
