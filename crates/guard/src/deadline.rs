//! How long the server waits for a client.

use std::future::Future as _;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep_until};

use crate::exchange::WaitingFor;

/// How long a client may take for each step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Deadlines {
    /// From the first byte of a request head to its end, and from the opening of a connection to the end of the first
    /// head.
    pub head: Duration,
    /// From the end of a response to the first byte of the next request.
    pub keep_alive: Duration,
    /// How long a client may go without accepting a byte of a response.
    pub write: Duration,
    /// The same while the server is stopping.
    pub write_while_stopping: Duration,
}

impl Default for Deadlines {
    /// 10 seconds for a head, 75 between requests, 30 without accepting data, 5 while the server is stopping.
    fn default() -> Self {
        Self {
            head: Duration::from_secs(10),
            keep_alive: Duration::from_secs(75),
            write: Duration::from_secs(30),
            write_while_stopping: Duration::from_secs(5),
        }
    }
}

impl Deadlines {
    /// Sets how long a request's head may take, from its first byte; for the first request, from the opening of the
    /// connection.
    #[must_use]
    pub fn with_head(mut self, head: Duration) -> Self {
        self.head = head;
        self
    }

    /// Sets how long a connection may stay idle between requests.
    #[must_use]
    pub fn with_keep_alive(mut self, keep_alive: Duration) -> Self {
        self.keep_alive = keep_alive;
        self
    }

    /// Sets how long a client may go without accepting a byte of a response.
    #[must_use]
    pub fn with_write(mut self, write: Duration) -> Self {
        self.write = write;
        self
    }

    /// Sets how long a client may go without accepting a byte of a response while the server is stopping.
    #[must_use]
    pub fn with_write_while_stopping(mut self, write: Duration) -> Self {
        self.write_while_stopping = write;
        self
    }

    /// Returns the deadline for what the connection is waiting for.
    pub(crate) fn of(&self, waiting_for: WaitingFor, since: Instant) -> Option<Instant> {
        match waiting_for {
            // The server's own work has no deadline here.
            WaitingFor::Answer | WaitingFor::Body => None,
            WaitingFor::Head | WaitingFor::Remainder => Some(since + self.head),
            WaitingFor::Request => Some(since + self.keep_alive),
        }
    }

    /// Returns when a client must have accepted a byte.
    pub(crate) fn of_write(&self, since: Instant, stopping: bool) -> Instant {
        if stopping {
            since + self.write_while_stopping.min(self.write)
        } else {
            since + self.write
        }
    }
}

/// A timer that is reset only if it would fire too late, so that a busy connection rarely touches it.
#[derive(Debug)]
pub(crate) struct Timer(Pin<Box<Sleep>>);

impl Timer {
    pub(crate) fn new(deadline: Instant) -> Self {
        Self(Box::pin(sleep_until(deadline)))
    }

    /// Completes once the deadline has passed.
    pub(crate) fn poll(&mut self, deadline: Instant, cx: &mut Context<'_>) -> Poll<()> {
        if deadline < self.0.deadline() {
            self.0.as_mut().reset(deadline);
        }
        loop {
            ready!(self.0.as_mut().poll(cx));
            if self.0.deadline() >= deadline {
                return Poll::Ready(());
            }
            self.0.as_mut().reset(deadline);
        }
    }
}
