use belgie_domain::{Session, SessionId, Slide, TokenHash, User, UserId};
use chrono::{DateTime, Utc};

use super::StoreError;
use crate::BoxFuture;

/// Look-ups of sessions. Whether a session has expired and whether its user is active is for the caller to judge.
pub trait Sessions {
    /// Returns the session that a token opens, with its user. This is the hot path: one statement, by unique keys.
    fn find_session_by_token(
        &self,
        token_hash: TokenHash,
    ) -> BoxFuture<'_, Result<Option<(Session, User)>, StoreError>>;

    /// Returns the session with this id, with its user.
    fn find_session_by_id(
        &self,
        id: SessionId,
    ) -> BoxFuture<'_, Result<Option<(Session, User)>, StoreError>>;

    /// Returns a user's sessions, expired ones included, newest first (by `created_at`, then id).
    fn sessions_of(&self, user: UserId) -> BoxFuture<'_, Result<Vec<Session>, StoreError>>;
}

/// Changes of sessions inside a transaction.
pub trait SessionWrites {
    /// Adds a session to a user that exists.
    fn insert_session<'a>(&'a self, session: &'a Session) -> BoxFuture<'a, Result<(), StoreError>>;

    /// Deletes the session that a token opens and returns it.
    fn consume_session(
        &self,
        token_hash: TokenHash,
    ) -> BoxFuture<'_, Result<Option<Session>, StoreError>>;

    /// Deletes the session with this id; returns whether there was one.
    fn delete_session(&self, id: SessionId) -> BoxFuture<'_, Result<bool, StoreError>>;

    /// Deletes a user's sessions but for `except`; returns how many.
    fn delete_sessions_of(
        &self,
        user: UserId,
        except: Option<SessionId>,
    ) -> BoxFuture<'_, Result<u64, StoreError>>;

    /// Deletes a user's oldest sessions (by `created_at`, then id) so that at most `keep` remain; returns how many went.
    fn trim_sessions_of(&self, user: UserId, keep: u32) -> BoxFuture<'_, Result<u64, StoreError>>;
}

/// Changes of sessions that are one statement each, with no transaction around them.
pub trait SessionUpkeep {
    /// Moves a session's expiry, if the session still is and still has the expiry `slide.from`. Returns whether it
    /// did. It never brings back a session that is gone.
    fn slide_session(&self, slide: Slide) -> BoxFuture<'_, Result<bool, StoreError>>;

    /// Deletes at most `limit` sessions that expired at or before `now`, or were created at or before
    /// `created_before`; returns how many.
    fn delete_expired_sessions(
        &self,
        now: DateTime<Utc>,
        created_before: DateTime<Utc>,
        limit: u32,
    ) -> BoxFuture<'_, Result<u64, StoreError>>;
}
