use belgie_domain::{OutboxId, OutboxItem};
use belgie_ports::{BoxFuture, Outbox, OutboxWrites, StoreError};
use chrono::{DateTime, Utc};

use crate::MemoryStore;
use crate::state::{insert, remove_where};
use crate::transaction::MemoryTransaction;

impl OutboxWrites for MemoryTransaction {
    fn insert_outbox_item<'a>(
        &'a self,
        item: &'a OutboxItem,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        self.change(|state| insert(&mut state.outbox, item.id, item.clone()))
    }

    fn delete_outbox_items_about<'a>(
        &'a self,
        about: &'a str,
    ) -> BoxFuture<'a, Result<u64, StoreError>> {
        self.change(move |state| {
            let is_about = |item: &OutboxItem| item.about.as_deref() == Some(about);
            Ok(remove_where(&mut state.outbox, is_about))
        })
    }
}

impl Outbox for MemoryStore {
    fn outbox_items_about<'a>(
        &'a self,
        about: &'a str,
        limit: u32,
    ) -> BoxFuture<'a, Result<Vec<OutboxItem>, StoreError>> {
        self.look(move |state| {
            let items = state.outbox.values();
            let found = items.filter(|item| item.about.as_deref() == Some(about));
            found.take(limit as usize).cloned().collect()
        })
    }

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
