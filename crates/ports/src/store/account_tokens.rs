use belgie_domain::{AccountId, SealedTokens};

use super::StoreError;
use crate::BoxFuture;

/// The tokens that providers issued for accounts: each method is one statement without a transaction around it.
pub trait AccountTokens {
    /// Returns the tokens of an account.
    fn find_tokens(
        &self,
        account: AccountId,
    ) -> BoxFuture<'_, Result<Option<SealedTokens>, StoreError>>;

    /// Returns at most `limit` sets of tokens in the order of their account ids, those after `after` only.
    fn tokens_after(
        &self,
        after: Option<AccountId>,
        limit: u32,
    ) -> BoxFuture<'_, Result<Vec<SealedTokens>, StoreError>>;

    /// Overwrites all fields of an account's tokens if the stored revision is the one before `tokens.revision`; returns
    /// whether it was. Of any number of concurrent calls with one revision, on any number of nodes, at most one
    /// succeeds.
    fn replace_tokens<'a>(
        &'a self,
        tokens: &'a SealedTokens,
    ) -> BoxFuture<'a, Result<bool, StoreError>>;

    /// Deletes an account's tokens if they have this revision; returns whether they had.
    fn delete_tokens(
        &self,
        account: AccountId,
        revision: u32,
    ) -> BoxFuture<'_, Result<bool, StoreError>>;
}

/// Writes of tokens, inside a transaction.
pub trait AccountTokenWrites {
    /// Adds the tokens of an existing account, or overwrites the stored ones, except that
    ///
    /// - a refresh token is kept if there is no new one,
    /// - the stored revision goes up by one, whatever `tokens.revision` is.
    fn save_tokens<'a>(&'a self, tokens: &'a SealedTokens)
    -> BoxFuture<'a, Result<(), StoreError>>;
}
