use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use belgie_domain::ClientNetwork;
use belgie_ports::{AttemptCounts, Store};
use chrono::{DateTime, TimeDelta, Utc};

use crate::AuthError;

/// An estimate of how many attempts are open: counted every few seconds, plus those started on this node since. Anyone
/// can start a sign-in, so without a limit the attempts could fill the disk.
///
/// The limits can be exceeded by at most what other nodes start within [`INTERVAL`], and the limit of a network also by
/// [`MIN_REPORTED`].
#[derive(Debug, Default)]
pub(crate) struct AttemptLoad(Mutex<Counts>);

#[derive(Debug, Default)]
struct Counts {
    at: Option<DateTime<Utc>>,
    total: u64,
    by_network: HashMap<Option<ClientNetwork>, u64>,
}

/// Open attempts from one network; many people may share an address.
const MAX_PER_NETWORK: u64 = 12_000;
/// Open attempts in total: about half a gigabyte.
const MAX_TOTAL: u64 = 200_000;
/// Networks with fewer attempts than this are not counted individually.
const MIN_REPORTED: u64 = 1_000;
/// How long a count stays valid.
const INTERVAL: TimeDelta = TimeDelta::seconds(5);

impl AttemptLoad {
    /// Counts one more attempt from a network.
    ///
    /// # Errors
    /// [`AuthError::TooManyAttempts`] when there are too many, [`AuthError::Store`] when they cannot be counted.
    pub(crate) async fn admit(
        &self,
        network: Option<ClientNetwork>,
        store: &dyn Store,
        now: DateTime<Utc>,
    ) -> Result<(), AuthError> {
        if self.claim_recount(now) {
            match store.count_attempts(MIN_REPORTED).await {
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
        tracing::warn!(network = %shown_network(network), "too many sign-ins are open");
        Err(AuthError::TooManyAttempts)
    }

    /// Returns whether the caller must count anew; the others use the current count.
    fn claim_recount(&self, now: DateTime<Utc>) -> bool {
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

    fn lock(&self) -> std::sync::MutexGuard<'_, Counts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Counts {
    /// Counts one more attempt, unless there are too many.
    fn add(&mut self, network: Option<ClientNetwork>) -> bool {
        let of_network = self.by_network.entry(network).or_default();
        if self.total >= MAX_TOTAL || *of_network >= MAX_PER_NETWORK {
            return false;
        }
        *of_network += 1;
        self.total += 1;
        true
    }
}

fn shown_network(network: Option<ClientNetwork>) -> String {
    network.map_or_else(|| "unknown".to_owned(), |network| network.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(last: u8) -> ClientNetwork {
        ClientNetwork::V4([192, 0, 2, last].into())
    }

    #[test]
    fn a_network_at_its_limit_does_not_block_other_networks() {
        let mut counted = Counts::default();

        let admitted = (0..MAX_PER_NETWORK + 100).filter(|_| counted.add(Some(network(1))));

        assert_eq!(admitted.count() as u64, MAX_PER_NETWORK);
        const { assert!(MAX_PER_NETWORK > 10_000) };
        assert!(counted.add(Some(network(2))));
        assert!(!counted.add(Some(network(1))));
    }

    #[test]
    fn the_whole_is_bounded_too() {
        let mut counted = Counts {
            total: MAX_TOTAL - 1,
            ..Counts::default()
        };

        assert!(counted.add(Some(network(1))));
        assert!(!counted.add(Some(network(2))));
    }

    #[test]
    fn a_count_is_good_for_five_seconds_and_one_caller_renews_it() {
        let load = AttemptLoad::default();
        let at = |millis| DateTime::from_timestamp_millis(millis).unwrap();

        assert!(load.claim_recount(at(0)));
        for millis in [0, 1, 4_999] {
            assert!(!load.claim_recount(at(millis)), "{millis}");
        }
        assert!(load.claim_recount(at(5_000)));
        assert!(!load.claim_recount(at(5_000)));
        assert!(load.claim_recount(at(-1)), "a clock that goes back");
    }
}
