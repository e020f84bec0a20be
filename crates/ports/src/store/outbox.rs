use belgie_domain::{OutboxId, OutboxItem};
use chrono::{DateTime, Utc};

use super::StoreError;
use crate::BoxFuture;

/// Adds work to be done after the transaction has committed.
pub trait OutboxWrites {
    /// Adds an item.
    fn insert_outbox_item<'a>(
        &'a self,
        item: &'a OutboxItem,
    ) -> BoxFuture<'a, Result<(), StoreError>>;
}

/// Claims outbox items: each method is one conditional statement without a transaction around it.
pub trait Outbox {
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
