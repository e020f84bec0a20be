//! The port to storage: reads, single writes, and transactions that the store runs.

mod error;
mod reads;
mod run;
mod transaction;
mod writes;

use std::sync::{Arc, Mutex, PoisonError};

use crate::BoxFuture;

pub use error::{Rollback, StoreError};
pub use reads::{Reads, UserPage};
pub use run::{Run, Verdict, run_in_place};
pub use transaction::{
    AccountWrites, AttemptWrites, EventWrites, Finds, SessionWrites, Transaction, UserWrites,
};
pub use writes::SingleWrites;

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
/// - **Abandoned calls**: whoever awaits may go away at any point. What was asked then happens whole or not at all,
///   and no lock and no connection in mid-transaction stays behind.
/// - **Unique**: a user's address; an account's issuer and subject together; a session's token hash; an attempt's
///   state hash; every id. A write that would break this answers [`StoreError::Conflict`] and changes nothing.
/// - **Owned**: accounts and sessions belong to a user that exists; they go when the user goes. Events stay. A write
///   for a user that does not exist answers [`StoreError::Conflict`] and changes nothing.
/// - **Text**: any Unicode, compared byte for byte; a store may refuse U+0000 with [`StoreError::Other`] and never
///   keeps part of a text.
/// - **Any runtime**: works when awaited on any tokio runtime, current-thread ones included.
pub trait Store: Reads + SingleWrites + Send + Sync + 'static {
    /// Runs `work` in one serialisable transaction and carries out what it decides: commits on `Ok`, rolls back on
    /// `Err(Rollback)`. Prefer the typed [`transaction`](#method.transaction).
    ///
    /// - The transaction is serialisable: the outcome is that of running all transactions in some order, one by one.
    /// - `work` may be run again, from the start, when it conflicts with another; so it has no effect but on the
    ///   transaction it is given, and awaits nothing else. (A foreign await may be answered by an error; it MUST NOT
    ///   take down the store.)
    /// - A conflict is what a method of the transaction, or the commit, answers as [`StoreError::Conflict`]. The
    ///   store then runs `work` again whatever it returned, at most three times in all.
    /// - After any error of a method of the transaction it can only roll back, whatever `work` returns.
    /// - `work` that panics rolls back, and the caller gets [`StoreError::Other`]; the store goes on.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the third run conflicts too; the first error of a method of the transaction
    /// when `work` returned `Ok` in spite of it; whatever keeps the store from beginning or committing.
    fn transact(&self, work: Work) -> BoxFuture<'_, Result<(), StoreError>>;
}

/// What runs inside a transaction.
pub type Work = Box<
    dyn for<'t> Fn(&'t mut dyn Transaction) -> BoxFuture<'t, Result<(), Rollback>> + Send + Sync,
>;

impl dyn Store {
    /// Runs `work` in one transaction as [`Store::transact`] does, and returns what it made: `Ok` is committed,
    /// `Err` is rolled back.
    ///
    /// # Errors
    /// What `work` returned, or the [`StoreError`] that kept the store from carrying it out.
    pub async fn transaction<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: for<'t> Fn(&'t mut dyn Transaction) -> BoxFuture<'t, Result<T, E>>
            + Send
            + Sync
            + 'static,
    {
        let made = Arc::new(Mutex::new(None));
        let (slot, work) = (Arc::clone(&made), Arc::new(work));
        self.transact(Box::new(move |tx| {
            let (slot, work) = (Arc::clone(&slot), Arc::clone(&work));
            Box::pin(async move {
                let result = work(tx).await;
                let decision = result.as_ref().map(|_| ()).map_err(|_| Rollback);
                *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(result);
                decision
            })
        }))
        .await?;
        let result = made.lock().unwrap_or_else(PoisonError::into_inner).take();
        result.unwrap_or_else(|| {
            Err(StoreError::Other("the store never ran the transaction".into()).into())
        })
    }
}
