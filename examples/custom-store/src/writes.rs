use belgie_domain::{Attempt, Event, Slide, TokenHash};
use belgie_ports::{BoxFuture, SingleWrites, StoreError};
use chrono::{DateTime, Utc};

use crate::record::hash_key;
use crate::{RedbStore, change};

impl SingleWrites for RedbStore {
    fn consume_attempt(
        &self,
        state_hash: TokenHash,
    ) -> BoxFuture<'_, Result<Option<Attempt>, StoreError>> {
        self.change(move |tx| change::remove(tx, &hash_key(state_hash)))
    }

    fn slide_session(&self, slide: Slide) -> BoxFuture<'_, Result<bool, StoreError>> {
        self.change(move |tx| change::slide_session(tx, slide))
    }

    fn record_event(&self, event: Event) -> BoxFuture<'_, Result<(), StoreError>> {
        self.change(move |tx| change::insert(tx, &event))
    }

    fn delete_expired_sessions(
        &self,
        now: DateTime<Utc>,
        created_before: DateTime<Utc>,
        limit: u32,
    ) -> BoxFuture<'_, Result<u64, StoreError>> {
        self.change(move |tx| {
            change::delete_expired_sessions(tx, now, created_before, limit as usize)
        })
    }

    fn delete_expired_attempts(
        &self,
        now: DateTime<Utc>,
        limit: u32,
    ) -> BoxFuture<'_, Result<u64, StoreError>> {
        self.change(move |tx| change::delete_expired_attempts(tx, now, limit as usize))
    }
}
