use std::error::Error;
use std::future::ready;
use std::sync::{Arc, PoisonError, RwLock};

use belgie_domain::Event;
use belgie_ports::{
    BoxFuture, Contention, Store, StoreError, TransactionEnd, TransactionRun, Work, run_in_place,
};
use tokio::sync::Mutex;

use crate::hook::Hooks;
use crate::state::State;
use crate::transaction::MemoryTransaction;

/// The in-memory store. Clones share its contents.
#[derive(Clone, Debug, Default)]
pub struct MemoryStore {
    current: Arc<RwLock<Arc<State>>>,
    /// Held while writing. It is an async lock, so that work which wrongly writes to the store itself gets an error
    /// instead of a deadlock.
    writing: Arc<Mutex<()>>,
    hooks: Hooks,
}

impl MemoryStore {
    /// Registers a hook that runs in each transaction right after it has inserted an event. Hooks run in the order of
    /// their registration; an error is returned as [`StoreError::Hook`] and rolls back the whole transaction. A hook
    /// may be called again for the same event when a transaction runs again.
    ///
    /// Existing clones are not affected.
    #[must_use]
    pub fn on_event(
        mut self,
        hook: impl Fn(&Event) -> Result<(), Box<dyn Error + Send + Sync>> + Send + Sync + 'static,
    ) -> Self {
        self.hooks.add(Arc::new(hook));
        self
    }

    /// Returns all events, including those without a user, oldest first.
    pub fn all_events(&self) -> Vec<Event> {
        self.current().events.values().cloned().collect()
    }

    /// Reads the current contents.
    pub(crate) fn look<'a, T: Send + 'a>(
        &'a self,
        look: impl FnOnce(&State) -> T + Send + 'a,
    ) -> BoxFuture<'a, Result<T, StoreError>> {
        Box::pin(async move { Ok(look(&self.current())) })
    }

    /// Applies one change; a failed one changes nothing.
    pub(crate) fn change<'a, T: Send + 'a>(
        &'a self,
        change: impl FnOnce(&mut State) -> Result<T, StoreError> + Send + 'a,
    ) -> BoxFuture<'a, Result<T, StoreError>> {
        Box::pin(async move {
            let _writing = self.writing.lock().await;
            let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
            change(Arc::make_mut(&mut current))
        })
    }

    /// Returns the current contents, unaffected by later writes.
    fn current(&self) -> Arc<State> {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&current)
    }

    fn attempt(&self, work: &Work) -> Result<(), StoreError> {
        let tx = MemoryTransaction::on(self.current().as_ref().clone(), self.hooks.clone());
        let decision = run_in_place(work, &tx)?;
        let (state, run) = tx.end();
        match run.end(decision) {
            TransactionEnd::Commit => self.replace(state),
            TransactionEnd::RollBack(answer) => return answer,
        }
        Ok(())
    }

    fn replace(&self, state: State) {
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(state);
    }
}

impl Store for MemoryStore {
    /// One transaction writes at a time, so there are no conflicts and `_contention` is not needed.
    fn transact(
        &self,
        _contention: Contention,
        work: Work,
    ) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            let _writing = self.writing.lock().await;
            TransactionRun::repeat(|| self.attempt(&work))
        })
    }

    fn ping(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(ready(Ok(())))
    }
}
