use std::error::Error;
use std::sync::Arc;

use belgie_domain::Event;
use belgie_ports::{BoxFuture, StoreError};
use diesel_async::{AsyncPgConnection, SimpleAsyncConnection as _};

use crate::error::{hook_error, store_error};

/// The application's own work, with its own tables, when an event is added.
type Hook = dyn for<'c> Fn(
        &'c mut AsyncPgConnection,
        &'c Event,
    ) -> BoxFuture<'c, Result<(), Box<dyn Error + Send + Sync>>>
    + Send
    + Sync;

/// The hooks of a store, in the order of registration.
#[derive(Clone, Default)]
pub(super) struct Hooks(Arc<Vec<Arc<Hook>>>);

impl Hooks {
    /// Registers a hook.
    pub(super) fn add(&mut self, hook: Arc<Hook>) {
        Arc::make_mut(&mut self.0).push(hook);
    }

    /// Runs all hooks until one fails.
    pub(super) async fn run(
        &self,
        db: &mut AsyncPgConnection,
        event: &Event,
    ) -> Result<(), StoreError> {
        for hook in self.0.iter() {
            hook(db, event).await.map_err(hook_error)?;
        }
        if self.0.is_empty() {
            return Ok(());
        }
        // A hook may ignore a database error. The transaction has failed then, and `COMMIT` would roll it back without
        // an error.
        db.batch_execute("SELECT 1").await.map_err(store_error)
    }
}
