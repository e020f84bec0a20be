use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::{Context, Poll, Waker};

use super::{Rollback, StoreError, Transaction, Work};
use crate::with_causes;

/// One run of a transaction's work, judged as [`Store::transact`](super::Store::transact) says: for authors of
/// stores.
#[derive(Debug, Default)]
pub struct Run {
    failure: Option<StoreError>,
}

/// What a store does at the end of a [`Run`].
#[derive(Debug)]
pub enum Verdict {
    /// Commit. When that conflicts, the work runs again.
    Commit,
    /// Roll back, then answer this. [`StoreError::Conflict`] means that the work runs again, if it may.
    RollBack(Result<(), StoreError>),
}

impl Run {
    /// How often work may run in all.
    pub const LIMIT: u32 = 3;

    /// Checks that no method has failed yet: after that, none is carried out.
    ///
    /// # Errors
    /// [`StoreError::Other`] when one has.
    pub fn check(&self) -> Result<(), StoreError> {
        match self.failure {
            Some(_) => Err(StoreError::Other("the transaction has failed".into())),
            None => Ok(()),
        }
    }

    /// Passes on what a method answers, and keeps the first error in mind.
    ///
    /// # Errors
    /// The error that it was given.
    pub fn note<T>(&mut self, answer: Result<T, StoreError>) -> Result<T, StoreError> {
        if let Err(error) = &answer
            && self.failure.is_none()
        {
            self.failure = Some(retell(error));
        }
        answer
    }

    /// Decides what becomes of the transaction.
    pub fn judge(self, decision: Result<(), Rollback>) -> Verdict {
        match (self.failure, decision) {
            (Some(StoreError::Conflict), _) => Verdict::RollBack(Err(StoreError::Conflict)),
            (Some(error), Ok(())) => Verdict::RollBack(Err(error)),
            (_, Err(Rollback)) => Verdict::RollBack(Ok(())),
            (None, Ok(())) => Verdict::Commit,
        }
    }

    /// Repeats a whole attempt at a transaction while it conflicts, as often as work may run.
    ///
    /// # Errors
    /// What the last attempt answered.
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

/// Runs work where the caller stands, for stores whose methods are ready at once: it is polled a single time.
///
/// # Errors
/// [`StoreError::Other`] when the work panics, or awaits something else than the transaction and so is not ready.
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
            "the work of a transaction awaits something else".into(),
        )),
        Err(_) => Err(StoreError::Other(
            "the work of a transaction panicked".into(),
        )),
    }
}

/// An error of the same kind and text: sources cannot be cloned.
fn retell(error: &StoreError) -> StoreError {
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
