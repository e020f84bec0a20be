use belgie_domain::{Attempt, Event, Slide, TokenHash};
use belgie_ports::{BoxFuture, SingleWrites, StoreError};
use chrono::{DateTime, Utc};

use crate::MemoryStore;

impl SingleWrites for MemoryStore {
    fn consume_attempt(
        &self,
        state_hash: TokenHash,
    ) -> BoxFuture<'_, Result<Option<Attempt>, StoreError>> {
        Box::pin(self.change(move |state| Ok(state.attempts.remove(&state_hash))))
    }

    fn slide_session(&self, slide: Slide) -> BoxFuture<'_, Result<bool, StoreError>> {
        Box::pin(self.change(move |state| Ok(state.slide_session(slide))))
    }

    fn record_event(&self, event: Event) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(self.change(move |state| state.insert_event(&event)))
    }

    fn delete_expired_sessions(
        &self,
        now: DateTime<Utc>,
        created_before: DateTime<Utc>,
        limit: u32,
    ) -> BoxFuture<'_, Result<u64, StoreError>> {
        Box::pin(self.change(move |state| {
            Ok(state.delete_expired_sessions(now, created_before, limit as usize))
        }))
    }

    fn delete_expired_attempts(
        &self,
        now: DateTime<Utc>,
        limit: u32,
    ) -> BoxFuture<'_, Result<u64, StoreError>> {
        Box::pin(self.change(move |state| Ok(state.delete_expired_attempts(now, limit as usize))))
    }
}
