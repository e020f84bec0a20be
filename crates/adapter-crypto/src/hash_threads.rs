use std::fmt;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use argon2::Block;
use belgie_ports::PasswordHasherError;
use tokio::sync::oneshot;

/// The memory that hashing works in; a thread keeps its own.
pub(crate) type Memory = Vec<Block>;

type Job = Box<dyn FnOnce(&mut Memory) + Send>;

/// A fixed number of threads for the slow work on passwords, so that its memory is bounded and the threads that serve
/// requests stay free. Each hash works in the memory of its thread, which is 19 MiB with the usual parameters.
///
/// What the threads cannot begin at once waits in a short queue; what finds the queue full is refused. Clones share the
/// threads, which end with the last clone.
#[derive(Clone)]
pub struct HashThreads {
    jobs: SyncSender<Job>,
    threads: usize,
}

/// How many jobs may wait for each thread: with some 30 ms each, the last begins within half a second.
const QUEUE_PER_THREAD: usize = 16;

impl HashThreads {
    /// Starts this many threads, at least one.
    ///
    /// # Errors
    /// When the operating system starts no more threads.
    pub fn start(threads: usize) -> io::Result<Self> {
        let threads = threads.max(1);
        let (jobs, queue) = sync_channel(threads * QUEUE_PER_THREAD);
        let queue = Arc::new(Mutex::new(queue));
        for number in 0..threads {
            let queue = Arc::clone(&queue);
            let thread = thread::Builder::new().name(format!("belgie-hash-{number}"));
            thread.spawn(move || work_off(&queue))?;
        }
        Ok(Self { jobs, threads })
    }

    /// Starts as many threads as leave half of the processor's cores to everything else, at most four.
    ///
    /// # Errors
    /// As [`Self::start`].
    pub fn start_default() -> io::Result<Self> {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        Self::start(default_threads(cores))
    }

    /// Runs this on one of the threads. It is skipped if the caller has gone away by the time a thread is free.
    ///
    /// # Errors
    /// [`PasswordHasherError::Busy`] when the queue is full, [`PasswordHasherError::Other`] when the work panics.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Memory) -> T + Send + 'static,
    ) -> Result<T, PasswordHasherError> {
        let (reply, answer) = oneshot::channel();
        let job: Job = Box::new(move |memory| {
            if !reply.is_closed() {
                // The caller may have gone away in the meantime.
                let _ = reply.send(work(memory));
            }
        });
        self.jobs.try_send(job).map_err(|refused| match refused {
            TrySendError::Full(_) => PasswordHasherError::Busy,
            TrySendError::Disconnected(_) => PasswordHasherError::Other("no thread is left".into()),
        })?;
        answer
            .await
            .map_err(|ended| PasswordHasherError::Other(Box::new(ended)))
    }
}

fn default_threads(cores: usize) -> usize {
    (cores / 2).clamp(1, 4)
}

/// Runs jobs until no [`HashThreads`] is left. A job that panics ends alone.
fn work_off(queue: &Mutex<Receiver<Job>>) {
    let mut memory = Memory::new();
    loop {
        // Released before the job runs: a temporary in a `while let` would be held meanwhile.
        let next = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = next else {
            return;
        };
        let ran = catch_unwind(AssertUnwindSafe(|| job(&mut memory)));
        if ran.is_err() {
            memory = Memory::new();
        }
    }
}

impl fmt::Debug for HashThreads {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HashThreads")
            .field("threads", &self.threads)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::future::{Future, poll_fn};
    use std::pin::{Pin, pin};
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::mpsc;
    use std::task::Poll;

    use super::*;

    /// Occupies one thread until the sender is dropped; returns once the thread has begun.
    fn occupy(threads: &HashThreads) -> mpsc::Sender<()> {
        let (release, held) = mpsc::channel::<()>();
        let (begun, begins) = mpsc::channel();
        let job: Job = Box::new(move |_| {
            begun.send(()).unwrap();
            let _ = held.recv();
        });
        threads.jobs.try_send(job).unwrap();
        begins.recv().unwrap();
        release
    }

    /// Polls a future once, so that its job is queued.
    async fn begin<F: Future>(mut future: Pin<&mut F>) -> Poll<F::Output> {
        poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx))).await
    }

    #[tokio::test]
    async fn rat_10_what_exceeds_the_queue_is_refused_at_once() {
        let threads = HashThreads::start(1).unwrap();
        let release = occupy(&threads);
        let mut waiting = Vec::new();
        for number in 0..QUEUE_PER_THREAD {
            let mut job = Box::pin(threads.run(move |_| number));
            assert!(begin(job.as_mut()).await.is_pending());
            waiting.push(job);
        }

        let excess = begin(pin!(threads.run(|_| ()))).await;

        assert!(matches!(
            excess,
            Poll::Ready(Err(PasswordHasherError::Busy))
        ));
        drop(release);
        for (number, job) in waiting.into_iter().enumerate() {
            assert_eq!(job.await.unwrap(), number);
        }
        assert_eq!(threads.run(|_| 42).await.unwrap(), 42);
    }

    #[test]
    fn rat_10_the_memory_does_not_grow_with_the_machine() {
        let threads = [1, 2, 3, 4, 8, 64].map(default_threads);

        assert_eq!(threads, [1, 1, 1, 2, 4, 4]);
    }

    #[tokio::test]
    async fn rat_10_no_more_is_done_at_once_than_there_are_threads() {
        let threads = HashThreads::start(2).unwrap();
        let (one, other) = (occupy(&threads), occupy(&threads));

        let mut third = Box::pin(threads.run(|_| ()));

        assert!(begin(third.as_mut()).await.is_pending());
        drop(one);
        third.await.unwrap();
        drop(other);
    }

    #[tokio::test]
    async fn rat_10_nothing_is_done_for_a_caller_that_went_away() {
        let threads = HashThreads::start(1).unwrap();
        let done = Arc::new(AtomicUsize::new(0));
        let release = occupy(&threads);
        let count = |done: &Arc<AtomicUsize>| {
            let done = Arc::clone(done);
            move |_: &mut Memory| done.fetch_add(1, Ordering::SeqCst)
        };

        let mut gone = Box::pin(threads.run(count(&done)));
        assert!(begin(gone.as_mut()).await.is_pending());
        let mut stays = Box::pin(threads.run(count(&done)));
        assert!(begin(stays.as_mut()).await.is_pending());
        drop(gone);
        drop(release);

        assert_eq!(stays.await.unwrap(), 0);
        assert_eq!(done.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn a_job_that_panics_ends_alone() {
        let threads = HashThreads::start(1).unwrap();

        let panicked = threads.run(|_| panic!("on purpose")).await;

        assert!(matches!(
            panicked,
            Err::<(), _>(PasswordHasherError::Other(_))
        ));
        assert_eq!(threads.run(|_| 42).await.unwrap(), 42);
    }
}
