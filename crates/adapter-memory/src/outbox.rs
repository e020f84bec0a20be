use belgie_domain::{OutboxId, OutboxItem};
use belgie_ports::{BoxFuture, Outbox, OutboxWrites, StoreError};
use chrono::{DateTime, Utc};

use crate::MemoryStore;
use crate::state::insert;
use crate::transaction::MemoryTransaction;

impl OutboxWrites for MemoryTransaction {
    fn insert_outbox_item<'a>(
        &'a self,
        item: &'a OutboxItem,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        self.change(|state| insert(&mut state.outbox, item.id, item.clone()))
    }
}

impl Outbox for MemoryStore {
    fn claim_outbox_item<'a>(
        &'a self,
        topic: &'a str,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<Option<OutboxItem>, StoreError>> {
        self.change(move |state| {
            let mut items = state.outbox.values_mut();
            let due = items.find(|item| item.topic == topic && item.due_at <= now);
            Ok(due.map(|item| {
                item.due_at = until;
                item.attempts = item.attempts.saturating_add(1);
                item.clone()
            }))
        })
    }

    fn postpone_outbox_item(
        &self,
        id: OutboxId,
        until: DateTime<Utc>,
    ) -> BoxFuture<'_, Result<bool, StoreError>> {
        self.change(move |state| {
            let item = state.outbox.get_mut(&id);
            Ok(item.map(|item| item.due_at = until).is_some())
        })
    }

    fn finish_outbox_item(&self, id: OutboxId) -> BoxFuture<'_, Result<bool, StoreError>> {
        self.change(move |state| Ok(state.outbox.remove(&id).is_some()))
    }
}
