use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use super::{Contention, Rollback, Store, StoreError, Transaction};
use crate::BoxFuture;

/// Transactions that return a value.
pub trait StoreExt: Store {
    /// Runs `work` on `state` in one transaction as [`Store::transact`] does, and returns its result: `Ok` is
    /// committed, `Err` is rolled back. The work may run more than once, each time from the same state.
    ///
    /// # Errors
    /// The error returned by `work`, or the [`StoreError`] that prevented it from completing.
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
