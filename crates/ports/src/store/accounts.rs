use belgie_domain::{Account, AccountId, Issuer, Subject, UserId};

use super::StoreError;
use crate::BoxFuture;

/// Look-ups of accounts.
pub trait Accounts {
    /// Returns the account of this subject at this issuer, compared byte for byte.
    fn find_account<'a>(
        &'a self,
        issuer: &'a Issuer,
        subject: &'a Subject,
    ) -> BoxFuture<'a, Result<Option<Account>, StoreError>>;

    /// Returns a user's accounts, oldest first (by id).
    fn accounts_of(&self, user: UserId) -> BoxFuture<'_, Result<Vec<Account>, StoreError>>;
}

/// Writes of accounts, inside a transaction.
pub trait AccountWrites {
    /// Adds an account to an existing user.
    fn insert_account<'a>(&'a self, account: &'a Account) -> BoxFuture<'a, Result<(), StoreError>>;

    /// Overwrites all fields of the account with that id; returns whether it exists.
    fn update_account<'a>(
        &'a self,
        account: &'a Account,
    ) -> BoxFuture<'a, Result<bool, StoreError>>;

    /// Deletes an account with everything the provider issued for it; returns whether it existed.
    fn delete_account(&self, id: AccountId) -> BoxFuture<'_, Result<bool, StoreError>>;
}
