use std::error::Error;
use std::sync::Arc;

use belgie_domain::Event;
use belgie_ports::StoreError;
use diesel::SqliteConnection;

use crate::error::hook_error;

/// The application's own work, with its own tables, when an event is added.
type Hook =
    dyn Fn(&mut SqliteConnection, &Event) -> Result<(), Box<dyn Error + Send + Sync>> + Send + Sync;

/// The hooks of a store, in the order of registration.
#[derive(Clone, Default)]
pub(super) struct Hooks(Arc<Vec<Arc<Hook>>>);

impl Hooks {
    /// Registers a hook.
    pub(super) fn add(&mut self, hook: Arc<Hook>) {
        Arc::make_mut(&mut self.0).push(hook);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Runs all hooks until one fails.
    pub(super) fn run(&self, db: &mut SqliteConnection, event: &Event) -> Result<(), StoreError> {
        self.0
            .iter()
            .try_for_each(|hook| hook(db, event))
            .map_err(hook_error)
    }
}
