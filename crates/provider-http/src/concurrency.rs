use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};

/// Limits the number of concurrent calls, so that an unresponsive provider cannot tie up all resources.
#[derive(Debug)]
pub struct ConcurrencyLimit {
    places: Semaphore,
    patience: Duration,
}

/// The permission for one call, released on drop.
#[derive(Debug)]
#[must_use]
pub struct Permit<'a>(#[expect(dead_code, reason = "it is held, not read")] SemaphorePermit<'a>);

/// All slots were in use for longer than a caller waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many calls are in progress")]
pub struct Busy;

impl ConcurrencyLimit {
    /// Creates a limit of this many calls; a further call waits this long for a slot.
    pub fn new(calls: usize, patience: Duration) -> Self {
        Self {
            places: Semaphore::new(calls),
            patience,
        }
    }

    /// Waits for a slot.
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
    /// 64 calls; a further call waits a second.
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
