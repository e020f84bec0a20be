use std::any::Any;
use std::fmt;
use std::sync::Arc;

use belgie_ports::Store;

/// A store under test: empty, and nobody else's.
pub struct TestStore {
    pub(super) store: Arc<dyn Store>,
    pub(super) beside: Arc<dyn Store>,
    _guard: Box<dyn Any + Send + Sync>,
}

impl TestStore {
    /// Takes a store; its clone stands for another node that uses the same data.
    pub fn new(store: impl Store + Clone) -> Self {
        Self {
            beside: Arc::new(store.clone()),
            store: Arc::new(store),
            _guard: Box::new(()),
        }
    }

    /// Takes a second store that uses the same data, as another process would.
    #[must_use]
    pub fn beside(self, other: impl Store) -> Self {
        Self {
            beside: Arc::new(other),
            ..self
        }
    }

    /// Keeps a value, such as a temporary directory, until the case has ended.
    #[must_use]
    pub fn keeping(self, guard: impl Any + Send + Sync) -> Self {
        Self {
            _guard: Box::new(guard),
            ..self
        }
    }
}

impl fmt::Debug for TestStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TestStore(…)")
    }
}
