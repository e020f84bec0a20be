use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use belgie_ports::StoreError;
use diesel::SqliteConnection;
use diesel::connection::{AnsiTransactionManager, SimpleConnection as _, TransactionManager as _};
use diesel::result::{Error, QueryResult};
use tokio::sync::{mpsc, oneshot};

use super::transaction::roll_back;
use crate::error::shared_error;

/// How the changes of a job are committed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Commit {
    /// Together with other jobs, and on the disk before the job is answered.
    Synced,
    /// Together with other jobs. It reaches the disk with the next synced commit: a power cut may undo it until then, a
    /// crash of the process does not.
    Unsynced,
    /// By the job itself, in transactions of its own that wait for the disk.
    Alone,
}

/// Changes to be made by the writer.
pub(super) struct Job {
    pub(super) commit: Commit,
    pub(super) run: Box<Run>,
}

/// Makes the changes, or passes on why none can be made; returns nothing if the caller is gone.
type Run = dyn FnOnce(Result<&mut SqliteConnection, StoreError>) -> Option<Reply> + Send;

/// The result of a job, which its caller gets once it is committed.
pub(super) struct Reply {
    failed: bool,
    send: Box<dyn FnOnce(Result<(), StoreError>) + Send>,
}

/// The connection that writes, and the jobs that it has taken.
///
/// Jobs that wait at the same time share a transaction, and so one wait for the disk; each is answered after the commit.
/// A job that fails has changed nothing. It also ends its transaction, in case SQLite has already rolled that back, which
/// it does for some errors: then the commit fails too, and with it the jobs before.
pub(super) struct Group {
    connection: SqliteConnection,
    /// What `PRAGMA synchronous` is set to.
    synced: bool,
    waiting: VecDeque<Job>,
}

impl Reply {
    pub(super) fn new<T: Send + 'static>(
        caller: oneshot::Sender<Result<T, StoreError>>,
        made: Result<T, StoreError>,
    ) -> Self {
        Self {
            failed: made.is_err(),
            send: Box::new(move |committed| {
                // The caller may be gone; the job is done all the same.
                let _ = caller.send(made.and_then(|made| committed.map(|()| made)));
            }),
        }
    }
}

impl Group {
    /// How many jobs share a transaction at most.
    const LIMIT: usize = 64;

    /// Writes with a connection that syncs each commit.
    pub(super) fn new(connection: SqliteConnection) -> Self {
        Self {
            connection,
            synced: true,
            waiting: VecDeque::new(),
        }
    }

    /// Waits for jobs and runs all that wait; returns whether there may be more.
    pub(super) fn run_next(&mut self, queue: &mut mpsc::Receiver<Job>) -> bool {
        let mut taken = Vec::new();
        queue.blocking_recv_many(&mut taken, Self::LIMIT);
        self.waiting.extend(taken);
        let more = !self.waiting.is_empty();
        while let Some(job) = self.waiting.front() {
            match job.commit {
                Commit::Alone => self.run_alone(),
                Commit::Synced | Commit::Unsynced => self.run_together(),
            }
        }
        more
    }

    fn run_alone(&mut self) {
        let ready = self.sync(true).map_err(Arc::new);
        if let Some(job) = self.waiting.pop_front()
            && let Some(reply) = self.run(job, &ready)
        {
            (reply.send)(Ok(()));
        }
        if let Err(error) = roll_back(&mut self.connection, 0) {
            tracing::error!(%error, "could not roll back a write");
        }
    }

    fn run_together(&mut self) {
        let shares = |job: &Job| job.commit != Commit::Alone;
        let mut sharing = self.waiting.iter().take_while(|job| shares(job));
        let synced = sharing.any(|job| job.commit == Commit::Synced);
        let begun = self.begin(synced).map_err(Arc::new);
        let mut replies = Vec::new();
        let mut failed = false;
        while !failed
            && self.waiting.front().is_some_and(shares)
            && let Some(job) = self.waiting.pop_front()
        {
            let reply = self.run(job, &begun);
            failed = begun.is_ok() && reply.as_ref().is_none_or(|reply| reply.failed);
            replies.extend(reply);
        }
        let committed = begun.and_then(|()| self.commit().map_err(Arc::new));
        for reply in replies {
            (reply.send)(committed.as_ref().copied().map_err(shared_error));
        }
    }

    /// Runs one job, and rolls back what it leaves open.
    fn run(&mut self, job: Job, ready: &Result<(), Arc<Error>>) -> Option<Reply> {
        let connection = &mut self.connection;
        let ready = ready.as_ref().map_err(shared_error).map(|()| connection);
        let done = catch_unwind(AssertUnwindSafe(|| (job.run)(ready)));
        done.unwrap_or_else(|_| {
            tracing::error!("a write panicked; it is rolled back");
            None
        })
    }

    fn begin(&mut self, synced: bool) -> QueryResult<()> {
        self.sync(synced)?;
        AnsiTransactionManager::begin_transaction_sql(&mut self.connection, "BEGIN IMMEDIATE")
    }

    fn commit(&mut self) -> QueryResult<()> {
        // A job that panicked may have left savepoints open.
        roll_back(&mut self.connection, 1)?;
        AnsiTransactionManager::commit_transaction(&mut self.connection)
    }

    /// Lets the next commits wait for the disk, or not.
    fn sync(&mut self, synced: bool) -> QueryResult<()> {
        if self.synced != synced {
            self.connection.batch_execute(if synced {
                "PRAGMA synchronous = FULL"
            } else {
                "PRAGMA synchronous = NORMAL"
            })?;
            self.synced = synced;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
