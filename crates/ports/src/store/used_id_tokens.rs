use belgie_domain::TokenHash;
use chrono::{DateTime, Utc};

use super::StoreError;
use crate::BoxFuture;

/// The ID tokens that clients have posted: each method is one statement without a transaction around it.
pub trait UsedIdTokens {
    /// Records that an ID token was used; returns whether this is its first use. The record must be kept until
    /// `expires_at`. Of any number of concurrent calls with one hash, on any number of nodes, exactly one returns `true`.
    fn use_id_token(
        &self,
        token_hash: TokenHash,
        expires_at: DateTime<Utc>,
    ) -> BoxFuture<'_, Result<bool, StoreError>>;

    /// Deletes at most `limit` records that expired at or before `now`; returns how many were deleted.
    fn delete_expired_id_tokens(
        &self,
        now: DateTime<Utc>,
        limit: u32,
    ) -> BoxFuture<'_, Result<u64, StoreError>>;
}
