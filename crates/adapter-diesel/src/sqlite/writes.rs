use belgie_domain::{Attempt, Event, Slide, TokenHash};
use belgie_ports::{BoxFuture, SingleWrites, StoreError};
use chrono::{DateTime, Utc};

use super::{SqliteStore, attempts, events, sessions};

impl SingleWrites for SqliteStore {
    fn consume_attempt(
        &self,
        state_hash: TokenHash,
    ) -> BoxFuture<'_, Result<Option<Attempt>, StoreError>> {
        Box::pin(self.write(move |db| attempts::consume(db, state_hash)))
    }

    fn slide_session(&self, slide: Slide) -> BoxFuture<'_, Result<bool, StoreError>> {
        Box::pin(self.write(move |db| sessions::slide(db, &slide)))
    }

    fn record_event(&self, event: Event) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(self.write(move |db| events::insert(db, &event)))
    }

    fn delete_expired_sessions(
        &self,
        now: DateTime<Utc>,
        created_before: DateTime<Utc>,
        limit: u32,
    ) -> BoxFuture<'_, Result<u64, StoreError>> {
        Box::pin(self.write(move |db| sessions::delete_expired(db, now, created_before, limit)))
    }

    fn delete_expired_attempts(
        &self,
        now: DateTime<Utc>,
        limit: u32,
    ) -> BoxFuture<'_, Result<u64, StoreError>> {
        Box::pin(self.write(move |db| attempts::delete_expired(db, now, limit)))
    }
}
