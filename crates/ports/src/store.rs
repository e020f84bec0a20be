//! The port to storage: a trait for each aggregate, and transactions that the store runs.

mod accounts;
mod attempts;
mod contention;
mod error;
mod events;
mod outbox;
mod run;
mod sessions;
mod shared;
mod transaction;
mod users;

use crate::BoxFuture;

pub use accounts::{AccountWrites, Accounts};
pub use attempts::{AttemptCounts, Attempts};
pub use contention::Contention;
pub use error::{Rollback, StoreError};
pub use events::{EventQuery, EventWrites, Events, Failures};
pub use outbox::{Outbox, OutboxWrites};
pub use run::{Run, Verdict, run_in_place};
pub use sessions::{SessionUpkeep, SessionWrites, Sessions};
pub use transaction::{StoreExt, Transaction, Work};
pub use users::{UserQuery, UserWrites, Users};

/// Where users, accounts, sessions, attempts and events are kept.
///
/// # Contract
/// What holds for every method of this port, and is tested by the conformance suite in `belgie-testkit`:
///
/// - **Durable**: when a write has answered `Ok`, it survives a crash of the process (the store in memory excepted).
/// - **Read your writes**: a call sees every write that was answered before the call was made, from whichever clone
///   of the store.
/// - **Whole values**: what is read equals what was written, field by field; times in UTC, which callers give in whole
///   microseconds.
/// - **Missing is not an error**: a look-up that finds nothing is `Ok(None)` or an empty list. A store that cannot be
///   asked answers [`StoreError::Unavailable`], never "nothing found".
/// - **Bounded**: every call ends; one that cannot be served in a few seconds ends as [`StoreError::Unavailable`].
///   Whether a write that ended so has happened is not known.
/// - **Abandoned calls**: the caller may stop awaiting at any point. What was asked then happens whole or not at all,
///   and no lock and no connection in mid-transaction stays behind. A store (or a layer around one) that remembers
///   look-ups forgets what such a call has changed, as it does after one that was answered.
/// - **Unique**: a user's address; an account's issuer and subject together; a session's token hash; an attempt's
///   state hash; every id. A write that would break this answers [`StoreError::Conflict`] and changes nothing.
/// - **Owned**: accounts and sessions belong to a user that exists; they go when the user goes. Events stay. A write
///   for a user that does not exist answers [`StoreError::Conflict`] and changes nothing.
/// - **Text**: any Unicode, compared byte for byte; a store may refuse U+0000 with [`StoreError::Other`] and never
///   keeps part of a text.
/// - **Claims are statements**: what many contend for at once (counters, leases, claims, the beginning of a sign-in) is a
///   method of the store, one conditional statement with no transaction around it, and never waits for a transaction.
/// - **Look-ups go on**: any number of transactions that wait for one another keep no look-up from being served.
/// - **Any runtime**: works when awaited on any tokio runtime, current-thread ones included.
pub trait Store:
    Users
    + Accounts
    + Sessions
    + SessionUpkeep
    + Attempts
    + Events
    + Failures
    + Outbox
    + Send
    + Sync
    + 'static
{
    /// Runs `work` in one serialisable transaction and carries out what it decides: commits on `Ok`, rolls back on
    /// `Err(Rollback)`. Prefer the typed [`StoreExt::transaction`].
    ///
    /// - The transaction is serialisable: the outcome is that of running all transactions in some order, one by one.
    /// - `work` may be run again, from the start, when it conflicts with another; so it has no effect but on the
    ///   transaction it is given, and awaits nothing else. (A foreign await may be answered by an error; it MUST NOT
    ///   take down the store.)
    /// - A conflict is what a method of the transaction, or the commit, answers as [`StoreError::Conflict`]. The
    ///   store then runs `work` again whatever it returned, at most three times in all, and from the second run on
    ///   while no other transaction, on any node, runs again for one of the names in `contention`.
    /// - After any error of a method of the transaction it can only roll back, whatever `work` returns.
    /// - `work` that panics rolls back, and the caller gets [`StoreError::Other`]; the store goes on.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the third run conflicts too; the first error of a method of the transaction
    /// when `work` returned `Ok` in spite of it; whatever keeps the store from beginning or committing.
    fn transact(&self, contention: Contention, work: Work)
    -> BoxFuture<'_, Result<(), StoreError>>;

    /// Returns when the store answers: a trivial statement.
    fn ping(&self) -> BoxFuture<'_, Result<(), StoreError>>;
}
