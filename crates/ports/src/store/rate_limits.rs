use belgie_domain::{LimitKey, Permit, RateLimit};
use chrono::{DateTime, Utc};

use super::StoreError;
use crate::BoxFuture;

/// Buckets of permits, shared by all nodes: for each key the instant at which its bucket is full again. Each method is
/// one statement without a transaction around it.
///
/// These writes need not reach the disk before they return: a crash of the machine may give permits back. A crash of the
/// process loses nothing.
pub trait RateLimits {
    /// Takes a permit from the bucket with this key, as [`RateLimit::take`] decides. A key that is not stored has a full
    /// bucket. Of any number of concurrent calls, on any number of nodes, no more get a permit than there are.
    ///
    /// A refusal changes nothing.
    fn take_permit(
        &self,
        key: LimitKey,
        limit: RateLimit,
        now: DateTime<Utc>,
    ) -> BoxFuture<'_, Result<Permit, StoreError>>;

    /// Puts permits back, as [`RateLimit::put_back`] says. Does nothing when the key is not stored.
    fn return_permits(
        &self,
        key: LimitKey,
        limit: RateLimit,
        permits: u32,
    ) -> BoxFuture<'_, Result<(), StoreError>>;

    /// Deletes at most `limit` buckets that are full at `now`; returns how many were deleted.
    fn delete_full_buckets(
        &self,
        now: DateTime<Utc>,
        limit: u32,
    ) -> BoxFuture<'_, Result<u64, StoreError>>;
}
