use belgie_domain::{EmailAddress, User, UserId};

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
}

/// Changes of users.
pub trait UserWrites {
    /// Adds a user.
    fn insert_user<'a>(&'a self, user: &'a User) -> BoxFuture<'a, Result<(), StoreError>>;

    /// Writes all fields of the user with that id; returns whether there is one.
    fn update_user<'a>(&'a self, user: &'a User) -> BoxFuture<'a, Result<bool, StoreError>>;

    /// Deletes a user with everything that belongs to it; returns whether there was one. Events keep the id.
    fn delete_user(&self, id: UserId) -> BoxFuture<'_, Result<bool, StoreError>>;

    /// Deletes everything that opens a user or could: its accounts and its sessions. The user itself stays.
    ///
    /// It is called when a user was set up under an address that another person then proves. Whatever comes to open users
    /// later (passwords, one-time tokens) MUST be deleted here too.
    fn delete_everything_that_opens(&self, user: UserId) -> BoxFuture<'_, Result<(), StoreError>>;
}

/// Which users to return.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct UserQuery {
    /// Only those after this id.
    pub after: Option<UserId>,
    /// At most so many.
    pub limit: u32,
}

impl UserQuery {
    /// Asks for the first users.
    pub fn first(limit: u32) -> Self {
        Self { after: None, limit }
    }

    /// Asks for those after this one.
    #[must_use]
    pub fn after(self, id: UserId) -> Self {
        Self {
            after: Some(id),
            ..self
        }
    }
}
