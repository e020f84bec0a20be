use belgie_domain::{Attempt, ClientNetwork, TokenHash};
use chrono::{DateTime, Utc};

use super::StoreError;
use crate::BoxFuture;

/// Attempts: plain statements, with no transaction around them. Any visitor can cause them, so they never wait for one
/// another.
pub trait Attempts {
    /// Adds an attempt; then, apart from it, deletes its browser's oldest attempts (by `created_at`, then state hash) so
    /// that at most `keep` remain. One that another statement is changing at the moment may be passed over.
    fn insert_attempt<'a>(
        &'a self,
        attempt: &'a Attempt,
        keep: u32,
    ) -> BoxFuture<'a, Result<(), StoreError>>;

    /// Deletes the attempt with this state and returns it, expired or not, if it is bound to this browser; an attempt of
    /// another browser stays. Of any number of calls at once, on any number of nodes, at most one gets it.
    fn consume_attempt(
        &self,
        state_hash: TokenHash,
        binding_hash: TokenHash,
    ) -> BoxFuture<'_, Result<Option<Attempt>, StoreError>>;

    /// Returns how many attempts are kept, in all and for each network that has at least `share` of them. Those that have
    /// expired and are not deleted yet count.
    fn count_attempts(&self, share: u64) -> BoxFuture<'_, Result<AttemptCounts, StoreError>>;

    /// Deletes at most `limit` attempts that expired at or before `now`; returns how many.
    fn delete_expired_attempts(
        &self,
        now: DateTime<Utc>,
        limit: u32,
    ) -> BoxFuture<'_, Result<u64, StoreError>>;
}

/// How many attempts are kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct AttemptCounts {
    /// In all.
    pub total: u64,
    /// By network, where it is many; in no particular order.
    pub by_network: Vec<(ClientNetwork, u64)>,
}

impl AttemptCounts {
    /// Puts the counts together.
    pub fn new(total: u64, by_network: Vec<(ClientNetwork, u64)>) -> Self {
        Self { total, by_network }
    }
}
