use std::error::Error;
use std::sync::mpsc::{Receiver, channel};

use belgie_ports::BoxFuture;
use diesel_async::sync_connection_wrapper::SpawnBlocking;

/// Runs SQLite's queries on the threads for blocking work of whichever runtime awaits them.
///
/// If a query's future is dropped, as by a timeout, the caller's thread waits until the query has ended: only then may
/// somebody else have the connection. The default of `diesel_async` waits too, but panics on single-threaded runtimes,
/// such as those of actix's workers.
#[derive(Debug)]
pub struct BlockingThreads;

/// Waits, when dropped, for the other end of the channel to be dropped.
struct Ended(Receiver<()>);

impl SpawnBlocking for BlockingThreads {
    fn spawn_blocking<'a, R: Send + 'static>(
        &mut self,
        task: impl FnOnce() -> R + Send + 'static,
    ) -> BoxFuture<'a, Result<R, Box<dyn Error + Send + Sync>>> {
        let (running, ended) = channel();
        let task = tokio::task::spawn_blocking(move || {
            let result = task();
            drop(running);
            result
        });
        let ended = Ended(ended);
        Box::pin(async move {
            let _ended = ended;
            Ok(task.await?)
        })
    }

    fn get_runtime() -> Self {
        Self
    }
}

impl Drop for Ended {
    fn drop(&mut self) {
        // Nothing is ever sent, so this returns once the sender is gone, even after a panic.
        let _ = self.0.recv();
    }
}
