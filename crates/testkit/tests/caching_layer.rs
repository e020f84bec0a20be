//! The suite sees it when a layer around a store remembers a session that an abandoned sign-out has ended.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use belgie_adapter_memory::MemoryStore;
use belgie_domain::{Session, SessionId, TokenHash, User, UserId};
use belgie_ports::{BoxFuture, Contention, Sessions, Store, StoreError, Work, delegate_store};
use belgie_testkit::conformance::on_many_threads;
use belgie_testkit::conformance::store::{
    TestStore, a_session_that_an_abandoned_sign_out_ended_is_not_found,
};

#[test]
fn a_layer_that_forgets_however_a_transaction_ends_passes() {
    run(Layer::that(Forgets::HoweverItEnds));
}

#[test]
#[should_panic(expected = "the session")]
fn a_layer_that_forgets_only_after_the_answer_fails() {
    run(Layer::that(Forgets::AfterTheAnswer));
}

fn run(layer: Layer) {
    let tested = TestStore::new(layer).volatile();
    on_many_threads(a_session_that_an_abandoned_sign_out_ended_is_not_found(
        tested,
    ));
}

/// Remembers the sessions that were found, until something may have changed.
#[derive(Clone)]
struct Layer {
    inner: MemoryStore,
    found: Arc<Found>,
    forgets: Forgets,
}

type Found = Mutex<HashMap<TokenHash, (Session, User)>>;

#[derive(Clone, Copy)]
enum Forgets {
    AfterTheAnswer,
    HoweverItEnds,
}

impl Layer {
    fn that(forgets: Forgets) -> Self {
        let (inner, found) = (MemoryStore::default(), Arc::default());
        Self {
            inner,
            found,
            forgets,
        }
    }
}

fn forget(found: &Found) {
    found.lock().unwrap_or_else(PoisonError::into_inner).clear();
}

/// Forgets when it is dropped.
struct Forget<'a>(&'a Found);

impl Drop for Forget<'_> {
    fn drop(&mut self) {
        forget(self.0);
    }
}

impl Store for Layer {
    fn transact(
        &self,
        contention: Contention,
        work: Work,
    ) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            let _guard = match self.forgets {
                Forgets::HoweverItEnds => Some(Forget(&self.found)),
                Forgets::AfterTheAnswer => None,
            };
            let answer = self.inner.transact(contention, work).await;
            // The commit of a store that is not in memory is answered later.
            tokio::task::yield_now().await;
            forget(&self.found);
            answer
        })
    }

    fn ping(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        self.inner.ping()
    }
}

impl Sessions for Layer {
    fn find_session_by_token(
        &self,
        token_hash: TokenHash,
    ) -> BoxFuture<'_, Result<Option<(Session, User)>, StoreError>> {
        Box::pin(async move {
            let found = || self.found.lock().unwrap_or_else(PoisonError::into_inner);
            let known = found().get(&token_hash).cloned();
            if known.is_some() {
                return Ok(known);
            }
            let read = self.inner.find_session_by_token(token_hash).await?;
            found().extend(read.clone().map(|read| (token_hash, read)));
            Ok(read)
        })
    }

    fn find_session_by_id(
        &self,
        id: SessionId,
    ) -> BoxFuture<'_, Result<Option<(Session, User)>, StoreError>> {
        self.inner.find_session_by_id(id)
    }

    fn sessions_of(&self, user: UserId) -> BoxFuture<'_, Result<Vec<Session>, StoreError>> {
        self.inner.sessions_of(user)
    }
}

delegate_store!(Layer => inner: Users, Accounts, SessionMaintenance, Attempts, PendingSignIns, Codes, MailedTokens, UsedIdTokens, Events, EventMaintenance, Failures, Outbox, SigningKeys, RateLimits, AccountTokens, Passwords);
