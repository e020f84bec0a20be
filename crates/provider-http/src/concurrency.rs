use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};

/// Bounds how many calls are under way at once, so that a provider that does not answer cannot hold everything.
#[derive(Debug)]
pub struct ConcurrencyLimit {
    places: Semaphore,
    patience: Duration,
}

/// A place among the calls that are under way; free again when dropped.
#[derive(Debug)]
#[must_use]
pub struct Permit<'a>(#[expect(dead_code, reason = "it is held, not read")] SemaphorePermit<'a>);

/// All places were taken for longer than a caller waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many calls are under way")]
pub struct Busy;

impl ConcurrencyLimit {
    /// Makes a limit of so many calls; one more waits this long for a place.
    pub fn new(calls: usize, patience: Duration) -> Self {
        Self {
            places: Semaphore::new(calls),
            patience,
        }
    }

    /// Waits for a place.
    ///
    /// # Errors
    /// [`Busy`] when none becomes free in time.
    pub async fn acquire(&self) -> Result<Permit<'_>, Busy> {
        match tokio::time::timeout(self.patience, self.places.acquire()).await {
            Ok(Ok(permit)) => Ok(Permit(permit)),
            Ok(Err(_)) | Err(_) => Err(Busy),
        }
    }
}

impl Default for ConcurrencyLimit {
    /// 64 calls; one more waits a second.
    fn default() -> Self {
        Self::new(64, Duration::from_secs(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn net_05_one_call_more_than_there_are_places_waits_a_moment_only() {
        let limit = ConcurrencyLimit::default();
        let mut permits = Vec::new();
        for _ in 0..64 {
            permits.push(limit.acquire().await.unwrap());
        }

        assert_eq!(limit.acquire().await.unwrap_err(), Busy);
        permits.pop();
        assert!(limit.acquire().await.is_ok());
    }
}
