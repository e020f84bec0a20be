use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use belgie_domain::ClientNetwork;
use belgie_ports::{AttemptCounts, Store};
use chrono::{DateTime, TimeDelta, Utc};

use crate::AuthError;

/// How many attempts are open, roughly: counted every few seconds, and those begun here since. Anybody can begin a sign-in,
/// so without a bound strangers could fill the disk.
///
/// The bounds are exceeded at most by what the other nodes begin within [`INTERVAL`], and for a network by [`SHARE`].
#[derive(Debug, Default)]
pub(crate) struct AttemptLoad(Mutex<Counted>);

#[derive(Debug, Default)]
struct Counted {
    at: Option<DateTime<Utc>>,
    total: u64,
    by_network: HashMap<Option<ClientNetwork>, u64>,
}

/// Open attempts of one network: many people may share an address.
const PER_NETWORK: u64 = 12_000;
/// Open attempts in all: about half a gigabyte.
const TOTAL: u64 = 200_000;
/// Networks with fewer attempts than this are not asked for.
const SHARE: u64 = 1_000;
/// How long a count is good for.
const INTERVAL: TimeDelta = TimeDelta::seconds(5);

impl AttemptLoad {
    /// Counts one more attempt of a network.
    ///
    /// # Errors
    /// [`AuthError::TooManyAttempts`] when there are too many, [`AuthError::Store`] when they cannot be counted.
    pub(crate) async fn admit(
        &self,
        network: Option<ClientNetwork>,
        store: &dyn Store,
        now: DateTime<Utc>,
    ) -> Result<(), AuthError> {
        if self.claim_count(now) {
            match store.count_attempts(SHARE).await {
                Ok(counts) => self.set(counts),
                Err(error) => {
                    self.lock().at = None;
                    return Err(error.into());
                }
            }
        }
        if self.lock().add(network) {
            return Ok(());
        }
        tracing::warn!(network = %shown(network), "too many sign-ins are open");
        Err(AuthError::TooManyAttempts)
    }

    /// Returns whether the caller is to count anew; others go on with what is known.
    fn claim_count(&self, now: DateTime<Utc>) -> bool {
        let mut counted = self.lock();
        let good = counted
            .at
            .is_some_and(|at| (at..at + INTERVAL).contains(&now));
        if !good {
            counted.at = Some(now);
        }
        !good
    }

    fn set(&self, counts: AttemptCounts) {
        let mut counted = self.lock();
        counted.total = counts.total;
        let by_network = counts.by_network.into_iter();
        counted.by_network = by_network
            .map(|(network, count)| (Some(network), count))
            .collect();
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Counted> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Counted {
    /// Counts one more, unless there are too many.
    fn add(&mut self, network: Option<ClientNetwork>) -> bool {
        let of_network = self.by_network.entry(network).or_default();
        if self.total >= TOTAL || *of_network >= PER_NETWORK {
            return false;
        }
        *of_network += 1;
        self.total += 1;
        true
    }
}

fn shown(network: Option<ClientNetwork>) -> String {
    network.map_or_else(|| "unknown".to_owned(), |network| network.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(last: u8) -> ClientNetwork {
        ClientNetwork::V4([192, 0, 2, last].into())
    }

    #[test]
    fn a_network_with_a_full_share_keeps_nobody_else_out() {
        let mut counted = Counted::default();

        let admitted = (0..PER_NETWORK + 100).filter(|_| counted.add(Some(network(1))));

        assert_eq!(admitted.count() as u64, PER_NETWORK);
        const { assert!(PER_NETWORK > 10_000) };
        assert!(counted.add(Some(network(2))));
        assert!(!counted.add(Some(network(1))));
    }

    #[test]
    fn the_whole_is_bounded_too() {
        let mut counted = Counted {
            total: TOTAL - 1,
            ..Counted::default()
        };

        assert!(counted.add(Some(network(1))));
        assert!(!counted.add(Some(network(2))));
    }

    #[test]
    fn a_count_is_good_for_five_seconds_and_one_caller_renews_it() {
        let load = AttemptLoad::default();
        let at = |millis| DateTime::from_timestamp_millis(millis).unwrap();

        assert!(load.claim_count(at(0)));
        for millis in [0, 1, 4_999] {
            assert!(!load.claim_count(at(millis)), "{millis}");
        }
        assert!(load.claim_count(at(5_000)));
        assert!(!load.claim_count(at(5_000)));
        assert!(load.claim_count(at(-1)), "a clock that goes back");
    }
}
