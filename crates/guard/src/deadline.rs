//! How long a client is waited for.

use std::future::Future as _;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep_until};

use crate::exchange::Awaited;

/// How long a client may take for each of its turns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Deadlines {
    /// From the first byte of a request's head to its end, and from the beginning of a connection to the end of the
    /// first head.
    pub head: Duration,
    /// From the end of an answer to the first byte of the next request.
    pub keep_alive: Duration,
    /// Without taking a byte of an answer.
    pub write: Duration,
    /// The same once the server stops.
    pub write_while_stopping: Duration,
}

impl Default for Deadlines {
    /// 10 seconds for a head, 75 between requests, 30 without reading, 5 while the server stops.
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
    /// Sets how long a request's head may take, from its first byte.
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

    /// Sets how long a client may take no byte of an answer.
    #[must_use]
    pub fn with_write(mut self, write: Duration) -> Self {
        self.write = write;
        self
    }

    /// Sets how long a client may take no byte of an answer once the server stops.
    #[must_use]
    pub fn with_write_while_stopping(mut self, write: Duration) -> Self {
        self.write_while_stopping = write;
        self
    }

    /// Until when this is waited for.
    pub(crate) fn of(&self, awaited: Awaited, since: Instant) -> Option<Instant> {
        match awaited {
            // The server's own business.
            Awaited::Answer | Awaited::Body => None,
            Awaited::Head | Awaited::Remainder => Some(since + self.head),
            Awaited::Request => Some(since + self.keep_alive),
        }
    }

    /// Until when a client must have taken a byte.
    pub(crate) fn of_write(&self, since: Instant, stopping: bool) -> Instant {
        if stopping {
            since + self.write_while_stopping.min(self.write)
        } else {
            since + self.write
        }
    }
}

/// A timer that is set again only if it would ring too late, so that a busy connection hardly touches it.
#[derive(Debug)]
pub(crate) struct Timer(Pin<Box<Sleep>>);

impl Timer {
    pub(crate) fn new(deadline: Instant) -> Self {
        Self(Box::pin(sleep_until(deadline)))
    }

    /// Returns once the deadline has passed.
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
