use std::error::Error;
use std::fmt;
use std::sync::Arc;

use belgie_domain::Event;
use belgie_ports::StoreError;

/// The application's event hooks, in the order of registration.
#[derive(Clone, Default)]
pub(crate) struct Hooks(Vec<Arc<OnEvent>>);

type OnEvent = dyn Fn(&Event) -> Result<(), Box<dyn Error + Send + Sync>> + Send + Sync;

impl Hooks {
    pub(crate) fn add(&mut self, hook: Arc<OnEvent>) {
        self.0.push(hook);
    }

    pub(crate) fn run(&self, event: &Event) -> Result<(), StoreError> {
        let mut hooks = self.0.iter();
        hooks.try_for_each(|hook| hook(event).map_err(StoreError::Hook))
    }
}

impl fmt::Debug for Hooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Hooks").field(&self.0.len()).finish()
    }
}
