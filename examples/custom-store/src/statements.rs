//! Changes that are single statements in the port: here, each in a transaction of its own.

use belgie_domain::{
    Attempt, FailureKey, IssuedCode, OutboxId, OutboxItem, PendingSignIn, Slide, TokenHash,
};
use belgie_ports::{
    AttemptCounts, Attempts, BoxFuture, Codes, EventMaintenance, Failures, Outbox, PendingSignIns,
    SessionMaintenance, StoreError, UsedIdTokens,
};
use chrono::{DateTime, Utc};

use crate::key::{Span, time};
use crate::record::{
    EVENTS_WITH_CLIENT, Failure, OUTBOX_ABOUT, UsedIdToken, hash_key, outbox_key, topic_key,
};
use crate::tables::Tables as _;
use crate::{RedbStore, change};

impl SessionMaintenance for RedbStore {
    fn slide_session(&self, slide: Slide) -> BoxFuture<'_, Result<bool, StoreError>> {
        self.change(move |tx| change::slide_session(tx, slide))
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
}

impl Attempts for RedbStore {
    fn insert_attempt<'a>(
        &'a self,
        attempt: &'a Attempt,
        keep: u32,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        let attempt = attempt.clone();
        self.change(move |tx| {
            change::insert(tx, &attempt)?;
            change::trim_attempts_of(tx, attempt.binding_hash, keep as usize)
        })
    }

    fn consume_attempt(
        &self,
        state_hash: TokenHash,
        binding_hash: TokenHash,
    ) -> BoxFuture<'_, Result<Option<Attempt>, StoreError>> {
        self.change(move |tx| change::consume_attempt(tx, state_hash, binding_hash))
    }

    fn count_attempts(&self, share: u64) -> BoxFuture<'_, Result<AttemptCounts, StoreError>> {
        self.read(move |tx| {
            let attempts: Vec<Attempt> = tx.page(&Span::all(), usize::MAX)?;
            Ok(change::counts(&attempts, share))
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

impl PendingSignIns for RedbStore {
    fn put_pending_sign_in<'a>(
        &'a self,
        pending: &'a PendingSignIn,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        let pending = pending.clone();
        self.change(move |tx| change::put_pending_sign_in(tx, &pending))
    }

    fn find_pending_sign_in(
        &self,
        binding_hash: TokenHash,
    ) -> BoxFuture<'_, Result<Option<PendingSignIn>, StoreError>> {
        self.read(move |tx| tx.find(&hash_key(binding_hash)))
    }

    fn delete_pending_sign_in(
        &self,
        binding_hash: TokenHash,
    ) -> BoxFuture<'_, Result<bool, StoreError>> {
        self.change(move |tx| {
            let removed = change::remove::<PendingSignIn>(tx, &hash_key(binding_hash))?;
            Ok(removed.is_some())
        })
    }

    fn delete_expired_pending_sign_ins(
        &self,
        now: DateTime<Utc>,
        limit: u32,
    ) -> BoxFuture<'_, Result<u64, StoreError>> {
        self.change(move |tx| change::delete_expired_pending_sign_ins(tx, now, limit as usize))
    }
}

impl Codes for RedbStore {
    fn consume_code(
        &self,
        code_hash: TokenHash,
    ) -> BoxFuture<'_, Result<Option<IssuedCode>, StoreError>> {
        self.change(move |tx| change::remove(tx, &hash_key(code_hash)))
    }

    fn delete_expired_codes(
        &self,
        now: DateTime<Utc>,
        limit: u32,
    ) -> BoxFuture<'_, Result<u64, StoreError>> {
        self.change(move |tx| change::delete_expired_codes(tx, now, limit as usize))
    }
}

impl UsedIdTokens for RedbStore {
    fn use_id_token(
        &self,
        token_hash: TokenHash,
        expires_at: DateTime<Utc>,
    ) -> BoxFuture<'_, Result<bool, StoreError>> {
        self.change(move |tx| {
            let token = UsedIdToken {
                token_hash,
                expires_at,
            };
            change::use_id_token(tx, &token)
        })
    }

    fn delete_expired_id_tokens(
        &self,
        now: DateTime<Utc>,
        limit: u32,
    ) -> BoxFuture<'_, Result<u64, StoreError>> {
        self.change(move |tx| change::delete_expired_id_tokens(tx, now, limit as usize))
    }
}

impl EventMaintenance for RedbStore {
    fn erase_clients_before(
        &self,
        before: DateTime<Utc>,
        limit: u32,
    ) -> BoxFuture<'_, Result<u64, StoreError>> {
        self.change(move |tx| {
            let old = Span::all().before(&time(before));
            let events = tx.first(EVENTS_WITH_CLIENT, &old, limit as usize)?;
            let erased = events.len() as u64;
            for mut event in events {
                event.client.ip_address = None;
                event.client.user_agent = None;
                change::update(tx, &event)?;
            }
            Ok(erased)
        })
    }
}

impl Failures for RedbStore {
    fn count_failure<'a>(&'a self, key: &'a FailureKey) -> BoxFuture<'a, Result<(), StoreError>> {
        let key = key.clone();
        self.change(move |tx| change::count_failure(tx, key))
    }

    fn failures_since(
        &self,
        since: DateTime<Utc>,
    ) -> BoxFuture<'_, Result<Vec<(FailureKey, u64)>, StoreError>> {
        self.read(move |tx| {
            let kept: Vec<Failure> = tx.page(&Span::from(&time(since)), usize::MAX)?;
            let counts = kept.into_iter().map(|failure| (failure.key, failure.count));
            let mut counts: Vec<_> = counts.collect();
            counts.sort();
            Ok(counts)
        })
    }

    fn delete_failures_before(
        &self,
        before: DateTime<Utc>,
        limit: u32,
    ) -> BoxFuture<'_, Result<u64, StoreError>> {
        self.change(move |tx| {
            let old: Vec<Failure> = tx.page(&Span::all().before(&time(before)), limit as usize)?;
            change::remove_all(tx, old)
        })
    }
}

impl Outbox for RedbStore {
    fn outbox_items_about<'a>(
        &'a self,
        about: &'a str,
        limit: u32,
    ) -> BoxFuture<'a, Result<Vec<OutboxItem>, StoreError>> {
        let about = Span::of(&topic_key(about));
        self.read(move |tx| tx.first(OUTBOX_ABOUT, &about, limit as usize))
    }

    fn claim_outbox_item<'a>(
        &'a self,
        topic: &'a str,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<Option<OutboxItem>, StoreError>> {
        let topic = topic.to_owned();
        self.change(move |tx| change::claim_outbox_item(tx, &topic, now, until))
    }

    fn postpone_outbox_item(
        &self,
        id: OutboxId,
        until: DateTime<Utc>,
    ) -> BoxFuture<'_, Result<bool, StoreError>> {
        self.change(move |tx| {
            let Some(mut item) = tx.find::<OutboxItem>(&outbox_key(id))? else {
                return Ok(false);
            };
            item.due_at = until;
            change::update(tx, &item)
        })
    }

    fn finish_outbox_item(&self, id: OutboxId) -> BoxFuture<'_, Result<bool, StoreError>> {
        self.change(move |tx| Ok(change::remove::<OutboxItem>(tx, &outbox_key(id))?.is_some()))
    }
}
