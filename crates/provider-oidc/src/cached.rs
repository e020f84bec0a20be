//! Caches a document of the provider and refreshes it before it is too old.

use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use std::time::Duration;

use belgie_domain::ProviderId;
use belgie_ports::Clock;
use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::{Mutex, MutexGuard};

use crate::fault::ProviderFault;
use belgie_provider_http::Document;
use belgie_provider_http::HttpError;

/// A document that at most one caller fetches at a time.
pub(crate) struct Cached<T> {
    provider: ProviderId,
    document: Document,
    clock: Arc<dyn Clock>,
    kept: RwLock<Option<Entry<T>>>,
    fetch_state: Mutex<FetchState>,
    generation: AtomicU64,
}

struct Entry<T> {
    document: Arc<T>,
    fetched_at: DateTime<Utc>,
}

/// What is known of earlier fetches. The lock's holder is the one that fetches.
#[derive(Default)]
struct FetchState {
    failure: Option<(DateTime<Utc>, ProviderFault)>,
    forced: Option<Forced>,
}

/// The last fetch that was triggered from outside.
#[derive(Clone, Copy)]
struct Forced {
    at: DateTime<Utc>,
    /// Whether it ended. Otherwise its caller went away.
    ended: bool,
    /// Whether it came in place of one whose caller went away.
    is_second: bool,
}

impl<T> Cached<T> {
    pub(crate) fn new(provider: &ProviderId, document: Document, clock: Arc<dyn Clock>) -> Self {
        Self {
            provider: provider.clone(),
            document,
            clock,
            kept: RwLock::new(None),
            fetch_state: Mutex::default(),
            generation: AtomicU64::new(0),
        }
    }

    /// Returns the cached document, or fetches it when there is none that `fits` and is recent enough.
    ///
    /// While one caller refreshes a stale document, the others use the stale one; if it cannot be refreshed, all do,
    /// for at most [`MAX_STALENESS`]. A first fetch is awaited by all callers, who share its outcome; a failure is not
    /// cached.
    pub(crate) async fn get(
        &self,
        fits: impl Fn(&T) -> bool,
        fetch: impl Future<Output = Result<T, ProviderFault>>,
    ) -> Result<Arc<T>, ProviderFault> {
        let seen = self.generation.load(Ordering::Acquire);
        let Some((aged, young)) = self.kept(&fits) else {
            return self.first(seen, fits, fetch).await;
        };
        if young {
            return Ok(aged);
        }
        match self.fetch_state.try_lock() {
            Ok(fetch_state) if !self.failed_recently(&fetch_state) => {
                Ok(self.refresh(fetch_state, aged, fetch).await)
            }
            _ => Ok(aged),
        }
    }

    /// Returns a newer document than `seen`, in which the caller did not find what it needs: one that `fits` and that
    /// another caller has fetched since, or a freshly fetched one. All callers together fetch at most once per
    /// [`COOL_DOWN`], and once more if the one that fetched went away meanwhile.
    pub(crate) async fn newer_than(
        &self,
        seen: &Arc<T>,
        fits: impl Fn(&T) -> bool,
        fetch: impl Future<Output = Result<T, ProviderFault>>,
    ) -> Option<Arc<T>> {
        let mut fetch_state = self.fetch_state.lock().await;
        if let Some((kept, _)) = self.kept(fits)
            && !Arc::ptr_eq(&kept, seen)
        {
            return Some(kept);
        }
        let now = self.clock.now();
        let forced = Forced::after(fetch_state.forced, now)?;
        fetch_state.forced = Some(forced);
        let outcome = fetch.await;
        fetch_state.forced = Some(Forced {
            ended: true,
            ..forced
        });
        self.finish(&mut fetch_state, outcome)
            .inspect_err(|error| self.log_stale(error))
            .ok()
    }

    /// Fetches the document, ignoring the cache.
    pub(crate) async fn fetch(
        &self,
        fetch: impl Future<Output = Result<T, ProviderFault>>,
    ) -> Result<Arc<T>, ProviderFault> {
        let mut fetch_state = self.fetch_state.lock().await;
        self.finish(&mut fetch_state, fetch.await)
    }

