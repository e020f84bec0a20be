#![doc = include_str!("../README.md")]

mod connection_limit;
mod deadline;
mod exchange;
mod framing;
#[cfg(feature = "actix")]
mod listen;
mod registry;
mod stream;

use std::sync::Arc;

pub use connection_limit::ConnectionLimit;
pub use deadline::Deadlines;
pub use stream::GuardedStream;
use tokio::io::{AsyncRead, AsyncWrite};

/// Guards the connections of one server. All its workers share one guard.
#[derive(Debug, Clone)]
pub struct Guard {
    deadlines: Deadlines,
    limit: ConnectionLimit,
    registry: Arc<registry::Registry>,
}

impl Guard {
    /// Creates a guard with these deadlines and this limit.
    pub fn new(deadlines: Deadlines, limit: ConnectionLimit) -> Self {
        Self {
            deadlines,
            limit,
            registry: Arc::new(registry::Registry::new(limit.served())),
        }
    }

    /// Returns how many connections may be open.
    pub fn limit(&self) -> ConnectionLimit {
        self.limit
    }

    /// Guards an accepted connection. Waits while the maximum number of connections is being served.
    ///
    /// Returns `None` once the server is stopping.
    pub async fn admit<Io>(&self, io: Io) -> Option<GuardedStream<Io>>
    where
        Io: AsyncRead + AsyncWrite + Unpin,
    {
        let admission = Arc::clone(&self.registry).admit().await?;
        Some(GuardedStream::new(io, self.deadlines, admission))
    }

    /// Announces that the server is stopping: clients that do not read their responses get less time, and connections
    /// waiting for a slot are dropped.
    pub fn stop(&self) {
        self.registry.stop();
    }
}
