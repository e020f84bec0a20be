use belgie_domain::{Account, EmailAddress, Event, Session, TokenHash, User, UserId};

use super::StoreError;
use crate::BoxFuture;

/// Look-ups outside a transaction, each one statement.
pub trait Reads {
    /// Returns the user with this id.
    fn find_user(&self, id: UserId) -> BoxFuture<'_, Result<Option<User>, StoreError>>;

    /// Returns the user with this address.
    fn find_user_by_email<'a>(
        &'a self,
        email: &'a EmailAddress,
    ) -> BoxFuture<'a, Result<Option<User>, StoreError>>;

    /// Returns users in the order of their ids, that is, of their making.
    fn users(&self, page: UserPage) -> BoxFuture<'_, Result<Vec<User>, StoreError>>;

    /// Returns the session that a token opens, with its user, whether or not it has ended by age and whether or not
    /// the user is active: that is for the caller to judge. This is the hot path: one statement, by unique keys.
    fn find_session(
        &self,
        token_hash: TokenHash,
    ) -> BoxFuture<'_, Result<Option<(Session, User)>, StoreError>>;

    /// Returns a user's sessions, those that have ended by age included, newest first (by `created_at`, then id).
    fn sessions_of(&self, user: UserId) -> BoxFuture<'_, Result<Vec<Session>, StoreError>>;

    /// Returns a user's accounts, oldest first (by id).
    fn accounts_of(&self, user: UserId) -> BoxFuture<'_, Result<Vec<Account>, StoreError>>;

    /// Returns the newest events of a user, newest first (by id), at most `limit`.
    fn events_of(&self, user: UserId, limit: u32) -> BoxFuture<'_, Result<Vec<Event>, StoreError>>;

    /// Returns when the store answers: a trivial statement.
    fn ping(&self) -> BoxFuture<'_, Result<(), StoreError>>;
}

/// Which users to return.
#[derive(Clone, Copy, Debug)]
pub struct UserPage {
    /// Only those after this id.
    pub after: Option<UserId>,
    /// At most so many.
    pub limit: u32,
}
