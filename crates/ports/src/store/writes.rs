use belgie_domain::{Attempt, Event, Slide, TokenHash};
use chrono::{DateTime, Utc};

use super::StoreError;
use crate::BoxFuture;

/// Writes that are one statement each, with no transaction around them.
pub trait SingleWrites {
    /// Deletes the attempt with this state and returns it, expired or not. Of any number of calls at once, on any
    /// number of nodes, at most one gets it.
    fn consume_attempt(
        &self,
        state_hash: TokenHash,
    ) -> BoxFuture<'_, Result<Option<Attempt>, StoreError>>;

    /// Moves a session's expiry, if the session still is and still has the expiry `slide.from`. Returns whether it
    /// did. It never brings back a session that is gone.
    fn slide_session(&self, slide: Slide) -> BoxFuture<'_, Result<bool, StoreError>>;

    /// Keeps an event that belongs to no other change.
    fn record_event(&self, event: Event) -> BoxFuture<'_, Result<(), StoreError>>;

    /// Deletes at most `limit` sessions that expired at or before `now`, or were created at or before
    /// `created_before`; returns how many.
    fn delete_expired_sessions(
        &self,
        now: DateTime<Utc>,
        created_before: DateTime<Utc>,
        limit: u32,
    ) -> BoxFuture<'_, Result<u64, StoreError>>;

    /// Deletes at most `limit` attempts that expired at or before `now`; returns how many.
    fn delete_expired_attempts(
        &self,
        now: DateTime<Utc>,
        limit: u32,
    ) -> BoxFuture<'_, Result<u64, StoreError>>;
}
