use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use futures_util::Stream;

/// A body in parts that are made as the client reads them, so that no more than one of them is in memory.
#[derive(Clone)]
pub struct BodyStream(Arc<dyn Fn() -> Parts + Send + Sync>);

/// The parts of a body. After an error the response must break off, so that the client sees that it is incomplete.
pub type Parts = Pin<Box<dyn Stream<Item = Result<Vec<u8>, BrokenOff>> + Send>>;

/// The rest of a body cannot be made. The log says why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the rest of the body cannot be made")]
pub struct BrokenOff;

impl BodyStream {
    pub(crate) fn new(start: impl Fn() -> Parts + Send + Sync + 'static) -> Self {
        Self(Arc::new(start))
    }

    /// Returns the parts from the first one on.
    pub fn start(&self) -> Parts {
        (self.0)()
    }
}

impl fmt::Debug for BodyStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BodyStream(…)")
    }
}
