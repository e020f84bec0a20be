use std::any::Any;
use std::fmt;
use std::sync::Arc;

use belgie_ports::{BoxFuture, Store};

/// A store under test: empty, and used by nothing else.
pub struct TestStore {
    pub(super) store: Arc<dyn Store>,
    pub(super) beside: Arc<dyn Store>,
    reopen: Reopen,
    guard: Box<dyn Any + Send + Sync>,
}

/// What becomes of the data when every store on it is gone.
enum Reopen {
    Unsaid,
    Lost,
    By(Box<dyn Fn() -> BoxFuture<'static, Arc<dyn Store>> + Send + Sync>),
}

impl TestStore {
    /// Takes a store; its clone stands for another node that uses the same data.
    pub fn new(store: impl Store + Clone) -> Self {
        Self {
            beside: Arc::new(store.clone()),
            store: Arc::new(store),
            reopen: Reopen::Unsaid,
            guard: Box::new(()),
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

    /// Takes a way to open the same data again. It is called when the stores given before have been dropped, as after the
    /// end of the process.
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

    /// Says that the data is gone with the store, so that it cannot be opened again.
    #[must_use]
    pub fn volatile(self) -> Self {
        Self {
            reopen: Reopen::Lost,
            ..self
        }
    }

    /// Keeps a value, such as a temporary directory, until the case has ended.
    #[must_use]
    pub fn keeping(self, guard: impl Any + Send + Sync) -> Self {
        Self {
            guard: Box::new(guard),
            ..self
        }
    }

    /// One of the two stores, by turns.
    pub(super) fn node(&self, number: u32) -> Arc<dyn Store> {
        let nodes = [&self.store, &self.beside];
        Arc::clone(nodes[usize::from(number.is_multiple_of(2))])
    }

    /// Drops the stores and opens the data again, where it is still there.
    pub(super) async fn reopened(self) -> Option<Self> {
        let Self {
            store,
            beside,
            reopen,
            guard,
        } = self;
        drop((store, beside));
        let store = match &reopen {
            Reopen::Unsaid => panic!("say `reopened_by(…)`, or `volatile()`"),
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
