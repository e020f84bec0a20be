use chrono::{DateTime, TimeDelta, Utc};

/// How often something may happen: a bucket of permits that is refilled at a constant rate (GCRA).
///
/// The state of a bucket is one instant, `full_at`: when it will be full again if nothing more is taken. A bucket whose
/// `full_at` has passed is full, as is one that was never used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimit {
    burst: u32,
    every: TimeDelta,
}

/// The answer to a request for a permit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Permit {
    /// One permit was taken.
    Granted,
    /// The bucket is empty, and nothing was taken.
    Refused {
        /// How long until there is a permit again.
        retry_after: TimeDelta,
    },
}

impl RateLimit {
    /// Returns the limit of `burst` permits at once, of which one comes back after each `every`. A burst of zero counts
    /// as one; the pause is in whole microseconds and at least one.
    pub const fn new(burst: u32, every: TimeDelta) -> Self {
        let micros = match every.num_microseconds() {
            Some(micros) if micros > 0 => micros,
            Some(_) => 1,
            None => i64::MAX,
        };
        Self {
            burst: if burst == 0 { 1 } else { burst },
            every: TimeDelta::microseconds(micros),
        }
    }

    /// Returns the limit of `burst` permits within `period`: an empty bucket is full again after it.
    pub const fn per(burst: u32, period: TimeDelta) -> Self {
        let micros = match period.num_microseconds() {
            Some(micros) => micros,
            None => i64::MAX,
        };
        let permits = if burst == 0 { 1 } else { burst };
        Self::new(permits, TimeDelta::microseconds(micros / permits as i64))
    }

    /// Returns the number of permits in a full bucket.
    pub const fn burst(self) -> u32 {
        self.burst
    }

    /// Returns how long it takes until so many permits have come back.
    pub const fn refill_time(self, permits: u32) -> TimeDelta {
        let every = match self.every.num_microseconds() {
            Some(micros) => micros,
            None => i64::MAX,
        };
        TimeDelta::microseconds(every.saturating_mul(permits as i64))
    }

    /// Returns the latest `full_at` of a bucket that has a permit.
    pub fn latest_full_at(self, now: DateTime<Utc>) -> DateTime<Utc> {
        later(now, self.refill_time(self.burst - 1))
    }

    /// Takes one permit: returns the new `full_at`, or `None` when the bucket is empty.
    pub fn take(self, full_at: DateTime<Utc>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let granted = full_at <= self.latest_full_at(now);
        granted.then(|| later(full_at.max(now), self.every))
    }

    /// Returns how long until the bucket has a permit, at most the time in which an empty one becomes full.
    pub fn retry_after(self, full_at: DateTime<Utc>, now: DateTime<Utc>) -> TimeDelta {
        let wait = full_at - self.latest_full_at(now);
        wait.clamp(TimeDelta::zero(), self.refill_time(self.burst))
    }

    /// Puts permits back: returns the new `full_at`. The bucket never holds more than its burst.
    pub fn put_back(self, full_at: DateTime<Utc>, permits: u32) -> DateTime<Utc> {
        let earlier = full_at.checked_sub_signed(self.refill_time(permits));
        earlier.unwrap_or(DateTime::<Utc>::MIN_UTC)
    }
}

fn later(at: DateTime<Utc>, by: TimeDelta) -> DateTime<Utc> {
    at.checked_add_signed(by)
        .unwrap_or(DateTime::<Utc>::MAX_UTC)
}

#[cfg(test)]
mod tests;
