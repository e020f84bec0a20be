use std::panic::AssertUnwindSafe;
use std::time::Duration;

use belgie_domain::{Event, OutboxItem};
use belgie_ports::{BoxFuture, with_causes};
use chrono::TimeDelta;
use futures_util::FutureExt as _;

use crate::AuthError;
use crate::core::Core;
use crate::event::TOPIC;
use crate::outbox::{Work, Worked, work_off};

/// Delivers committed events to the hooks registered with
/// [`AuthBuilder::after_commit`](crate::AuthBuilder::after_commit): each event at least once, by one node at a time.
#[derive(Clone, Copy)]
pub struct AfterCommit<'a> {
    core: &'a Core,
}

/// How long a node may take for one event; after that another node may take it over. Also the delay before a retry.
const LEASE: TimeDelta = TimeDelta::seconds(60);
/// How often this node looks for events that other nodes left behind.
const INTERVAL: Duration = Duration::from_secs(15);

impl<'a> AfterCommit<'a> {
    pub(crate) fn new(core: &'a Core) -> Self {
        Self { core }
    }

    /// Delivers events as they are committed, until the future is dropped. Run it beside the server, once per process.
    /// Without hooks it returns at once.
    pub async fn run(&self) {
        if self.core.hooks.after_commit.is_empty() {
            return;
        }
        loop {
            if let Err(error) = self.deliver().await {
                tracing::warn!(error = with_causes(&error), "events were not delivered");
            }
            let committed = self.core.hooks.committed.events();
            let _ = tokio::time::timeout(INTERVAL, committed).await;
        }
    }

    /// Delivers all events that are due; returns how many were delivered. An event whose hook fails or panics is due
    /// again after a minute.
    ///
    /// # Errors
    /// [`AuthError::Store`]; events delivered before the error stay delivered.
    pub async fn deliver(&self) -> Result<u64, AuthError> {
        work_off(self.core, (TOPIC, LEASE), self).await
    }

    async fn deliver_item(&self, item: &OutboxItem) -> Result<bool, AuthError> {
        let id = item.payload.parse().ok();
        let event = match id {
            Some(id) => self.core.store.find_event(id).await?,
            None => None,
        };
        match event {
            Some(event) => Ok(self.call_hooks(&event, item.attempts).await),
            None => Ok(true), // deleted in the meantime: there is nothing to deliver
        }
    }

    async fn call_hooks(&self, event: &Event, attempt: u32) -> bool {
        for hook in &self.core.hooks.after_commit {
            // A hook that panics must not end the delivery of other events, nor the housekeeping in the same task.
            let called = AssertUnwindSafe(async { hook(event.clone()).await });
            let called = called.catch_unwind().await;
            if let Err(error) = called.unwrap_or_else(|_| Err("it panicked".into())) {
                let error = with_causes(error.as_ref());
                tracing::warn!(event = %event.id, kind = %event.kind, attempt, error, "a hook failed");
                return false;
            }
        }
        true
    }
}

impl Work for AfterCommit<'_> {
    fn work<'a>(&'a self, item: &'a OutboxItem) -> BoxFuture<'a, Result<Worked, AuthError>> {
        Box::pin(async move {
            let delivered = self.deliver_item(item).await?;
            Ok(if delivered {
                Worked::Done
            } else {
                Worked::Again
            })
        })
    }
}

impl std::fmt::Debug for AfterCommit<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AfterCommit").finish_non_exhaustive()
    }
}
