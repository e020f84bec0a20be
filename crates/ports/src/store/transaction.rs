use super::{
    AccountTokenWrites, AccountWrites, Accounts, CodeWrites, EventWrites, Events,
    MailedTokenWrites, OutboxWrites, PasswordWrites, Passwords, PendingSignInWrites, Rollback,
    SessionWrites, Sessions, UserWrites, Users,
};
use crate::BoxFuture;

/// The operations available inside a transaction. Every look-up sees the transaction's own writes.
pub trait Transaction:
    Users
    + UserWrites
    + Accounts
    + AccountWrites
    + AccountTokenWrites
    + Passwords
    + PasswordWrites
    + Sessions
    + SessionWrites
    + CodeWrites
    + MailedTokenWrites
    + Events
    + EventWrites
    + PendingSignInWrites
    + OutboxWrites
    + Send
    + Sync
{
}

/// The closure that runs inside a transaction.
pub type Work =
    Box<dyn for<'t> Fn(&'t dyn Transaction) -> BoxFuture<'t, Result<(), Rollback>> + Send + Sync>;