    async fn first(
        &self,
        seen: u64,
        fits: impl Fn(&T) -> bool,
        fetch: impl Future<Output = Result<T, ProviderFault>>,
    ) -> Result<Arc<T>, ProviderFault> {
        let mut fetch_state = self.fetch_state.lock().await;
        if let Some((document, _)) = self.kept(fits) {
            return Ok(document);
        }
        if self.generation.load(Ordering::Acquire) != seen
            && let Some((_, error)) = &fetch_state.failure
        {
            return Err(error.clone());
        }
        self.finish(&mut fetch_state, fetch.await)
    }

    /// Waits only briefly, since there is a stale document to use.
    async fn refresh(
        &self,
        mut fetch_state: MutexGuard<'_, FetchState>,
        aged: Arc<T>,
        fetch: impl Future<Output = Result<T, ProviderFault>>,
    ) -> Arc<T> {
        let timed = tokio::time::timeout(REFRESH_LIMIT, fetch).await;
        let outcome =
            timed.unwrap_or_else(|_| Err(self.document.unavailable()(HttpError::TimedOut).into()));
        self.finish(&mut fetch_state, outcome)
            .unwrap_or_else(|error| {
                self.log_stale(&error);
                aged
            })
    }

    fn finish(
        &self,
        fetch_state: &mut FetchState,
        outcome: Result<T, ProviderFault>,
    ) -> Result<Arc<T>, ProviderFault> {
        let now = self.clock.now();
        let landed = outcome.map(Arc::new);
        match &landed {
            Ok(document) => {
                fetch_state.failure = None;
                *self.kept.write().unwrap_or_else(PoisonError::into_inner) = Some(Entry {
                    document: Arc::clone(document),
                    fetched_at: now,
                });
            }
            Err(error) => fetch_state.failure = Some((now, error.clone())),
        }
        self.generation.fetch_add(1, Ordering::Release);
        landed
    }

    fn kept(&self, fits: impl Fn(&T) -> bool) -> Option<(Arc<T>, bool)> {
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
        let kept = kept.as_ref().filter(|kept| fits(&kept.document))?;
        let now = self.clock.now();
        if (now - kept.fetched_at).abs() >= MAX_STALENESS {
            return None;
        }
        let young = within(MAX_AGE, kept.fetched_at, now);
        Some((Arc::clone(&kept.document), young))
    }

    fn log_stale(&self, error: &ProviderFault) {
        let error: &(dyn std::error::Error + 'static) = error;
        tracing::warn!(
            provider = %self.provider,
            error,
            "could not refresh the {}; the cached one stays in use",
            self.document
        );
    }

    fn failed_recently(&self, fetch_state: &FetchState) -> bool {
        let now = self.clock.now();
        matches!(fetch_state.failure, Some((at, _)) if within(RETRY_AFTER, at, now))
    }
}

impl Forced {
    /// Returns the fetch that may begin now, if one may.
    fn after(last: Option<Self>, now: DateTime<Utc>) -> Option<Self> {
        let recent = last.filter(|last| within(COOL_DOWN, last.at, now));
        if recent.is_some_and(|last| last.ended || last.is_second) {
            return None;
        }
        Some(Self {
            at: now,
            ended: false,
            is_second: recent.is_some(),
        })
    }
}

impl<T> std::fmt::Debug for Cached<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cached").finish_non_exhaustive()
    }
}

/// Returns whether `at` is less than `span` ago. After the clock was set back, everything counts as old.
fn within(span: TimeDelta, at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    at <= now && now - at < span
}

/// When a document is refreshed: keys that the provider withdraws stop being used after this.
const MAX_AGE: TimeDelta = TimeDelta::minutes(10);
/// How long a stale document is used while the provider cannot be reached: a key withdrawn after a theft is trusted for
/// no longer than this.
const MAX_STALENESS: TimeDelta = TimeDelta::hours(24);
/// How long a caller waits for the refresh of a stale document.
const REFRESH_LIMIT: Duration = Duration::from_millis(1_500);
/// How long to wait after a failed refresh before the next attempt.
const RETRY_AFTER: TimeDelta = TimeDelta::seconds(20);
/// The pause after a fetch that was triggered from outside, such as by an unknown `kid`.
const COOL_DOWN: TimeDelta = TimeDelta::seconds(60);

#[cfg(test)]
mod tests;
