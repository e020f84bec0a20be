use belgie_domain::{Event, EventId, EventKind, FailureKey, Outcome, UserId};
use belgie_ports::{BoxFuture, EventMaintenance, EventQuery, EventWrites, Failures, StoreError};
use chrono::{DateTime, Utc};

use crate::MemoryStore;
use crate::state::{State, insert, remove};
use crate::transaction::MemoryTransaction;

look_ups! { Events {
    fn find_event(&self, id: EventId) -> BoxFuture<'_, Result<Option<Event>, StoreError>> {
        self.look(move |state| state.events.get(&id).cloned())
    }

    fn events(&self, query: EventQuery) -> BoxFuture<'_, Result<Vec<Event>, StoreError>> {
        self.look(move |state| state.page_of_events(query))
    }
} }

impl EventWrites for MemoryTransaction {
    fn insert_event<'a>(&'a self, event: &'a Event) -> BoxFuture<'a, Result<(), StoreError>> {
        self.change(|state| {
            insert(&mut state.events, event.id, event.clone())?;
            self.hooks.run(event)
        })
    }
}

impl EventMaintenance for MemoryStore {
    fn erase_clients_before(
        &self,
        before: DateTime<Utc>,
        limit: u32,
    ) -> BoxFuture<'_, Result<u64, StoreError>> {
        self.change(move |state| {
            let events = state.events.values_mut();
            let old = events.filter(|event| event.at < before && names_client(event));
            let erased = old.take(limit as usize).map(|event| {
                event.client.ip_address = None;
                event.client.user_agent = None;
            });
            Ok(erased.count() as u64)
        })
    }
}

impl Failures for MemoryStore {
    fn count_failure<'a>(&'a self, key: &'a FailureKey) -> BoxFuture<'a, Result<(), StoreError>> {
        self.change(|state| {
            *state.failures.entry(key.clone()).or_default() += 1;
            Ok(())
        })
    }

    fn failures_since(
        &self,
        since: DateTime<Utc>,
    ) -> BoxFuture<'_, Result<Vec<(FailureKey, u64)>, StoreError>> {
        self.look(move |state| {
            let counts = state.failures.iter();
            let later = counts.filter(|(key, _)| key.minute >= since);
            later.map(|(key, count)| (key.clone(), *count)).collect()
        })
    }

    fn delete_failures_before(
        &self,
        before: DateTime<Utc>,
        limit: u32,
    ) -> BoxFuture<'_, Result<u64, StoreError>> {
        self.change(move |state| {
            let keys = state.failures.keys();
            let over = keys.filter(|key| key.minute < before).take(limit as usize);
            let over: Vec<_> = over.cloned().collect();
            Ok(remove(&mut state.failures, over))
        })
    }
}

fn names_client(event: &Event) -> bool {
    event.client.ip_address.is_some() || event.client.user_agent.is_some()
}

fn is_caused_by(actor: UserId, event: &Event) -> bool {
    event.actor_id == Some(actor) && event.user_id.is_some_and(|user| user != actor)
}

fn is_sign_in(event: &Event) -> bool {
    event.kind == EventKind::SignIn && event.outcome == Outcome::Success
}

impl State {
    fn page_of_events(&self, query: EventQuery) -> Vec<Event> {
        let is_asked_for = |event: &&Event| {
            query.before.is_none_or(|before| event.id < before)
                && query.user.is_none_or(|user| event.user_id == Some(user))
                && query
                    .caused_by
                    .is_none_or(|actor| is_caused_by(actor, event))
                && (!query.sign_ins || is_sign_in(event))
        };
        let newest_first = self.events.values().rev().filter(is_asked_for);
        newest_first.take(query.limit as usize).cloned().collect()
    }
}
