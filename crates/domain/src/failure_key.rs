use chrono::{DateTime, DurationRound as _, TimeDelta, Utc};

use crate::{EventKind, FailureCode, ProviderId};

/// The key under which failures without a known user are counted. Anyone can cause any number of them, so they are not
/// recorded one by one (ASVS 16.3.1).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct FailureKey {
    /// The minute in which it happened.
    pub minute: DateTime<Utc>,
    /// What was attempted.
    pub kind: EventKind,
    /// The provider involved.
    pub provider: Option<ProviderId>,
    /// Why it failed.
    pub code: FailureCode,
}

impl FailureKey {
    /// Returns the key of a failure at this moment.
    pub fn new(
        at: DateTime<Utc>,
        kind: EventKind,
        provider: Option<ProviderId>,
        code: FailureCode,
    ) -> Self {
        let minute = at.duration_trunc(TimeDelta::minutes(1)).unwrap_or(at);
        Self {
            minute,
            kind,
            provider,
            code,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_of_one_minute_are_counted_together() {
        let at = |second| DateTime::from_timestamp(second, 123_456_000).unwrap();
        let key = |second| {
            FailureKey::new(
                at(second),
                EventKind::SignIn,
                None,
                FailureCode::InvalidState,
            )
        };

        assert_eq!(key(60), key(119));
        assert_ne!(key(119), key(120));
        assert_eq!(key(61).minute, DateTime::from_timestamp(60, 0).unwrap());
    }
}
