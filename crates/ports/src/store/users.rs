use belgie_domain::{EmailAddress, Role, User, UserId};

use super::StoreError;
use crate::BoxFuture;

/// Look-ups of users.
pub trait Users {
    /// Returns the user with this id.
    fn find_user(&self, id: UserId) -> BoxFuture<'_, Result<Option<User>, StoreError>>;

    /// Returns the user with this address.
    fn find_user_by_email<'a>(
        &'a self,
        email: &'a EmailAddress,
    ) -> BoxFuture<'a, Result<Option<User>, StoreError>>;

    /// Returns users in the order of their ids, that is, of their creation.
    fn users(&self, query: UserQuery) -> BoxFuture<'_, Result<Vec<User>, StoreError>>;

    /// Returns whether there is an active user with this role, other than `except`.
    fn has_other_in_role<'a>(
        &'a self,
        role: &'a Role,
        except: UserId,
    ) -> BoxFuture<'a, Result<bool, StoreError>>;
}

/// Writes of users, inside a transaction.
pub trait UserWrites {
    /// Adds a user.
    fn insert_user<'a>(&'a self, user: &'a User) -> BoxFuture<'a, Result<(), StoreError>>;

    /// Overwrites all fields of the user with that id; returns whether it exists.
    fn update_user<'a>(&'a self, user: &'a User) -> BoxFuture<'a, Result<bool, StoreError>>;

    /// Deletes a user and everything that belongs to it; returns whether it existed. Events keep the id.
    fn delete_user(&self, id: UserId) -> BoxFuture<'_, Result<bool, StoreError>>;

    /// Deletes everything that gives access to a user: its accounts, its password, its sessions, and the pending sign-ins
    /// that wait for it. The user itself stays.
    ///
    /// For a person who takes over a user after proving its address by mail. Any credential added in future
    /// (one-time tokens, passkeys) MUST be deleted here too.
    fn delete_credentials_of(&self, user: UserId) -> BoxFuture<'_, Result<(), StoreError>>;
}

/// Selects users.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct UserQuery {
    /// Only those after this id.
    pub after: Option<UserId>,
    /// At most this many.
    pub limit: u32,
}

impl UserQuery {
    /// Selects the first users.
    pub fn first(limit: u32) -> Self {
        Self { after: None, limit }
    }

    /// Restricts the selection to users after this one.
    #[must_use]
    pub fn after(self, id: UserId) -> Self {
        Self {
            after: Some(id),
            ..self
        }
    }
}
