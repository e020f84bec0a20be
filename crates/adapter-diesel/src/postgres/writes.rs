use belgie_domain::{Attempt, Event, Slide, TokenHash};
use belgie_ports::{BoxFuture, SingleWrites, StoreError};
use chrono::{DateTime, Utc};

use super::{PgStore, attempts, events, sessions};

impl SingleWrites for PgStore {
    fn consume_attempt(
        &self,
        state_hash: TokenHash,
    ) -> BoxFuture<'_, Result<Option<Attempt>, StoreError>> {
        Box::pin(self.ask(move |db| Box::pin(attempts::consume(db, state_hash))))
    }

    fn slide_session(&self, slide: Slide) -> BoxFuture<'_, Result<bool, StoreError>> {
        Box::pin(self.ask(move |db| Box::pin(async move { sessions::slide(db, &slide).await })))
    }

    fn record_event(&self, event: Event) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(self.ask(move |db| Box::pin(async move { events::insert(db, &event).await })))
    }

    fn delete_expired_sessions(
        &self,
        now: DateTime<Utc>,
        created_before: DateTime<Utc>,
        limit: u32,
    ) -> BoxFuture<'_, Result<u64, StoreError>> {
        Box::pin(
            self.ask(move |db| Box::pin(sessions::delete_expired(db, now, created_before, limit))),
        )
    }

    fn delete_expired_attempts(
        &self,
        now: DateTime<Utc>,
        limit: u32,
    ) -> BoxFuture<'_, Result<u64, StoreError>> {
        Box::pin(self.ask(move |db| Box::pin(attempts::delete_expired(db, now, limit))))
    }
}
