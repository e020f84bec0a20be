//! How many sign-ins may ask one provider at once.

use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};

use crate::unusable::Unusable;

/// Keeps a provider that does not answer from holding everything that we have.
pub(crate) struct Gate(Semaphore);

impl Gate {
    pub(crate) fn new() -> Self {
        Self(Semaphore::new(MOST_AT_ONCE))
    }

    /// Waits a moment for a place among those who ask the provider.
    pub(crate) async fn enter(&self) -> Result<SemaphorePermit<'_>, Unusable> {
        match tokio::time::timeout(PATIENCE, self.0.acquire()).await {
            Ok(Ok(permit)) => Ok(permit),
            Ok(Err(_)) | Err(_) => Err(Unusable::Busy),
        }
    }
}

const MOST_AT_ONCE: usize = 64;
const PATIENCE: Duration = Duration::from_secs(1);

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn net_05_who_comes_when_all_places_are_taken_waits_a_moment_only() {
        let gate = Gate::new();
        let mut permits = Vec::new();
        for _ in 0..MOST_AT_ONCE {
            permits.push(gate.enter().await.unwrap());
        }

        assert_eq!(gate.enter().await.unwrap_err(), Unusable::Busy);
        permits.pop();
        assert!(gate.enter().await.is_ok());
    }
}
