use std::sync::atomic::AtomicUsize;

use belgie_testkit::TestClock;

use super::*;
use crate::document;

struct Source {
    clock: TestClock,
    cached: Cached<usize>,
    asked: AtomicUsize,
}

impl Source {
    fn new() -> Self {
        let clock = TestClock::default();
        Self {
            cached: Cached::new(
                &"sso".parse().unwrap(),
                document::KEYS,
                Arc::new(clock.clone()),
            ),
            clock,
            asked: AtomicUsize::new(0),
        }
    }

    /// Returns 1, 2, 3 …, after a moment in which other callers may arrive.
    async fn answer(&self) -> Result<usize, ProviderFault> {
        tokio::time::sleep(Duration::from_millis(1)).await;
        Ok(self.asked.fetch_add(1, Ordering::Relaxed) + 1)
    }

    async fn fail(&self) -> Result<usize, ProviderFault> {
        self.answer().await?;
        Err(document::KEYS.malformed("a test").into())
    }

    async fn get(&self) -> usize {
        *self.cached.get(|_| true, self.answer()).await.unwrap()
    }

    async fn newer_than(&self, seen: &Arc<usize>) -> Option<Arc<usize>> {
        self.cached.newer_than(seen, |_| true, self.answer()).await
    }

    fn advance(&self, seconds: i64) {
        self.clock.advance(TimeDelta::seconds(seconds));
    }
}

#[tokio::test]
async fn a_document_is_read_again_after_10_minutes() {
    let source = Source::new();

    assert_eq!(source.get().await, 1);
    source.advance(599);
    assert_eq!(source.get().await, 1);
    source.advance(1);
    assert_eq!(source.get().await, 2);
}

#[tokio::test]
async fn rel_24_a_clock_that_was_set_back_makes_nothing_young_for_ever() {
    let source = Source::new();
    source.get().await;

    source.advance(-3600);

    assert_eq!(source.get().await, 2);
}

#[tokio::test]
async fn a_first_fetch_is_shared_by_all_who_wait_for_it() {
    let source = Source::new();

    let all = futures_of(100, || source.get()).await;

    assert!(all.iter().all(|&document| document == 1));
}

#[tokio::test]
async fn a_first_failure_is_shared_by_all_waiters_and_not_cached() {
    let source = Source::new();

    let all = futures_of(100, || source.cached.get(|_| true, source.fail())).await;

    assert!(all.iter().all(Result::is_err));
    assert_eq!(source.asked.load(Ordering::Relaxed), 1);
    assert_eq!(source.get().await, 2);
}

#[tokio::test]
async fn an_aged_document_serves_the_others_while_one_reads_it_again() {
    let source = Source::new();
    source.get().await;
    source.advance(601);

    let all = futures_of(100, || source.get()).await;

    assert_eq!(all[0], 2);
    assert!(all[1..].iter().all(|&document| document == 1));
}

#[tokio::test]
async fn a_stale_document_is_used_while_the_provider_is_down_and_refetched_soon() {
    let source = Source::new();
    source.get().await;
    source.advance(601);
    let failing = || source.cached.get(|_| true, source.fail());

    assert_eq!(*failing().await.unwrap(), 1);
    assert_eq!(*failing().await.unwrap(), 1);
    assert_eq!(source.asked.load(Ordering::Relaxed), 2);
    source.advance(21);

    assert_eq!(source.get().await, 3);
}

#[tokio::test]
async fn a_stale_document_is_used_for_a_day_while_the_provider_is_down() {
    let source = Source::new();
    source.get().await;
    let failing = || source.cached.get(|_| true, source.fail());

    source.advance(24 * 3600 - 1);
    assert_eq!(*failing().await.unwrap(), 1);
    source.advance(1);
    assert!(failing().await.is_err());

    assert_eq!(source.get().await, 4);
}

