use belgie_domain::{EmailAddress, User, UserId, UserPassword};

use super::StoreError;
use crate::BoxFuture;

/// A user, and the user's password if there is one.
pub type UserWithPassword = (User, Option<UserPassword>);

/// Look-ups of passwords.
pub trait Passwords {
    /// Returns a user's password.
    fn find_password(
        &self,
        user: UserId,
    ) -> BoxFuture<'_, Result<Option<UserPassword>, StoreError>>;

    /// Returns the user with this address, and the user's password if there is one. It is one statement, so it takes the
    /// same time for every address.
    fn find_user_with_password<'a>(
        &'a self,
        email: &'a EmailAddress,
    ) -> BoxFuture<'a, Result<Option<UserWithPassword>, StoreError>>;
}

/// Writes of passwords, inside a transaction.
pub trait PasswordWrites {
    /// Adds the password of an existing user, or overwrites all fields of the stored one.
    fn save_password<'a>(
        &'a self,
        password: &'a UserPassword,
    ) -> BoxFuture<'a, Result<(), StoreError>>;

    /// Deletes a user's password; returns whether there was one.
    fn delete_password(&self, user: UserId) -> BoxFuture<'_, Result<bool, StoreError>>;
}
