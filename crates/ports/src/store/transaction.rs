use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use super::{
    AccountWrites, Accounts, Contention, EventWrites, Events, OutboxWrites, Rollback,
    SessionWrites, Sessions, Store, StoreError, UserWrites, Users,
};
use crate::BoxFuture;

/// What work may do inside a transaction. Every look-up sees the transaction's own writes.
pub trait Transaction:
    Users
    + UserWrites
    + Accounts
    + AccountWrites
    + Sessions
    + SessionWrites
    + Events
    + EventWrites
    + OutboxWrites
    + Send
    + Sync
{
}

/// What runs inside a transaction.
pub type Work =
    Box<dyn for<'t> Fn(&'t dyn Transaction) -> BoxFuture<'t, Result<(), Rollback>> + Send + Sync>;

/// Transactions whose work returns something.
pub trait StoreExt: Store {
    /// Runs `work` on `state` in one transaction as [`Store::transact`] does, and returns what it made: `Ok` is committed,
    /// `Err` is rolled back. The work may run more than once, each time from the same state.
    ///
    /// # Errors
    /// What `work` returned, or the [`StoreError`] that kept the store from carrying it out.
    fn transaction<S, T, E, F>(
        &self,
        contention: Contention,
        state: S,
        work: F,
    ) -> impl Future<Output = Result<T, E>> + Send
    where
        S: Send + Sync + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: for<'t> Fn(&'t S, &'t dyn Transaction) -> BoxFuture<'t, Result<T, E>>
            + Send
            + Sync
            + 'static,
    {
        let made = Arc::new(Mutex::new(None));
        let (slot, shared) = (Arc::clone(&made), Arc::new((state, work)));
        let transacted = self.transact(
            contention,
            Box::new(move |tx| {
                let (slot, shared) = (Arc::clone(&slot), Arc::clone(&shared));
                Box::pin(async move {
                    let (state, work) = &*shared;
                    let result = work(state, tx).await;
                    let decision = result.as_ref().map(drop).map_err(|_| Rollback);
                    *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(result);
                    decision
                })
            }),
        );
        async move {
            transacted.await?;
            let result = made.lock().unwrap_or_else(PoisonError::into_inner).take();
            result.unwrap_or_else(|| {
                Err(StoreError::Other("the store never ran the transaction".into()).into())
            })
        }
    }
}

impl<S: Store + ?Sized> StoreExt for S {}
