use std::sync::Arc;
use std::thread::JoinHandle;

use belgie_ports::StoreError;
use diesel::SqliteConnection;
use tokio::sync::{mpsc, oneshot};

use super::group::Group;
use super::job::{Commit, Job};
use super::transaction::Place;

/// The only thread that writes. A job that was started runs to its end, even if its caller is gone; a job whose caller
/// is gone before its start is skipped. Jobs that wait at the same time are committed together: see [`Group`].
#[derive(Clone)]
pub(super) struct Writer {
    /// Dropped before the thread is joined: this is what ends the thread.
    jobs: mpsc::Sender<Job>,
    _thread: Arc<Thread>,
}

/// The thread, joined when the last handle is dropped: closing its connection checkpoints the write-ahead log.
struct Thread(Option<JoinHandle<()>>);

impl Writer {
    /// How many jobs may wait.
    const QUEUE: usize = 1024;

    /// Starts the thread on a connection that syncs each write; it ends when the last clone is dropped.
    pub(super) fn start(connection: SqliteConnection) -> std::io::Result<Self> {
        let (jobs, mut queue) = mpsc::channel(Self::QUEUE);
        let mut group = Group::new(connection);
        let thread = std::thread::Builder::new()
            .name("belgie-sqlite".to_owned())
            .spawn(move || while group.run_next(&mut queue) {})?;
        Ok(Self {
            jobs,
            _thread: Arc::new(Thread(Some(thread))),
        })
    }

    /// Runs a job and returns its result, once that is committed.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        commit: Commit,
        work: impl FnOnce(&mut SqliteConnection, Place) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (caller, answer) = oneshot::channel();
        self.jobs
            .try_send(Job::new(commit, caller, work))
            .map_err(|_| StoreError::Unavailable("too many writes are queued".into()))?;
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
