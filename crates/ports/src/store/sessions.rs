use belgie_domain::{Session, SessionId, Slide, TokenHash, User, UserId};
use chrono::{DateTime, Utc};

use super::StoreError;
use crate::BoxFuture;

/// Look-ups of sessions. The caller checks whether a session has expired and whether its user is active.
pub trait Sessions {
    /// Returns the session with this token, and its user. This is the hot path: one statement, by unique keys.
    fn find_session_by_token(
        &self,
        token_hash: TokenHash,
    ) -> BoxFuture<'_, Result<Option<(Session, User)>, StoreError>>;

    /// Returns the session with this id, and its user.
    fn find_session_by_id(
        &self,
        id: SessionId,
    ) -> BoxFuture<'_, Result<Option<(Session, User)>, StoreError>>;

    /// Returns a user's sessions, expired ones included, newest first (by `created_at`, then id).
    fn sessions_of(&self, user: UserId) -> BoxFuture<'_, Result<Vec<Session>, StoreError>>;
}

/// Writes of sessions, inside a transaction.
pub trait SessionWrites {
    /// Adds a session to an existing user.
    fn insert_session<'a>(&'a self, session: &'a Session) -> BoxFuture<'a, Result<(), StoreError>>;

    /// Deletes the session with this token and returns it.
    fn consume_session(
        &self,
        token_hash: TokenHash,
    ) -> BoxFuture<'_, Result<Option<Session>, StoreError>>;

    /// Deletes the session with this id; returns whether it existed.
    fn delete_session(&self, id: SessionId) -> BoxFuture<'_, Result<bool, StoreError>>;

    /// Deletes a user's sessions except `except`, and the one-time codes that would each start another; returns how many
    /// sessions were deleted.
    fn delete_sessions_of(
        &self,
        user: UserId,
        except: Option<SessionId>,
    ) -> BoxFuture<'_, Result<u64, StoreError>>;

    /// Deletes a user's oldest sessions (by `created_at`, then id) so that at most `keep` remain; returns how many were
    /// deleted.
    fn trim_sessions_of(&self, user: UserId, keep: u32) -> BoxFuture<'_, Result<u64, StoreError>>;
}

/// Writes of sessions that are one statement each, without a transaction around them.
pub trait SessionMaintenance {
    /// Records a use of a session, if it still exists and was last used at `slide.from`; returns whether it did. It never
    /// restores a deleted session.
    fn slide_session(&self, slide: Slide) -> BoxFuture<'_, Result<bool, StoreError>>;

    /// Deletes at most `limit` sessions that expired at or before `now`, or were created at or before `created_before`;
    /// returns how many were deleted.
    fn delete_expired_sessions(
        &self,
        now: DateTime<Utc>,
        created_before: DateTime<Utc>,
        limit: u32,
    ) -> BoxFuture<'_, Result<u64, StoreError>>;
}
