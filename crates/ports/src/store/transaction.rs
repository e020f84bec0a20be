use belgie_domain::{
    Account, Attempt, EmailAddress, Event, Issuer, Session, SessionId, Subject, TokenHash, User,
    UserId,
};

use super::StoreError;
use crate::BoxFuture;

/// What work may do inside a transaction. Every look-up sees the transaction's own writes.
pub trait Transaction:
    Finds + UserWrites + AccountWrites + SessionWrites + AttemptWrites + EventWrites + Send
{
}

/// The look-ups that a flow needs inside a transaction.
pub trait Finds {
    /// Returns the user with this id.
    fn find_user(&mut self, id: UserId) -> BoxFuture<'_, Result<Option<User>, StoreError>>;

    /// Returns the user with this address.
    fn find_user_by_email<'a>(
        &'a mut self,
        email: &'a EmailAddress,
    ) -> BoxFuture<'a, Result<Option<User>, StoreError>>;

    /// Returns the account of this subject at this issuer, compared byte for byte.
    fn find_account<'a>(
        &'a mut self,
        issuer: &'a Issuer,
        subject: &'a Subject,
    ) -> BoxFuture<'a, Result<Option<Account>, StoreError>>;

    /// Returns a user's accounts, oldest first (by id).
    fn accounts_of(&mut self, user: UserId) -> BoxFuture<'_, Result<Vec<Account>, StoreError>>;

    /// Returns the session with this id.
    fn find_session(&mut self, id: SessionId)
    -> BoxFuture<'_, Result<Option<Session>, StoreError>>;
}

/// Changes of users.
pub trait UserWrites {
    /// Adds a user.
    fn insert_user<'a>(&'a mut self, user: &'a User) -> BoxFuture<'a, Result<(), StoreError>>;

    /// Writes all fields of the user with that id; returns whether there is one.
    fn update_user<'a>(&'a mut self, user: &'a User) -> BoxFuture<'a, Result<bool, StoreError>>;

    /// Deletes a user with all accounts and sessions; returns whether there was one. Events keep the id.
    fn delete_user(&mut self, id: UserId) -> BoxFuture<'_, Result<bool, StoreError>>;
}

/// Changes of accounts.
pub trait AccountWrites {
    /// Adds an account to a user that exists.
    fn insert_account<'a>(
        &'a mut self,
        account: &'a Account,
    ) -> BoxFuture<'a, Result<(), StoreError>>;

    /// Writes all fields of the account with that id; returns whether there is one.
    fn update_account<'a>(
        &'a mut self,
        account: &'a Account,
    ) -> BoxFuture<'a, Result<bool, StoreError>>;

    /// Deletes a user's accounts; returns how many.
    fn delete_accounts_of(&mut self, user: UserId) -> BoxFuture<'_, Result<u64, StoreError>>;
}

/// Changes of sessions.
pub trait SessionWrites {
    /// Adds a session to a user that exists.
    fn insert_session<'a>(
        &'a mut self,
        session: &'a Session,
    ) -> BoxFuture<'a, Result<(), StoreError>>;

    /// Deletes the session that a token opens and returns it.
    fn take_session(
        &mut self,
        token_hash: TokenHash,
    ) -> BoxFuture<'_, Result<Option<Session>, StoreError>>;

    /// Deletes the session with this id; returns whether there was one.
    fn delete_session(&mut self, id: SessionId) -> BoxFuture<'_, Result<bool, StoreError>>;

    /// Deletes a user's sessions but for `except`; returns how many.
    fn delete_sessions_of(
        &mut self,
        user: UserId,
        except: Option<SessionId>,
    ) -> BoxFuture<'_, Result<u64, StoreError>>;

    /// Deletes a user's oldest sessions (by `created_at`, then id) so that at most `keep` remain; returns how many went.
    fn trim_sessions_of(
        &mut self,
        user: UserId,
        keep: u32,
    ) -> BoxFuture<'_, Result<u64, StoreError>>;
}

/// Changes of sign-in attempts.
pub trait AttemptWrites {
    /// Adds an attempt.
    fn insert_attempt<'a>(
        &'a mut self,
        attempt: &'a Attempt,
    ) -> BoxFuture<'a, Result<(), StoreError>>;

    /// Deletes a browser's oldest attempts (by `created_at`, then state hash) so that at most `keep` remain; returns
    /// how many went.
    fn trim_attempts_of(
        &mut self,
        binding_hash: TokenHash,
        keep: u32,
    ) -> BoxFuture<'_, Result<u64, StoreError>>;
}

/// The audit log: events are added with the change that they tell of, and never changed.
pub trait EventWrites {
    /// Adds an event.
    fn insert_event<'a>(&'a mut self, event: &'a Event) -> BoxFuture<'a, Result<(), StoreError>>;
}