#[tokio::test(start_paused = true)]
async fn an_aged_document_serves_while_the_provider_is_silent() {
    let source = Source::new();
    source.get().await;
    source.advance(601);
    let start = tokio::time::Instant::now();

    let silent = std::future::pending();
    assert_eq!(*source.cached.get(|_| true, silent).await.unwrap(), 1);
    assert_eq!(start.elapsed(), REFRESH_LIMIT);

    let silent = std::future::pending();
    assert_eq!(*source.cached.get(|_| true, silent).await.unwrap(), 1);
    assert_eq!(start.elapsed(), REFRESH_LIMIT);
}

#[tokio::test]
async fn a_document_that_does_not_fit_is_replaced_at_once() {
    let source = Source::new();
    source.get().await;

    let other = source
        .cached
        .get(|&document| document != 1, source.answer());

    assert_eq!(*other.await.unwrap(), 2);
}

#[tokio::test]
async fn idt_12_all_callers_together_force_one_fetch_per_60_seconds() {
    let source = Source::new();
    let first = source.cached.get(|_| true, source.answer()).await.unwrap();

    let all = futures_of(100, || source.newer_than(&first)).await;
    let second = all[0].clone().unwrap();

    assert!(all.iter().all(|newer| **newer.as_ref().unwrap() == 2));
    source.advance(59);
    assert!(source.newer_than(&second).await.is_none());
    source.advance(1);
    let third = source.newer_than(&second).await;
    assert_eq!(*third.unwrap(), 3);
}

#[tokio::test]
async fn idt_12_a_failed_forced_refetch_keeps_the_cached_keys() {
    let source = Source::new();
    let first = source.cached.get(|_| true, source.answer()).await.unwrap();

    let newer = source.cached.newer_than(&first, |_| true, source.fail());

    assert!(newer.await.is_none());
    assert_eq!(source.get().await, 1);
}

#[tokio::test]
async fn idt_12_newer_keys_of_another_url_are_not_used() {
    let source = Source::new();
    let first = source.cached.get(|_| true, source.answer()).await.unwrap();
    let second = source.newer_than(&first).await;
    assert_eq!(second.as_deref(), Some(&2));
    source.advance(60);

    let is_other = |document: &usize| *document != 2;
    let third = source.cached.newer_than(&first, is_other, source.answer());

    assert_eq!(third.await.as_deref(), Some(&3));
}

#[tokio::test]
async fn idt_12_a_caller_who_goes_away_leaves_one_fetch_to_the_others() {
    let source = Source::new();
    let first = source.cached.get(|_| true, source.answer()).await.unwrap();
    let go_away = async |seen: &Arc<usize>| {
        let silent = std::future::pending();
        let mut newer = Box::pin(source.cached.newer_than(seen, |_| true, silent));
        assert!(poll_once(newer.as_mut()).await.is_none());
    };

    go_away(&first).await;
    let second = source.newer_than(&first).await.unwrap();
    assert_eq!(*second, 2);
    assert!(source.newer_than(&second).await.is_none());

    // Those who go away again and again do not fetch more often.
    source.advance(60);
    go_away(&second).await;
    go_away(&second).await;
    let third = source.newer_than(&second).await;
    assert!(third.is_none());
    source.advance(60);
    let third = source.newer_than(&second).await;
    assert_eq!(third.as_deref(), Some(&3));
}

async fn futures_of<F: Future>(count: usize, future: impl Fn() -> F) -> Vec<F::Output> {
    let mut futures: Vec<_> = (0..count).map(|_| Box::pin(future())).collect();
    let mut outcomes = Vec::new();
    // Every future is polled once before any is awaited, so that all run concurrently.
    for future in &mut futures {
        outcomes.push(poll_once(future.as_mut()).await);
    }
    let mut finished = Vec::new();
    for (future, outcome) in futures.into_iter().zip(outcomes) {
        finished.push(match outcome {
            Some(outcome) => outcome,
            None => future.await,
        });
    }
    finished
}

async fn poll_once<F: Future>(mut future: std::pin::Pin<&mut F>) -> Option<F::Output> {
    std::future::poll_fn(|context| {
        std::task::Poll::Ready(match future.as_mut().poll(context) {
            std::task::Poll::Ready(outcome) => Some(outcome),
            std::task::Poll::Pending => None,
        })
    })
    .await
}
