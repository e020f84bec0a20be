use std::error::Error;
use std::fmt;
use std::sync::Arc;

use belgie_domain::Event;
use belgie_ports::StoreError;

/// What the application has registered for events.
#[derive(Clone, Default)]
pub(crate) struct Hook(Option<Arc<OnEvent>>);

type OnEvent = dyn Fn(&Event) -> Result<(), Box<dyn Error + Send + Sync>> + Send + Sync;

impl Hook {
    pub(crate) fn new(
        on_event: impl Fn(&Event) -> Result<(), Box<dyn Error + Send + Sync>> + Send + Sync + 'static,
    ) -> Self {
        Self(Some(Arc::new(on_event)))
    }

    pub(crate) fn run(&self, event: &Event) -> Result<(), StoreError> {
        let on_event = self.0.as_ref();
        on_event.map_or(Ok(()), |on_event| on_event(event).map_err(StoreError::Hook))
    }
}

impl fmt::Debug for Hook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let registered = self.0.is_some();
        f.debug_tuple("Hook").field(&registered).finish()
    }
}
