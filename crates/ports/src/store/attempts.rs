use belgie_domain::{Attempt, ClientNetwork, TokenHash};
use chrono::{DateTime, Utc};

use super::StoreError;
use crate::BoxFuture;

/// Sign-in attempts: each method is one statement without a transaction around it. Any visitor can cause them, so they
/// never wait for each other.
pub trait Attempts {
    /// Adds an attempt, then deletes its browser's oldest attempts (by `created_at`, then state hash) so that at most
    /// `keep` remain. Attempts that another statement is changing at that moment may be skipped.
    ///
    /// [`StoreError::Conflict`] if the browser already has an attempt with this state.
    fn insert_attempt<'a>(
        &'a self,
        attempt: &'a Attempt,
        keep: u32,
    ) -> BoxFuture<'a, Result<(), StoreError>>;

    /// Deletes the attempt with this state and returns it, expired or not, if it is bound to this browser; another
    /// browser's attempt stays. Of any number of concurrent calls, on any number of nodes, at most one gets it.
    fn consume_attempt(
        &self,
        state_hash: TokenHash,
        binding_hash: TokenHash,
    ) -> BoxFuture<'_, Result<Option<Attempt>, StoreError>>;

    /// Returns the number of stored attempts, in all and for each network with at least `share` of them. Expired
    /// attempts count until they are deleted.
    fn count_attempts(&self, share: u64) -> BoxFuture<'_, Result<AttemptCounts, StoreError>>;

    /// Deletes at most `limit` attempts that expired at or before `now`; returns how many were deleted.
    fn delete_expired_attempts(
        &self,
        now: DateTime<Utc>,
        limit: u32,
    ) -> BoxFuture<'_, Result<u64, StoreError>>;
}

/// The number of stored attempts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct AttemptCounts {
    /// In total.
    pub total: u64,
    /// By network, for networks with many; in no particular order.
    pub by_network: Vec<(ClientNetwork, u64)>,
}

impl AttemptCounts {
    /// Creates the counts.
    pub fn new(total: u64, by_network: Vec<(ClientNetwork, u64)>) -> Self {
        Self { total, by_network }
    }
}
