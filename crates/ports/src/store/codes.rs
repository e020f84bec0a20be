use belgie_domain::{IssuedCode, TokenHash};
use chrono::{DateTime, Utc};

use super::StoreError;
use crate::BoxFuture;

/// One-time codes: each method is one statement without a transaction around it.
pub trait Codes {
    /// Deletes the code with this hash and returns it, expired or not. Of any number of concurrent calls, on any number
    /// of nodes, at most one gets it.
    fn consume_code(
        &self,
        code_hash: TokenHash,
    ) -> BoxFuture<'_, Result<Option<IssuedCode>, StoreError>>;

    /// Deletes at most `limit` codes that expired at or before `now`; returns how many were deleted.
    fn delete_expired_codes(
        &self,
        now: DateTime<Utc>,
        limit: u32,
    ) -> BoxFuture<'_, Result<u64, StoreError>>;
}

/// Writes of one-time codes, inside a transaction.
pub trait CodeWrites {
    /// Adds a code to an existing user. It is deleted with the user, and with the user's credentials.
    ///
    /// [`StoreError::Conflict`] if there is a code with this hash.
    fn insert_code<'a>(&'a self, code: &'a IssuedCode) -> BoxFuture<'a, Result<(), StoreError>>;
}
