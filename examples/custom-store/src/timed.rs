use std::time::{Duration, Instant};

use belgie_domain::{
    Account, Attempt, EmailAddress, Event, Session, Slide, TokenHash, User, UserId,
};
use belgie_ports::{BoxFuture, Reads, SingleWrites, Store, StoreError, UserPage, Work};
use chrono::{DateTime, Utc};

use crate::Timings;

/// A store that hands every call on to another, and knows how long each took.
#[derive(Clone, Debug)]
pub struct TimedStore<S> {
    inner: S,
    timings: Timings,
}

impl<S: Store> TimedStore<S> {
    /// Puts itself in front of a store.
    pub fn new(inner: S) -> Self {
        let timings = Timings::default();
        Self { inner, timings }
    }

    /// Returns how long the calls took so far, and from now on.
    pub fn timings(&self) -> Timings {
        self.timings.clone()
    }

    /// Awaits a call. One that nobody waits for to its end is not counted.
    fn timed<'a, T: 'a>(
        &'a self,
        name: &'static str,
        call: BoxFuture<'a, Result<T, StoreError>>,
    ) -> BoxFuture<'a, Result<T, StoreError>> {
        Box::pin(async move {
            let began = Instant::now();
            let answer = call.await;
            self.timings.note(name, began.elapsed(), answer.is_err());
            answer
        })
    }
}

impl<S: Store> Store for TimedStore<S> {
    fn transact(&self, work: Work) -> BoxFuture<'_, Result<(), StoreError>> {
        let timings = self.timings.clone();
        // Work runs again when it conflicts: more runs than transactions tell of contention.
        let counted: Work = Box::new(move |tx| {
            timings.note("transact: runs", Duration::ZERO, false);
            work(tx)
        });
        self.timed("transact", self.inner.transact(counted))
    }
}

impl<S: Store> Reads for TimedStore<S> {
    fn find_user(&self, id: UserId) -> BoxFuture<'_, Result<Option<User>, StoreError>> {
        self.timed("find_user", self.inner.find_user(id))
    }

    fn find_user_by_email<'a>(
        &'a self,
        email: &'a EmailAddress,
    ) -> BoxFuture<'a, Result<Option<User>, StoreError>> {
        self.timed("find_user_by_email", self.inner.find_user_by_email(email))
    }

    fn users(&self, page: UserPage) -> BoxFuture<'_, Result<Vec<User>, StoreError>> {
        self.timed("users", self.inner.users(page))
    }

    fn find_session(
        &self,
        token_hash: TokenHash,
    ) -> BoxFuture<'_, Result<Option<(Session, User)>, StoreError>> {
        self.timed("find_session", self.inner.find_session(token_hash))
    }

    fn sessions_of(&self, user: UserId) -> BoxFuture<'_, Result<Vec<Session>, StoreError>> {
        self.timed("sessions_of", self.inner.sessions_of(user))
    }

    fn accounts_of(&self, user: UserId) -> BoxFuture<'_, Result<Vec<Account>, StoreError>> {
        self.timed("accounts_of", self.inner.accounts_of(user))
    }

    fn events_of(&self, user: UserId, limit: u32) -> BoxFuture<'_, Result<Vec<Event>, StoreError>> {
        self.timed("events_of", self.inner.events_of(user, limit))
    }

    fn ping(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        self.timed("ping", self.inner.ping())
    }
}

impl<S: Store> SingleWrites for TimedStore<S> {
    fn consume_attempt(
        &self,
        state_hash: TokenHash,
    ) -> BoxFuture<'_, Result<Option<Attempt>, StoreError>> {
        self.timed("consume_attempt", self.inner.consume_attempt(state_hash))
    }

    fn slide_session(&self, slide: Slide) -> BoxFuture<'_, Result<bool, StoreError>> {
        self.timed("slide_session", self.inner.slide_session(slide))
    }

    fn record_event(&self, event: Event) -> BoxFuture<'_, Result<(), StoreError>> {
        self.timed("record_event", self.inner.record_event(event))
    }

    fn delete_expired_sessions(
        &self,
        now: DateTime<Utc>,
        created_before: DateTime<Utc>,
        limit: u32,
    ) -> BoxFuture<'_, Result<u64, StoreError>> {
        let call = self
            .inner
            .delete_expired_sessions(now, created_before, limit);
        self.timed("delete_expired_sessions", call)
    }

    fn delete_expired_attempts(
        &self,
        now: DateTime<Utc>,
        limit: u32,
    ) -> BoxFuture<'_, Result<u64, StoreError>> {
        self.timed(
            "delete_expired_attempts",
            self.inner.delete_expired_attempts(now, limit),
        )
    }
}
