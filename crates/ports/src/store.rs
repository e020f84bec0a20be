//! The storage port: one trait per aggregate, and transactions run by the store.

mod account_tokens;
mod accounts;
mod attempts;
mod codes;
mod contention;
mod error;
mod events;
mod layer;
mod mailed_tokens;
mod outbox;
mod passwords;
mod pending_sign_ins;
mod rate_limits;
mod run;
mod sessions;
mod shared;
mod signing_keys;
mod store_ext;
mod transaction;
mod used_id_tokens;
mod users;

use crate::BoxFuture;

pub use account_tokens::{AccountTokenWrites, AccountTokens};
pub use accounts::{AccountWrites, Accounts};
pub use attempts::{AttemptCounts, Attempts};
pub use codes::{CodeWrites, Codes};
pub use contention::Contention;
pub use error::{Rollback, StoreError};
pub use events::{EventMaintenance, EventQuery, EventWrites, Events, Failures};
pub use mailed_tokens::{MailedTokenWrites, MailedTokens};
pub use outbox::{Outbox, OutboxWrites};
pub use passwords::{PasswordWrites, Passwords, UserWithPassword};
pub use pending_sign_ins::{PendingSignInWrites, PendingSignIns};
pub use rate_limits::RateLimits;
pub use run::{TransactionEnd, TransactionRun, run_in_place};
pub use sessions::{SessionMaintenance, SessionWrites, Sessions};
pub use signing_keys::SigningKeys;
pub use store_ext::StoreExt;
pub use transaction::{Transaction, Work};
pub use used_id_tokens::UsedIdTokens;
pub use users::{UserQuery, UserWrites, Users};

/// Stores users, accounts and their tokens, passwords, sessions, attempts, pending sign-ins, one-time codes, mailed tokens, events,
/// signing keys and rate limits.
///
/// # Contract
/// The following holds for every method of this port and is tested by the conformance suite in `belgie-testkit`:
///
/// - **Durable**: once a write has returned `Ok`, it survives a crash of the process (the in-memory store excepted). A
///   crash of the machine may undo the latest changes of rate limits.
/// - **Read your writes**: a call sees every write that completed before the call was made, from any clone of the
///   store.
/// - **Whole values**: what is read equals what was written, field by field; times in UTC, which callers pass in whole
///   microseconds.
/// - **Future fields**: minor versions may add fields to the values. Each has a default, which the constructors set and
///   which stands for the previous behaviour. A store that does not know such a field yet therefore keeps working, and
///   the conformance suite of that version reports which field it loses.
/// - **Missing is not an error**: a look-up that finds nothing is `Ok(None)` or an empty list. A store that cannot be
///   reached returns [`StoreError::Unavailable`], never "nothing found".
/// - **Bounded**: every call ends. One that cannot be served within a few seconds ends as [`StoreError::Unavailable`];
///   whether its write happened is then unknown.
/// - **Abandoned calls**: the caller may stop awaiting at any point. The operation then happens entirely or not at all,
///   and leaves behind no lock and no connection in mid-transaction. A store (or a layer around one) that caches
///   look-ups also invalidates what such a call may have changed.
/// - **Unique**: a user's address; an account's issuer and subject together; a session's token hash; an attempt's state
///   hash; the hash of a code or of a mailed token; a signing key's number; every id. A write that would violate this returns
///   [`StoreError::Conflict`] and changes nothing.
/// - **Owned**: accounts, passwords, sessions, codes and mailed tokens (those of pending sign-ups excepted) belong to an existing
///   user and are deleted with it, and so do a pending sign-in to its holder, and tokens to their account. Events are kept. A write for an owner that does not exist
///   returns [`StoreError::Conflict`] and changes nothing.
/// - **Text**: any Unicode, compared byte for byte; a store may reject U+0000 with [`StoreError::Other`] and never
///   stores part of a text.
/// - **Claims are statements**: an operation that many callers contend for at once (counters, leases, claims, the start
///   of a sign-in) is a method of the store: one conditional statement without a transaction around it, which never
///   waits for a transaction.
/// - **Look-ups never starve**: transactions that wait for each other, however many, do not block look-ups.
/// - **Any runtime**: works when awaited on any tokio runtime, including current-thread ones.
pub trait Store:
    Users
    + Accounts
    + AccountTokens
    + Passwords
    + Sessions
    + SessionMaintenance
    + Attempts
    + PendingSignIns
    + Codes
    + MailedTokens
    + UsedIdTokens
    + Events
    + EventMaintenance
    + Failures
    + Outbox
    + SigningKeys
    + RateLimits
    + Send
    + Sync
    + 'static
{
    /// Runs `work` in one serialisable transaction and applies its decision: commits on `Ok`, rolls back on
    /// `Err(Rollback)`. Prefer the typed [`StoreExt::transaction`].
    ///
    /// - The transaction is serialisable: the outcome is that of running all transactions one by one, in some order.
    /// - `work` may be run again from the start when it conflicts with another transaction, so it must have no effect
    ///   except on the transaction it is given, and must await nothing else. (Awaiting anything else may result in an
    ///   error; it MUST NOT break the store.)
    /// - A conflict is a [`StoreError::Conflict`] returned by a method of the transaction or by the commit. The store
    ///   then runs `work` again, whatever it returned, at most three times; meanwhile no other transaction with
    ///   a name in common with `contention` is re-run on any node. A node that hangs while it re-runs a transaction
    ///   does not hold up transactions without a common name.
    /// - After a method of the transaction has failed, the transaction can only roll back, whatever `work` returns.
    /// - If `work` panics, the transaction rolls back and the caller gets [`StoreError::Other`]; the store remains
    ///   usable.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the last run conflicts too; the first error of a method of the transaction when
    /// `work` returned `Ok` regardless; any error that prevents beginning or committing.
    fn transact(&self, contention: Contention, work: Work)
    -> BoxFuture<'_, Result<(), StoreError>>;

    /// Returns once the store responds to a trivial statement.
    fn ping(&self) -> BoxFuture<'_, Result<(), StoreError>>;
}
