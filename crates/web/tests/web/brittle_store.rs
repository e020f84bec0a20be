use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use belgie_adapter_memory::MemoryStore;
use belgie_domain::{
    Account, Attempt, EmailAddress, Event, Session, Slide, TokenHash, User, UserId,
};
use belgie_ports::{BoxFuture, Reads, SingleWrites, Store, StoreError, UserPage, Work};
use chrono::{DateTime, Utc};

/// The store in memory, which can be made to answer no more, and counts how often it is asked for a session.
#[derive(Clone, Default)]
pub(crate) struct BrittleStore {
    inner: MemoryStore,
    down: Arc<AtomicBool>,
    session_reads: Arc<AtomicUsize>,
}

type Asked<'a, T> = BoxFuture<'a, Result<T, StoreError>>;

impl BrittleStore {
    pub(crate) fn go_down(&self) {
        self.down.store(true, Ordering::SeqCst);
    }

    pub(crate) fn session_reads(&self) -> usize {
        self.session_reads.load(Ordering::SeqCst)
    }

    pub(crate) fn events(&self) -> Vec<Event> {
        self.inner.events()
    }

    fn unless_down<'a, T: Send + 'a>(&self, asked: Asked<'a, T>) -> Asked<'a, T> {
        if self.down.load(Ordering::SeqCst) {
            let secret = "connection to postgres://belgie:hunter2@db refused";
            return Box::pin(async move { Err(StoreError::Unavailable(secret.into())) });
        }
        asked
    }
}

impl Store for BrittleStore {
    fn transact(&self, work: Work) -> Asked<'_, ()> {
        self.unless_down(self.inner.transact(work))
    }
}

impl Reads for BrittleStore {
    fn find_user(&self, id: UserId) -> Asked<'_, Option<User>> {
        self.unless_down(self.inner.find_user(id))
    }

    fn find_user_by_email<'a>(&'a self, email: &'a EmailAddress) -> Asked<'a, Option<User>> {
        self.unless_down(self.inner.find_user_by_email(email))
    }

    fn users(&self, page: UserPage) -> Asked<'_, Vec<User>> {
        self.unless_down(self.inner.users(page))
    }

    fn find_session(&self, token_hash: TokenHash) -> Asked<'_, Option<(Session, User)>> {
        self.session_reads.fetch_add(1, Ordering::SeqCst);
        let found = self.inner.find_session(token_hash);
        // A store that is asked over a network does not answer at once.
        let found = async move {
            let mut first = true;
            std::future::poll_fn(move |context| {
                if std::mem::take(&mut first) {
                    context.waker().wake_by_ref();
                    return std::task::Poll::Pending;
                }
                std::task::Poll::Ready(())
            })
            .await;
            found.await
        };
        self.unless_down(Box::pin(found))
    }

    fn sessions_of(&self, user: UserId) -> Asked<'_, Vec<Session>> {
        self.unless_down(self.inner.sessions_of(user))
    }

    fn accounts_of(&self, user: UserId) -> Asked<'_, Vec<Account>> {
        self.unless_down(self.inner.accounts_of(user))
    }

    fn events_of(&self, user: UserId, limit: u32) -> Asked<'_, Vec<Event>> {
        self.unless_down(self.inner.events_of(user, limit))
    }

    fn ping(&self) -> Asked<'_, ()> {
        self.unless_down(self.inner.ping())
    }
}

impl SingleWrites for BrittleStore {
    fn consume_attempt(&self, state_hash: TokenHash) -> Asked<'_, Option<Attempt>> {
        self.unless_down(self.inner.consume_attempt(state_hash))
    }

    fn slide_session(&self, slide: Slide) -> Asked<'_, bool> {
        self.unless_down(self.inner.slide_session(slide))
    }

    fn record_event(&self, event: Event) -> Asked<'_, ()> {
        self.unless_down(self.inner.record_event(event))
    }

    fn delete_expired_sessions(
        &self,
        now: DateTime<Utc>,
        created_before: DateTime<Utc>,
        limit: u32,
    ) -> Asked<'_, u64> {
        let deleted = self
            .inner
            .delete_expired_sessions(now, created_before, limit);
        self.unless_down(deleted)
    }

    fn delete_expired_attempts(&self, now: DateTime<Utc>, limit: u32) -> Asked<'_, u64> {
        self.unless_down(self.inner.delete_expired_attempts(now, limit))
    }
}
