use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::{Context, Poll, Waker};

use super::{Rollback, StoreError, Transaction, Work};
use crate::with_causes;

/// One run of a transaction's work, judged by the rules of [`Store::transact`](super::Store::transact). For authors of
/// stores.
#[derive(Debug, Default)]
pub struct TransactionRun {
    failure: Option<StoreError>,
}

/// What a store must do at the end of a [`TransactionRun`].
///
/// Deliberately exhaustive: no store may overlook a case.
#[derive(Debug)]
pub enum TransactionEnd {
    /// Commit. If that conflicts, run the work again.
    Commit,
    /// Roll back, then return this. On [`StoreError::Conflict`] run the work again, if the limit allows.
    RollBack(Result<(), StoreError>),
}

impl TransactionRun {
    /// The maximum number of times that work may run: once, and three times again after conflicts.
    pub const LIMIT: u32 = 4;

    /// Checks that no method has failed yet; after a failure, further methods do nothing.
    ///
    /// # Errors
    /// [`StoreError::Other`] when one has.
    pub fn check(&self) -> Result<(), StoreError> {
        match self.failure {
            Some(_) => Err(StoreError::Other("the transaction has failed".into())),
            None => Ok(()),
        }
    }

    /// Passes through a method's result and remembers the first error.
    ///
    /// # Errors
    /// The error that was passed in.
    pub fn record<T>(&mut self, answer: Result<T, StoreError>) -> Result<T, StoreError> {
        if let Err(error) = &answer
            && self.failure.is_none()
        {
            self.failure = Some(duplicate(error));
        }
        answer
    }

    /// Decides how the transaction ends.
    pub fn end(self, decision: Result<(), Rollback>) -> TransactionEnd {
        match (self.failure, decision) {
            (Some(StoreError::Conflict), _) => TransactionEnd::RollBack(Err(StoreError::Conflict)),
            (Some(error), Ok(())) => TransactionEnd::RollBack(Err(error)),
            (_, Err(Rollback)) => TransactionEnd::RollBack(Ok(())),
            (None, Ok(())) => TransactionEnd::Commit,
        }
    }

    /// Runs a whole transaction, and repeats it while it conflicts: at most [`Self::LIMIT`] runs in all.
    ///
    /// # Errors
    /// The error of the last run.
    pub fn repeat(mut attempt: impl FnMut() -> Result<(), StoreError>) -> Result<(), StoreError> {
        for _ in 1..Self::LIMIT {
            match attempt() {
                Err(StoreError::Conflict) => {}
                ended => return ended,
            }
        }
        attempt()
    }
}

/// Runs work on the current thread, for stores whose methods complete immediately: it is polled once.
///
/// # Errors
/// [`StoreError::Other`] when the work panics, or awaits anything but the transaction and so is not ready.
pub fn run_in_place(work: &Work, tx: &dyn Transaction) -> Result<Result<(), Rollback>, StoreError> {
    let polled = catch_unwind(AssertUnwindSafe(|| {
        let mut running = work(tx);
        running
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()))
    }));
    match polled {
        Ok(Poll::Ready(decision)) => Ok(decision),
        Ok(Poll::Pending) => Err(StoreError::Other(
            "the work of a transaction awaited something else".into(),
        )),
        Err(_) => Err(StoreError::Other(
            "the work of a transaction panicked".into(),
        )),
    }
}

/// Copies the kind and the text of an error, since its source cannot be cloned.
fn duplicate(error: &StoreError) -> StoreError {
    match error {
        StoreError::Conflict => StoreError::Conflict,
        StoreError::Corrupt(what) => StoreError::Corrupt(what.clone()),
        StoreError::Hook(source) => StoreError::Hook(with_causes(source.as_ref()).into()),
        StoreError::Unavailable(source) => {
            StoreError::Unavailable(with_causes(source.as_ref()).into())
        }
        StoreError::Other(source) => StoreError::Other(with_causes(source.as_ref()).into()),
    }
}
