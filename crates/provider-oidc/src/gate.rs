//! How many sign-ins may ask one provider at once, and when it is left alone.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use belgie_ports::Clock;
use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::unusable::Unusable;

/// Keeps a provider that does not answer from holding everything that we have.
///
/// Only silence closes it: an error that comes at once costs nothing. Any answer opens it again.
pub(crate) struct Gate {
    clock: Arc<dyn Clock>,
    permits: Semaphore,
    silence: Mutex<Silence>,
}

#[derive(Debug, Default)]
struct Silence {
    times: u32,
    until: Option<DateTime<Utc>>,
}

impl Gate {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            clock,
            permits: Semaphore::new(MOST_AT_ONCE),
            silence: Mutex::default(),
        }
    }

    /// Waits a moment for a place among those who ask the provider.
    pub(crate) async fn enter(&self) -> Result<SemaphorePermit<'_>, Unusable> {
        self.check_silence()?;
        match tokio::time::timeout(PATIENCE, self.permits.acquire()).await {
            Ok(Ok(permit)) => Ok(permit),
            Ok(Err(_)) | Err(_) => Err(Unusable::Busy),
        }
    }

    pub(crate) fn answered(&self) {
        *self.silence() = Silence::default();
    }

    pub(crate) fn was_silent(&self) {
        let now = self.clock.now();
        let mut silence = self.silence();
        silence.times += 1;
        if silence.times >= SILENT_TIMES {
            silence.until = Some(now + LEFT_ALONE);
        }
    }

    /// Lets one through when the time is over; it decides for the rest.
    fn check_silence(&self) -> Result<(), Unusable> {
        let now = self.clock.now();
        let mut silence = self.silence();
        match silence.until {
            Some(until) if now < until && until - now <= LEFT_ALONE => Err(Unusable::LeftAlone),
            Some(_) => {
                silence.until = Some(now + LEFT_ALONE);
                Ok(())
            }
            None => Ok(()),
        }
    }

    fn silence(&self) -> std::sync::MutexGuard<'_, Silence> {
        self.silence.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

const MOST_AT_ONCE: usize = 64;
const PATIENCE: Duration = Duration::from_secs(1);
const SILENT_TIMES: u32 = 10;
const LEFT_ALONE: TimeDelta = TimeDelta::seconds(10);

#[cfg(test)]
mod tests {
    use belgie_testkit::TestClock;

    use super::*;

    fn gate() -> (Gate, TestClock) {
        let clock = TestClock::default();
        (Gate::new(Arc::new(clock.clone())), clock)
    }

    #[tokio::test(start_paused = true)]
    async fn net_05_who_comes_when_all_places_are_taken_waits_a_moment_only() {
        let (gate, _) = gate();
        let mut permits = Vec::new();
        for _ in 0..MOST_AT_ONCE {
            permits.push(gate.enter().await.unwrap());
        }

        assert_eq!(gate.enter().await.unwrap_err(), Unusable::Busy);
        permits.pop();
        assert!(gate.enter().await.is_ok());
    }

    #[tokio::test]
    async fn net_05_a_silent_provider_is_left_alone_and_tried_by_one_afterwards() {
        let (gate, clock) = gate();
        for _ in 0..SILENT_TIMES {
            assert!(gate.enter().await.is_ok());
            gate.was_silent();
        }

        assert_eq!(gate.enter().await.unwrap_err(), Unusable::LeftAlone);
        clock.advance(LEFT_ALONE);
        assert!(gate.enter().await.is_ok());
        assert_eq!(gate.enter().await.unwrap_err(), Unusable::LeftAlone);
        gate.answered();
        assert!(gate.enter().await.is_ok());
    }

    #[tokio::test]
    async fn net_05_an_answer_in_between_forgets_the_silence() {
        let (gate, _) = gate();
        for _ in 0..SILENT_TIMES - 1 {
            gate.was_silent();
        }
        gate.answered();
        gate.was_silent();

        assert!(gate.enter().await.is_ok());
    }
}
