//! Implements the store traits for `Arc<S>`.

use std::sync::Arc;

use belgie_domain::{
    Account, Attempt, EmailAddress, Event, EventId, FailureKey, Issuer, OutboxId, OutboxItem,
    Session, SessionId, Slide, Subject, TokenHash, User, UserId,
};
use chrono::{DateTime, Utc};

use super::{
    Accounts, AttemptCounts, Attempts, Contention, EventQuery, Events, Failures, Outbox,
    SessionMaintenance, Sessions, Store, StoreError, UserQuery, Users, Work,
};
use crate::BoxFuture;

impl<S: Store + ?Sized> Users for Arc<S> {
    fn find_user(&self, id: UserId) -> BoxFuture<'_, Result<Option<User>, StoreError>> {
        (**self).find_user(id)
    }

    fn find_user_by_email<'a>(
        &'a self,
        email: &'a EmailAddress,
    ) -> BoxFuture<'a, Result<Option<User>, StoreError>> {
        (**self).find_user_by_email(email)
    }

    fn users(&self, query: UserQuery) -> BoxFuture<'_, Result<Vec<User>, StoreError>> {
        (**self).users(query)
    }
}

impl<S: Store + ?Sized> Accounts for Arc<S> {
    fn find_account<'a>(
        &'a self,
        issuer: &'a Issuer,
        subject: &'a Subject,
    ) -> BoxFuture<'a, Result<Option<Account>, StoreError>> {
        (**self).find_account(issuer, subject)
    }

    fn accounts_of(&self, user: UserId) -> BoxFuture<'_, Result<Vec<Account>, StoreError>> {
        (**self).accounts_of(user)
    }
}

impl<S: Store + ?Sized> Sessions for Arc<S> {
    fn find_session_by_token(
        &self,
        token_hash: TokenHash,
    ) -> BoxFuture<'_, Result<Option<(Session, User)>, StoreError>> {
        (**self).find_session_by_token(token_hash)
    }

    fn find_session_by_id(
        &self,
        id: SessionId,
    ) -> BoxFuture<'_, Result<Option<(Session, User)>, StoreError>> {
        (**self).find_session_by_id(id)
    }

    fn sessions_of(&self, user: UserId) -> BoxFuture<'_, Result<Vec<Session>, StoreError>> {
        (**self).sessions_of(user)
    }
}

impl<S: Store + ?Sized> SessionMaintenance for Arc<S> {
    fn slide_session(&self, slide: Slide) -> BoxFuture<'_, Result<bool, StoreError>> {
        (**self).slide_session(slide)
    }

    fn delete_expired_sessions(
        &self,
        now: DateTime<Utc>,
        created_before: DateTime<Utc>,
        limit: u32,
    ) -> BoxFuture<'_, Result<u64, StoreError>> {
        (**self).delete_expired_sessions(now, created_before, limit)
    }
}

impl<S: Store + ?Sized> Attempts for Arc<S> {
    fn insert_attempt<'a>(
        &'a self,
        attempt: &'a Attempt,
        keep: u32,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        (**self).insert_attempt(attempt, keep)
    }

    fn consume_attempt(
        &self,
        state_hash: TokenHash,
        binding_hash: TokenHash,
    ) -> BoxFuture<'_, Result<Option<Attempt>, StoreError>> {
        (**self).consume_attempt(state_hash, binding_hash)
    }

    fn count_attempts(&self, share: u64) -> BoxFuture<'_, Result<AttemptCounts, StoreError>> {
        (**self).count_attempts(share)
    }

    fn delete_expired_attempts(
        &self,
        now: DateTime<Utc>,
        limit: u32,
    ) -> BoxFuture<'_, Result<u64, StoreError>> {
        (**self).delete_expired_attempts(now, limit)
    }
}

impl<S: Store + ?Sized> Events for Arc<S> {
    fn find_event(&self, id: EventId) -> BoxFuture<'_, Result<Option<Event>, StoreError>> {
        (**self).find_event(id)
    }

    fn events(&self, query: EventQuery) -> BoxFuture<'_, Result<Vec<Event>, StoreError>> {
        (**self).events(query)
    }
}

impl<S: Store + ?Sized> Failures for Arc<S> {
    fn count_failure<'a>(&'a self, key: &'a FailureKey) -> BoxFuture<'a, Result<(), StoreError>> {
        (**self).count_failure(key)
    }

    fn failures_since(
        &self,
        since: DateTime<Utc>,
    ) -> BoxFuture<'_, Result<Vec<(FailureKey, u64)>, StoreError>> {
        (**self).failures_since(since)
    }

    fn delete_failures_before(
        &self,
        before: DateTime<Utc>,
        limit: u32,
    ) -> BoxFuture<'_, Result<u64, StoreError>> {
        (**self).delete_failures_before(before, limit)
    }
}

impl<S: Store + ?Sized> Outbox for Arc<S> {
    fn claim_outbox_item<'a>(
        &'a self,
        topic: &'a str,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<Option<OutboxItem>, StoreError>> {
        (**self).claim_outbox_item(topic, now, until)
    }

    fn finish_outbox_item(&self, id: OutboxId) -> BoxFuture<'_, Result<bool, StoreError>> {
        (**self).finish_outbox_item(id)
    }
}

impl<S: Store + ?Sized> Store for Arc<S> {
    fn transact(
        &self,
        contention: Contention,
        work: Work,
    ) -> BoxFuture<'_, Result<(), StoreError>> {
        (**self).transact(contention, work)
    }

    fn ping(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        (**self).ping()
    }
}
