use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use belgie_ports::StoreError;
use diesel::SqliteConnection;
use diesel::connection::SimpleConnection as _;
use tokio::sync::{mpsc, oneshot};

use super::transaction::roll_back;
use crate::error::store_error;

/// The only thread that writes. A job that was started runs to its end, even if its caller is gone; a job whose caller
/// is gone before its start is skipped.
#[derive(Clone)]
pub(super) struct Writer {
    /// Dropped before the thread is joined: this is what ends the thread.
    jobs: mpsc::Sender<Job>,
    _thread: Arc<Thread>,
}

/// The thread, joined when the last handle is dropped: closing its connection checkpoints the write-ahead log.
struct Thread(Option<JoinHandle<()>>);

type Job = Box<dyn FnOnce(&mut Writing) + Send>;

/// When a write is on the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Synced {
    /// Before it is answered.
    AtOnce,
    /// With the next one that is: a power cut may undo it until then, a crash of the process does not.
    WithNext,
}

/// The connection that writes, and how it does so at the moment.
struct Writing {
    connection: SqliteConnection,
    synced: Synced,
}

impl Writer {
    /// How many jobs may wait.
    const QUEUE: usize = 1024;
    /// How long a job may wait for its start.
    const WAIT_LIMIT: Duration = Duration::from_secs(5);

    /// Starts the thread on a connection that syncs each write; it ends when the last clone is dropped.
    pub(super) fn start(connection: SqliteConnection) -> std::io::Result<Self> {
        let (jobs, queue) = mpsc::channel(Self::QUEUE);
        let thread = std::thread::Builder::new()
            .name("belgie-sqlite".to_owned())
            .spawn(move || write(Writing::new(connection), queue))?;
        Ok(Self {
            jobs,
            _thread: Arc::new(Thread(Some(thread))),
        })
    }

    /// Runs a job and returns its result.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        synced: Synced,
        job: impl FnOnce(&mut SqliteConnection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (reply, answer) = oneshot::channel();
        let asked = Instant::now();
        let job: Job = Box::new(move |writing| {
            if reply.is_closed() {
                return;
            }
            let waited_too_long = asked.elapsed() > Self::WAIT_LIMIT;
            let made = if waited_too_long {
                Err(unavailable("writes are queued for too long"))
            } else {
                writing.connect(synced).and_then(job)
            };
            // The caller may be gone; the job is done all the same.
            let _ = reply.send(made);
        });
        self.jobs
            .try_send(job)
            .map_err(|_| unavailable("too many writes are queued"))?;
        answer
            .await
            .unwrap_or_else(|_| Err(StoreError::Other("the write panicked".into())))
    }
}

impl Drop for Thread {
    fn drop(&mut self) {
        let thread = self.0.take();
        // The last handle may be dropped by a job: the thread must not join itself.
        let other = thread.filter(|thread| thread.thread().id() != std::thread::current().id());
        if other.is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the writer thread panicked");
        }
    }
}

impl Writing {
    fn new(connection: SqliteConnection) -> Self {
        let synced = Synced::AtOnce;
        Self { connection, synced }
    }

    /// Returns the connection, which writes as asked.
    fn connect(&mut self, synced: Synced) -> Result<&mut SqliteConnection, StoreError> {
        if self.synced != synced {
            let pragma = match synced {
                Synced::AtOnce => "PRAGMA synchronous = FULL",
                Synced::WithNext => "PRAGMA synchronous = NORMAL",
            };
            self.connection.batch_execute(pragma).map_err(store_error)?;
            self.synced = synced;
        }
        Ok(&mut self.connection)
    }
}

fn write(mut writing: Writing, mut queue: mpsc::Receiver<Job>) {
    while let Some(job) = queue.blocking_recv() {
        let done = catch_unwind(AssertUnwindSafe(|| job(&mut writing)));
        if done.is_err() {
            tracing::error!("a write panicked; it is rolled back");
            if let Err(error) = roll_back(&mut writing.connection) {
                tracing::error!(%error, "could not roll back the write that panicked");
            }
        }
    }
}

fn unavailable(reason: &'static str) -> StoreError {
    StoreError::Unavailable(reason.into())
}
