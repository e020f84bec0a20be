use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use belgie_ports::StoreError;
use diesel::SqliteConnection;
use diesel::connection::{AnsiTransactionManager, SimpleConnection as _, TransactionManager as _};
use diesel::result::{Error, QueryResult};
use tokio::sync::mpsc;

use super::job::{Commit, Job, Reply};
use super::transaction::{Place, begin_immediate, roll_back};
use crate::error::{shared_error, store_error};

/// The connection that writes, and the jobs taken from the queue.
///
/// Jobs that wait at the same time share one transaction, so they wait for the disk only once; each is answered after
/// the commit. A statement that fails changes nothing, and a transaction that fails undoes only what it wrote itself. The
/// failure also ends the shared transaction, because after some errors SQLite rolls back all of it: then the commit
/// fails too, and the earlier jobs are refused.
pub(super) struct Group {
    connection: SqliteConnection,
    /// What `PRAGMA synchronous` is set to.
    synced: bool,
    waiting: VecDeque<Job>,
}

impl Group {
    /// The most jobs in one transaction.
    const LIMIT: usize = 64;

    /// Writes with a connection that syncs each commit.
    pub(super) fn new(connection: SqliteConnection) -> Self {
        Self {
            connection,
            synced: true,
            waiting: VecDeque::new(),
        }
    }

    /// Runs the queued jobs, waiting for the first. Returns false once the queue is closed and empty.
    pub(super) fn run_next(&mut self, queue: &mut mpsc::Receiver<Job>) -> bool {
        let mut taken = Vec::new();
        let is_open = queue.blocking_recv_many(&mut taken, Self::LIMIT) > 0;
        self.waiting.extend(taken);
        while let Some(job) = self.next(|_| true) {
            match job.commit {
                Commit::Alone => self.run_alone(job),
                Commit::Synced | Commit::Unsynced => self.run_together(job),
            }
        }
        is_open
    }

    /// Takes the next job if it is wanted. Jobs that have waited for too long are refused, abandoned ones skipped.
    fn next(&mut self, is_wanted: impl Fn(&Job) -> bool) -> Option<Job> {
        while self.waiting.front().is_some_and(&is_wanted) {
            let job = self.waiting.pop_front()?;
            if job.is_late() {
                let late = "the write was queued for too long";
                job.refuse(StoreError::Unavailable(late.into()));
            } else if !job.is_abandoned() {
                return Some(job);
            }
        }
        None
    }

    fn run_alone(&mut self, job: Job) {
        if let Err(error) = self.sync(true) {
            return job.refuse(store_error(error));
        }
        if let Some(reply) = self.run(job, Place::Alone) {
            reply.send(Ok(()));
        }
        if let Err(error) = roll_back(&mut self.connection, 0) {
            tracing::error!(%error, "could not roll back a write");
        }
    }

    /// Runs a job, and those behind it that may share its transaction.
    fn run_together(&mut self, first: Job) {
        let others = self.waiting.iter().take_while(|job| shares(job));
        let synced = others
            .chain([&first])
            .any(|job| job.commit == Commit::Synced);
        if let Err(error) = self.begin(synced) {
            return self.refuse_together(first, &Arc::new(error));
        }
        let reply = self.run(first, Place::First);
        if failed(reply.as_ref()) {
            // Nothing else was written yet.
            let rolled_back = roll_back(&mut self.connection, 0);
            return answer(reply.into_iter().collect(), rolled_back);
        }
        let mut replies: Vec<_> = reply.into_iter().collect();
        while let Some(job) = self.next(shares) {
            let reply = self.run(job, Place::Later);
            let is_last = failed(reply.as_ref());
            replies.extend(reply);
            if is_last {
                break;
            }
        }
        answer(replies, self.commit());
    }

    fn refuse_together(&mut self, first: Job, error: &Arc<Error>) {
        let mut refused = Some(first);
        while let Some(job) = refused {
            job.refuse(shared_error(error));
            let is_next = self.waiting.front().is_some_and(shares);
            refused = is_next.then(|| self.waiting.pop_front()).flatten();
        }
    }

    /// Runs one job; returns nothing if it panicked.
    fn run(&mut self, job: Job, place: Place) -> Option<Reply> {
        let done = catch_unwind(AssertUnwindSafe(|| job.run(&mut self.connection, place)));
        if done.is_err() {
            tracing::error!("a write panicked; its transaction is rolled back");
        }
        done.ok()
    }

    fn begin(&mut self, synced: bool) -> QueryResult<()> {
        self.sync(synced)?;
        begin_immediate(&mut self.connection)
    }

    fn commit(&mut self) -> QueryResult<()> {
        // A job that panicked may have left savepoints open.
        roll_back(&mut self.connection, 1)?;
        AnsiTransactionManager::commit_transaction(&mut self.connection)
    }

    /// Sets whether the following commits wait for the disk.
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

/// Returns whether a job failed; one that panicked has no reply.
fn failed(reply: Option<&Reply>) -> bool {
    reply.is_none_or(|reply| reply.failed)
}

fn shares(job: &Job) -> bool {
    job.commit != Commit::Alone
}

/// Answers all jobs of a transaction. If the commit failed, a job that was alone gets the error; several jobs all get
/// [`StoreError::Unavailable`], since each of them may succeed when it is tried again.
fn answer(replies: Vec<Reply>, committed: QueryResult<()>) {
    let Err(error) = committed else {
        return replies.into_iter().for_each(|reply| reply.send(Ok(())));
    };
    let (error, several) = (Arc::new(error), replies.len() > 1);
    for reply in replies {
        reply.send(Err(if several {
            StoreError::Unavailable(Box::new(Arc::clone(&error)))
        } else {
            shared_error(&error)
        }));
    }
}

#[cfg(test)]
mod tests;
