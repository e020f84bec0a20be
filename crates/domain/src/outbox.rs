use chrono::{DateTime, Utc};

use crate::OutboxId;

/// Work to be done after a transaction has committed, at least once: stored in that transaction, claimed by one node at
/// a time, and deleted when done.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OutboxItem {
    /// The item's id. Due items are claimed in the order of their ids.
    pub id: OutboxId,
    /// What is to be done, as a stable name.
    pub topic: String,
    /// The input of the work; its form depends on the topic.
    pub payload: String,
    /// When the item is due. A claim postpones it, so that it becomes due again if the claimant never finishes.
    pub due_at: DateTime<Utc>,
    /// Whom it is about, if it is to be deleted with them: a user's id or an address.
    pub about: Option<String>,
    /// How often it has been claimed.
    pub attempts: u32,
}

impl OutboxItem {
    /// Creates an item that is due at once.
    pub fn new(id: OutboxId, topic: &str, payload: String, now: DateTime<Utc>) -> Self {
        Self {
            id,
            topic: topic.to_owned(),
            payload,
            due_at: now,
            about: None,
            attempts: 0,
        }
    }

    /// Sets whom it is about.
    #[must_use]
    pub fn about(mut self, about: impl Into<String>) -> Self {
        self.about = Some(about.into());
        self
    }
}
