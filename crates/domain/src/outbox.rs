use chrono::{DateTime, Utc};

use crate::OutboxId;

/// Something that must be done after a transaction has committed, at least once: kept in that transaction, claimed by one
/// node at a time, and deleted when it is done.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OutboxItem {
    /// Names the item. Items are claimed in the order of their ids where they are due.
    pub id: OutboxId,
    /// What is to be done, as a stable word.
    pub topic: String,
    /// What it is to be done with; its form depends on the topic.
    pub payload: String,
    /// When it is due: a claim puts it off, so that it is due again if the claimant never finishes.
    pub due_at: DateTime<Utc>,
    /// How often it has been claimed.
    pub attempts: u32,
}

impl OutboxItem {
    /// Makes an item that is due at once.
    pub fn new(id: OutboxId, topic: &str, payload: String, now: DateTime<Utc>) -> Self {
        Self {
            id,
            topic: topic.to_owned(),
            payload,
            due_at: now,
            attempts: 0,
        }
    }
}
