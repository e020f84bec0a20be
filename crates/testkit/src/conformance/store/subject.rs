use std::any::Any;
use std::fmt;
use std::sync::Arc;

use belgie_ports::{BoxFuture, Store};

/// A store under test: empty, and not used by anything else.
pub struct TestStore {
    pub(super) store: Arc<dyn Store>,
    pub(super) beside: Arc<dyn Store>,
    reopen: Reopen,
    guard: Box<dyn Any + Send + Sync>,
}

/// What happens to the data when all stores on it are dropped.
enum Reopen {
    Unsaid,
    Lost,
    By(Box<dyn Fn() -> BoxFuture<'static, Arc<dyn Store>> + Send + Sync>),
}

impl TestStore {
    /// Wraps a store, whose clone acts as another node on the same data.
    pub fn new(store: impl Store + Clone) -> Self {
        Self {
            beside: Arc::new(store.clone()),
            store: Arc::new(store),
            reopen: Reopen::Unsaid,
            guard: Box::new(()),
        }
    }

    /// Adds a second store on the same data, as another process would have.
    #[must_use]
    pub fn beside(self, other: impl Store) -> Self {
        Self {
            beside: Arc::new(other),
            ..self
        }
    }

    /// Sets how to open the same data again. It is called after the stores given before have been dropped, as at the
    /// end of a process.
    #[must_use]
    pub fn reopened_by<S, F>(self, reopen: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        S: Store,
        F: Future<Output = S> + Send + 'static,
    {
        let reopen = move || -> BoxFuture<'static, Arc<dyn Store>> {
            let opening = reopen();
            Box::pin(async move { Arc::new(opening.await) as Arc<dyn Store> })
        };
        Self {
            reopen: Reopen::By(Box::new(reopen)),
            ..self
        }
    }

    /// Declares that the data is lost with the store, so that it cannot be opened again.
    #[must_use]
    pub fn volatile(self) -> Self {
        Self {
            reopen: Reopen::Lost,
            ..self
        }
    }

    /// Keeps a value, such as a temporary directory, alive until the case has ended.
    #[must_use]
    pub fn keeping(self, guard: impl Any + Send + Sync) -> Self {
        Self {
            guard: Box::new(guard),
            ..self
        }
    }

    /// Returns one of the two stores, alternately.
    pub(super) fn node(&self, number: u32) -> Arc<dyn Store> {
        let nodes = [&self.store, &self.beside];
        Arc::clone(nodes[usize::from(number.is_multiple_of(2))])
    }

    /// Drops the stores and opens the data again, if it still exists.
    pub(super) async fn reopened(self) -> Option<Self> {
        let Self {
            store,
            beside,
            reopen,
            guard,
        } = self;
        drop((store, beside));
        let store = match &reopen {
            Reopen::Unsaid => panic!("call `reopened_by(…)` or `volatile()`"),
            Reopen::Lost => return None,
            Reopen::By(reopen) => reopen().await,
        };
        Some(Self {
            beside: Arc::clone(&store),
            store,
            reopen,
            guard,
        })
    }
}

impl fmt::Debug for TestStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TestStore(…)")
    }
}
