use belgie_domain::{OutboxId, OutboxItem};
use chrono::{DateTime, Utc};

use super::StoreError;
use crate::BoxFuture;

/// Writes of work to be done after the transaction has committed.
pub trait OutboxWrites {
    /// Adds an item.
    fn insert_outbox_item<'a>(
        &'a self,
        item: &'a OutboxItem,
    ) -> BoxFuture<'a, Result<(), StoreError>>;

    /// Deletes all items, claimed or not, that are [about](OutboxItem::about) this; returns how many there were.
    fn delete_outbox_items_about<'a>(
        &'a self,
        about: &'a str,
    ) -> BoxFuture<'a, Result<u64, StoreError>>;
}

/// Lists and claims outbox items: each method is one statement without a transaction around it.
pub trait Outbox {
    /// Returns at most `limit` items that are [about](OutboxItem::about) this, claimed or not, in the order of their ids.
    fn outbox_items_about<'a>(
        &'a self,
        about: &'a str,
        limit: u32,
    ) -> BoxFuture<'a, Result<Vec<OutboxItem>, StoreError>>;

    /// Claims the item of this topic with the smallest id among those due at `now`: postpones it until `until`, counts
    /// the attempt, and returns the updated item. Of any number of concurrent calls, on any number of nodes, at most
    /// one gets an item.
    fn claim_outbox_item<'a>(
        &'a self,
        topic: &'a str,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<Option<OutboxItem>, StoreError>>;

    /// Postpones an item until then; returns whether it exists.
    fn postpone_outbox_item(
        &self,
        id: OutboxId,
        until: DateTime<Utc>,
    ) -> BoxFuture<'_, Result<bool, StoreError>>;

    /// Deletes a finished item; returns whether it existed.
    fn finish_outbox_item(&self, id: OutboxId) -> BoxFuture<'_, Result<bool, StoreError>>;
}
