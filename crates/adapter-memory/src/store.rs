use std::sync::{Arc, PoisonError, RwLock};

use belgie_ports::{BoxFuture, Run, Store, StoreError, Verdict, Work, run_in_place};
use tokio::sync::Mutex;

use crate::state::State;
use crate::transaction::MemoryTransaction;

/// The store in memory. Clones share what they keep.
#[derive(Clone, Debug, Default)]
pub struct MemoryStore {
    current: Arc<RwLock<Arc<State>>>,
    /// Held by whoever writes. It is awaited, not blocked on, so that work which wrongly asks the store itself is
    /// told so instead of waiting for its own end.
    writing: Arc<Mutex<()>>,
}

impl MemoryStore {
    /// Returns all events, those without a user included, oldest first.
    pub fn events(&self) -> Vec<belgie_domain::Event> {
        self.current().events.values().cloned().collect()
    }

    /// Returns what is kept now; later writes do not change it.
    pub(crate) fn current(&self) -> Arc<State> {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&current)
    }

    /// Applies one change, which changes nothing when it fails.
    pub(crate) async fn change<T>(
        &self,
        change: impl FnOnce(&mut State) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let _writing = self.writing.lock().await;
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        change(Arc::make_mut(&mut current))
    }

    fn attempt(&self, work: &Work) -> Result<(), StoreError> {
        let mut tx = MemoryTransaction::on(self.current().as_ref().clone());
        let decision = run_in_place(work, &mut tx)?;
        let (state, run) = tx.end();
        match run.judge(decision) {
            Verdict::Commit => self.swap(state),
            Verdict::RollBack(answer) => return answer,
        }
        Ok(())
    }

    fn swap(&self, state: State) {
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(state);
    }
}

impl Store for MemoryStore {
    fn transact(&self, work: Work) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            let _writing = self.writing.lock().await;
            Run::repeat(|| self.attempt(&work))
        })
    }
}
