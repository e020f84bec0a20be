use belgie_domain::{PendingSignIn, TokenHash, UserId};
use chrono::{DateTime, Utc};

use super::StoreError;
use crate::BoxFuture;

/// Pending sign-ins, at most one for each browser: each method is one statement without a transaction around it.
pub trait PendingSignIns {
    /// Adds a pending sign-in in place of the one that its browser may have.
    ///
    /// [`StoreError::Conflict`] if its holder does not exist.
    fn put_pending_sign_in<'a>(
        &'a self,
        pending: &'a PendingSignIn,
    ) -> BoxFuture<'a, Result<(), StoreError>>;

    /// Returns the pending sign-in of this browser, expired or not.
    fn find_pending_sign_in(
        &self,
        binding_hash: TokenHash,
    ) -> BoxFuture<'_, Result<Option<PendingSignIn>, StoreError>>;

    /// Deletes the pending sign-in of this browser; returns whether it existed.
    fn delete_pending_sign_in(
        &self,
        binding_hash: TokenHash,
    ) -> BoxFuture<'_, Result<bool, StoreError>>;

    /// Deletes at most `limit` pending sign-ins that expired at or before `now`; returns how many were deleted.
    fn delete_expired_pending_sign_ins(
        &self,
        now: DateTime<Utc>,
        limit: u32,
    ) -> BoxFuture<'_, Result<u64, StoreError>>;
}

/// Writes of pending sign-ins, inside a transaction.
pub trait PendingSignInWrites {
    /// Deletes the pending sign-in of this browser and returns it, expired or not, if it waits for this user; one that
    /// waits for another user stays.
    fn consume_pending_sign_in(
        &self,
        binding_hash: TokenHash,
        holder: UserId,
    ) -> BoxFuture<'_, Result<Option<PendingSignIn>, StoreError>>;
}
