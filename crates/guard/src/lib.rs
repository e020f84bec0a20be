#![doc = include_str!("../README.md")]

mod bound;
mod deadline;
mod exchange;
mod framing;
#[cfg(feature = "actix")]
mod listen;
mod registry;
mod stream;

use std::sync::Arc;

pub use bound::Bound;
pub use deadline::Deadlines;
pub use stream::GuardedStream;
use tokio::io::{AsyncRead, AsyncWrite};

/// Guards the connections of one server: all its workers share one.
#[derive(Debug, Clone)]
pub struct Guard {
    deadlines: Deadlines,
    bound: Bound,
    registry: Arc<registry::Registry>,
}

impl Guard {
    /// Returns a guard that keeps these deadlines and this bound.
    pub fn new(deadlines: Deadlines, bound: Bound) -> Self {
        Self {
            deadlines,
            bound,
            registry: Arc::new(registry::Registry::new(bound.served())),
        }
    }

    /// Returns how many connections may be open.
    pub fn bound(&self) -> Bound {
        self.bound
    }

    /// Guards an accepted connection, which waits here while as many are being served as may be open.
    ///
    /// Returns `None` once the server stops.
    pub async fn admit<Io>(&self, io: Io) -> Option<GuardedStream<Io>>
    where
        Io: AsyncRead + AsyncWrite + Unpin,
    {
        let admission = Arc::clone(&self.registry).admit().await?;
        Some(GuardedStream::new(io, self.deadlines, admission))
    }

    /// Says that the server stops: clients that do not take their answers are not waited for much longer, and
    /// connections that wait for a place are dropped.
    pub fn stop(&self) {
        self.registry.stop();
    }
}
