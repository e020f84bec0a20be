use std::sync::{Mutex, PoisonError};

use belgie_ports::{BoxFuture, StoreError, Transaction, TransactionRun};

use crate::hook::Hooks;
use crate::state::State;

/// A transaction: a copy of the contents, which replaces them on commit.
pub(crate) struct MemoryTransaction {
    steps: Mutex<Steps>,
    pub(crate) hooks: Hooks,
}

struct Steps {
    state: State,
    run: TransactionRun,
}

impl MemoryTransaction {
    pub(crate) fn on(state: State, hooks: Hooks) -> Self {
        let run = TransactionRun::default();
        let steps = Mutex::new(Steps { state, run });
        Self { steps, hooks }
    }

    /// Returns the contents to commit, and the outcome.
    pub(crate) fn end(self) -> (State, TransactionRun) {
        let steps = self.steps.into_inner();
        let Steps { state, run } = steps.unwrap_or_else(PoisonError::into_inner);
        (state, run)
    }

    /// Reads the transaction's own contents.
    pub(crate) fn look<'t, T: Send + 't>(
        &'t self,
        look: impl FnOnce(&State) -> T + Send + 't,
    ) -> BoxFuture<'t, Result<T, StoreError>> {
        self.change(|state| Ok(look(state)))
    }

    /// Applies one change.
    pub(crate) fn change<'t, T: Send + 't>(
        &'t self,
        change: impl FnOnce(&mut State) -> Result<T, StoreError> + Send + 't,
    ) -> BoxFuture<'t, Result<T, StoreError>> {
        Box::pin(async move {
            let mut steps = self.steps.lock().unwrap_or_else(PoisonError::into_inner);
            steps.run.check()?;
            let answer = change(&mut steps.state);
            steps.run.record(answer)
        })
    }
}

impl Transaction for MemoryTransaction {}
