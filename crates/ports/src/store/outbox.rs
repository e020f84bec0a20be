use belgie_domain::{OutboxId, OutboxItem};
use chrono::{DateTime, Utc};

use super::StoreError;
use crate::BoxFuture;

/// What is to be done after a transaction has committed is kept in it.
pub trait OutboxWrites {
    /// Adds an item.
    fn insert_outbox_item<'a>(
        &'a self,
        item: &'a OutboxItem,
    ) -> BoxFuture<'a, Result<(), StoreError>>;
}

/// Claims of what is to be done: one conditional statement each, with no transaction around them.
pub trait Outbox {
    /// Claims the item of this topic with the smallest id among those that are due at `now`: puts it off until `until`
    /// and counts the attempt, and returns it as it is then. Of any number of calls at once, on any number of nodes, at most one gets an item.
    fn claim_outbox_item<'a>(
        &'a self,
        topic: &'a str,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<Option<OutboxItem>, StoreError>>;

    /// Deletes an item that is done; returns whether there was one.
    fn finish_outbox_item(&self, id: OutboxId) -> BoxFuture<'_, Result<bool, StoreError>>;
}
