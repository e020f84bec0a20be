use belgie_domain::{MailedToken, MailedTokenId, TokenHash, TokenPurpose, UserId};
use chrono::{DateTime, Utc};

use super::StoreError;
use crate::BoxFuture;

/// One-time tokens that are mailed, at most one for each purpose of an owner: each method is one statement without a
/// transaction around it.
pub trait MailedTokens {
    /// Returns the token with this hash, expired or not.
    fn find_mailed_token(
        &self,
        token_hash: TokenHash,
    ) -> BoxFuture<'_, Result<Option<MailedToken>, StoreError>>;

    /// Returns a user's tokens, expired ones included, oldest first (by id).
    fn mailed_tokens_of(&self, user: UserId)
    -> BoxFuture<'_, Result<Vec<MailedToken>, StoreError>>;

    /// Gives the token with this id another hash and expiry, and returns it as it is now; `None` if it no longer exists.
    ///
    /// [`StoreError::Conflict`] if another token has this hash.
    fn reissue_mailed_token(
        &self,
        id: MailedTokenId,
        token_hash: TokenHash,
        expires_at: DateTime<Utc>,
    ) -> BoxFuture<'_, Result<Option<MailedToken>, StoreError>>;

    /// Deletes at most `limit` tokens that expired at or before `now`; returns how many were deleted.
    fn delete_expired_mailed_tokens(
        &self,
        now: DateTime<Utc>,
        limit: u32,
    ) -> BoxFuture<'_, Result<u64, StoreError>>;
}

/// Writes of mailed tokens, inside a transaction.
pub trait MailedTokenWrites {
    /// Adds a token in place of the one that its owner has for the same purpose. A user who owns one must exist; the token is
    /// deleted with the user, and with the user's credentials. A [pending sign-up](belgie_domain::PendingSignUp) is identified by issuer
    /// and subject alone, and needs no account.
    ///
    /// [`StoreError::Conflict`] if there is another token with this hash or id.
    fn put_mailed_token<'a>(
        &'a self,
        token: &'a MailedToken,
    ) -> BoxFuture<'a, Result<(), StoreError>>;

    /// Deletes the token with this hash and returns it, expired or not, if it is for this purpose; one for another purpose
    /// stays. Of any number of transactions at once, on any number of nodes, at most one gets it.
    fn consume_mailed_token<'a>(
        &'a self,
        token_hash: TokenHash,
        purpose: &'a TokenPurpose,
    ) -> BoxFuture<'a, Result<Option<MailedToken>, StoreError>>;

    /// Deletes all tokens of a user.
    fn delete_mailed_tokens_of(&self, user: UserId) -> BoxFuture<'_, Result<(), StoreError>>;
}
