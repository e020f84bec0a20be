use std::time::{Duration, Instant};

use belgie_ports::StoreError;
use diesel::SqliteConnection;
use tokio::sync::oneshot;

use super::transaction::Place;

/// How the changes of a job are committed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Commit {
    /// Together with other jobs, and on the disk before the job is answered.
    Synced,
    /// Together with other jobs, without waiting for the disk. A power cut before the next synced commit may undo it; a
    /// crash of the process cannot.
    Unsynced,
    /// By the job itself, in transactions of its own that wait for the disk.
    Alone,
}

/// What a caller wants to be written: one statement, or several in a transaction.
pub(super) struct Job {
    pub(super) commit: Commit,
    asked: Instant,
    work: Box<dyn Work>,
}

/// The result of a job, which its caller gets once it is committed.
pub(super) struct Reply {
    pub(super) failed: bool,
    send: Box<dyn FnOnce(Result<(), StoreError>)>,
}

/// The connection, and where the job stands in its transaction.
type Connection<'c> = (&'c mut SqliteConnection, Place);

trait Work: Send {
    fn is_abandoned(&self) -> bool;

    /// Makes the changes, or reports why it cannot.
    fn run(self: Box<Self>, connection: Result<Connection<'_>, StoreError>) -> Reply;
}

struct Asked<T, F> {
    caller: oneshot::Sender<Result<T, StoreError>>,
    work: F,
}

impl Job {
    /// How long a job may wait for its start.
    const WAIT_LIMIT: Duration = Duration::from_secs(5);

    pub(super) fn new<T: Send + 'static>(
        commit: Commit,
        caller: oneshot::Sender<Result<T, StoreError>>,
        work: impl FnOnce(&mut SqliteConnection, Place) -> Result<T, StoreError> + Send + 'static,
    ) -> Self {
        Self {
            commit,
            asked: Instant::now(),
            work: Box::new(Asked { caller, work }),
        }
    }

    /// Returns whether the caller has given up.
    pub(super) fn is_abandoned(&self) -> bool {
        self.work.is_abandoned()
    }

    /// Returns whether the job has waited for too long.
    pub(super) fn is_late(&self) -> bool {
        self.asked.elapsed() > Self::WAIT_LIMIT
    }

    pub(super) fn run(self, connection: &mut SqliteConnection, place: Place) -> Reply {
        self.work.run(Ok((connection, place)))
    }

    /// Answers that nothing was written.
    pub(super) fn refuse(self, reason: StoreError) {
        self.work.run(Err(reason)).send(Ok(()));
    }
}

impl Reply {
    /// Answers, unless the caller is gone; the job is done all the same.
    pub(super) fn send(self, committed: Result<(), StoreError>) {
        (self.send)(committed);
    }
}

impl<T, F> Work for Asked<T, F>
where
    T: Send + 'static,
    F: FnOnce(&mut SqliteConnection, Place) -> Result<T, StoreError> + Send,
{
    fn is_abandoned(&self) -> bool {
        self.caller.is_closed()
    }

    fn run(self: Box<Self>, connection: Result<Connection<'_>, StoreError>) -> Reply {
        let Self { caller, work } = *self;
        let made = connection.and_then(|(db, place)| work(db, place));
        Reply {
            failed: made.is_err(),
            send: Box::new(move |committed| {
                let _ = caller.send(made.and_then(|made| committed.map(|()| made)));
            }),
        }
    }
}
