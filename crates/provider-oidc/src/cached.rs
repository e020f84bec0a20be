//! A document of the provider that is kept, and read again before it is too old.

use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use std::time::Duration;

use belgie_domain::ProviderId;
use belgie_ports::Clock;
use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::{Mutex, MutexGuard};

use crate::fault::{Document, ProviderFault};
use belgie_provider_http::HttpError;

/// A document that at most one caller fetches at a time.
pub(crate) struct Cached<T> {
    provider: ProviderId,
    document: Document,
    clock: Arc<dyn Clock>,
    kept: RwLock<Option<Kept<T>>>,
    flight: Mutex<Flight>,
    landings: AtomicU64,
}

struct Kept<T> {
    document: Arc<T>,
    fetched_at: DateTime<Utc>,
}

/// What is known of earlier fetches; whoever holds it is fetching.
#[derive(Default)]
struct Flight {
    failure: Option<(DateTime<Utc>, ProviderFault)>,
    forced_at: Option<DateTime<Utc>>,
}

impl<T> Cached<T> {
    pub(crate) fn new(provider: &ProviderId, document: Document, clock: Arc<dyn Clock>) -> Self {
        Self {
            provider: provider.clone(),
            document,
            clock,
            kept: RwLock::new(None),
            flight: Mutex::default(),
            landings: AtomicU64::new(0),
        }
    }

    /// Returns the document that is kept, or fetches it when there is none that `fits` and is young enough.
    ///
    /// While one caller reads an aged document again, the others go on with it; so do all while it cannot be read, for
    /// [`MAX_STALENESS`] at most. A first fetch is awaited by all, and all share its outcome; its failure is not kept.
    pub(crate) async fn get(
        &self,
        fits: impl Fn(&T) -> bool,
        fetch: impl Future<Output = Result<T, ProviderFault>>,
    ) -> Result<Arc<T>, ProviderFault> {
        let seen = self.landings.load(Ordering::Acquire);
        let Some((aged, young)) = self.kept(&fits) else {
            return self.first(seen, fits, fetch).await;
        };
        if young {
            return Ok(aged);
        }
        match self.flight.try_lock() {
            Ok(flight) if !self.failed_recently(&flight) => {
                Ok(self.refresh(flight, aged, fetch).await)
            }
            _ => Ok(aged),
        }
    }

    /// Returns a document that is newer than `seen`, which did not serve: one that another caller has fetched since, or
    /// one that is fetched now. All callers together fetch at most once per [`COOL_DOWN`].
    pub(crate) async fn newer_than(
        &self,
        seen: &Arc<T>,
        fetch: impl Future<Output = Result<T, ProviderFault>>,
    ) -> Option<Arc<T>> {
        let mut flight = self.flight.lock().await;
        if let Some((kept, _)) = self.kept(|_| true)
            && !Arc::ptr_eq(&kept, seen)
        {
            return Some(kept);
        }
        let now = self.clock.now();
        if flight
            .forced_at
            .is_some_and(|at| within(COOL_DOWN, at, now))
        {
            return None;
        }
        flight.forced_at = Some(now);
        self.land(&mut flight, fetch.await)
            .inspect_err(|error| self.log_kept(error))
            .ok()
    }

    /// Fetches the document whatever is kept.
    pub(crate) async fn fetch(
        &self,
        fetch: impl Future<Output = Result<T, ProviderFault>>,
    ) -> Result<Arc<T>, ProviderFault> {
        let mut flight = self.flight.lock().await;
        self.land(&mut flight, fetch.await)
    }

    async fn first(
        &self,
        seen: u64,
        fits: impl Fn(&T) -> bool,
        fetch: impl Future<Output = Result<T, ProviderFault>>,
    ) -> Result<Arc<T>, ProviderFault> {
        let mut flight = self.flight.lock().await;
        if let Some((document, _)) = self.kept(fits) {
            return Ok(document);
        }
        if self.landings.load(Ordering::Acquire) != seen
            && let Some((_, error)) = &flight.failure
        {
            return Err(error.clone());
        }
        self.land(&mut flight, fetch.await)
    }

    /// Does not wait long: there is something to go on with.
    async fn refresh(
        &self,
        mut flight: MutexGuard<'_, Flight>,
        aged: Arc<T>,
        fetch: impl Future<Output = Result<T, ProviderFault>>,
    ) -> Arc<T> {
        let timed = tokio::time::timeout(REFRESH_LIMIT, fetch).await;
        let outcome =
            timed.unwrap_or_else(|_| Err(self.document.unavailable()(HttpError::TimedOut)));
        self.land(&mut flight, outcome).unwrap_or_else(|error| {
            self.log_kept(&error);
            aged
        })
    }

    fn land(
        &self,
        flight: &mut Flight,
        outcome: Result<T, ProviderFault>,
    ) -> Result<Arc<T>, ProviderFault> {
        let now = self.clock.now();
        let landed = outcome.map(Arc::new);
        match &landed {
            Ok(document) => {
                flight.failure = None;
                *self.kept.write().unwrap_or_else(PoisonError::into_inner) = Some(Kept {
                    document: Arc::clone(document),
                    fetched_at: now,
                });
            }
            Err(error) => flight.failure = Some((now, error.clone())),
        }
        self.landings.fetch_add(1, Ordering::Release);
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

    fn log_kept(&self, error: &ProviderFault) {
        let error: &(dyn std::error::Error + 'static) = error;
        tracing::warn!(
            provider = %self.provider,
            error,
            "the {} that was known before is kept",
            self.document
        );
    }

    fn failed_recently(&self, flight: &Flight) -> bool {
        let now = self.clock.now();
        matches!(flight.failure, Some((at, _)) if within(RETRY_AFTER, at, now))
    }
}

impl<T> std::fmt::Debug for Cached<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cached").finish_non_exhaustive()
    }
}

/// Tells whether `at` is less than a span ago. A clock that was set back makes everything old, not young for ever.
fn within(span: TimeDelta, at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    at <= now && now - at < span
}

/// How old a document may get: keys that the provider withdraws are out of use after this.
const MAX_AGE: TimeDelta = TimeDelta::minutes(10);
/// How long an aged document serves while the provider cannot be read: what it withdrew after a theft ends with this.
const MAX_STALENESS: TimeDelta = TimeDelta::hours(24);
/// How long one caller waits for an aged document to be read again.
const REFRESH_LIMIT: Duration = Duration::from_millis(1_500);
/// How long an aged document serves before it is tried again to read it.
const RETRY_AFTER: TimeDelta = TimeDelta::seconds(20);
/// How long the provider is spared after a fetch that was forced from outside, such as by an unknown `kid`.
const COOL_DOWN: TimeDelta = TimeDelta::seconds(60);

#[cfg(test)]
mod tests;
