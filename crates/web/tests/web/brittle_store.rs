use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use belgie_adapter_memory::MemoryStore;
use belgie_domain::{
    Account, AccountId, Attempt, EmailAddress, Event, EventId, FailureKey, IssuedCode, Issuer,
    KeyId, LimitKey, MailedToken, MailedTokenId, OutboxId, OutboxItem, PendingSignIn, Permit,
    RateLimit, Role, SealedSecret, SealedTokens, Session, SessionId, SigningKey, SigningKeyId,
    Slide, Subject, TokenHash, User, UserId, UserPassword,
};
use belgie_ports::{
    AccountTokens, Accounts, AttemptCounts, Attempts, BoxFuture, Codes, Contention,
    EventMaintenance, EventQuery, Events, Failures, MailedTokens, Outbox, Passwords,
    PendingSignIns, RateLimits, SessionMaintenance, Sessions, SigningKeys, Store, StoreError,
    UsedIdTokens, UserQuery, Users, Work,
};
use chrono::{DateTime, Utc};

/// The store in memory, which can be made to answer no more, and counts how often it is asked for a session and how
/// many transactions begin.
#[derive(Clone, Default)]
pub(crate) struct BrittleStore {
    inner: MemoryStore,
    down: Arc<AtomicBool>,
    session_reads: Arc<AtomicUsize>,
    transactions: Arc<AtomicUsize>,
}

type Asked<'a, T> = BoxFuture<'a, Result<T, StoreError>>;

impl BrittleStore {
    pub(crate) fn go_down(&self) {
        self.down.store(true, Ordering::SeqCst);
    }

    pub(crate) fn session_reads(&self) -> usize {
        self.session_reads.load(Ordering::SeqCst)
    }

    pub(crate) fn transactions(&self) -> usize {
        self.transactions.load(Ordering::SeqCst)
    }

    pub(crate) fn events(&self) -> Vec<Event> {
        self.inner.all_events()
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
    fn transact(&self, contention: Contention, work: Work) -> Asked<'_, ()> {
        self.transactions.fetch_add(1, Ordering::SeqCst);
        self.unless_down(self.inner.transact(contention, work))
    }

    fn ping(&self) -> Asked<'_, ()> {
        self.unless_down(self.inner.ping())
    }
}

impl Users for BrittleStore {
    fn find_user(&self, id: UserId) -> Asked<'_, Option<User>> {
        self.unless_down(self.inner.find_user(id))
    }

    fn find_user_by_email<'a>(&'a self, email: &'a EmailAddress) -> Asked<'a, Option<User>> {
        self.unless_down(self.inner.find_user_by_email(email))
    }

    fn users(&self, query: UserQuery) -> Asked<'_, Vec<User>> {
        self.unless_down(self.inner.users(query))
    }

    fn has_other_in_role<'a>(&'a self, role: &'a Role, except: UserId) -> Asked<'a, bool> {
        self.unless_down(self.inner.has_other_in_role(role, except))
    }
}

impl Accounts for BrittleStore {
    fn find_account<'a>(
        &'a self,
        issuer: &'a Issuer,
        subject: &'a Subject,
    ) -> Asked<'a, Option<Account>> {
        self.unless_down(self.inner.find_account(issuer, subject))
    }

    fn accounts_of(&self, user: UserId) -> Asked<'_, Vec<Account>> {
        self.unless_down(self.inner.accounts_of(user))
    }
}

impl AccountTokens for BrittleStore {
    fn find_tokens(&self, account: AccountId) -> Asked<'_, Option<SealedTokens>> {
        self.unless_down(self.inner.find_tokens(account))
    }

    fn tokens_after(&self, after: Option<AccountId>, limit: u32) -> Asked<'_, Vec<SealedTokens>> {
        self.unless_down(self.inner.tokens_after(after, limit))
    }

    fn replace_tokens<'a>(&'a self, tokens: &'a SealedTokens) -> Asked<'a, bool> {
        self.unless_down(self.inner.replace_tokens(tokens))
    }

    fn delete_tokens(&self, account: AccountId, revision: u32) -> Asked<'_, bool> {
        self.unless_down(self.inner.delete_tokens(account, revision))
    }
}

impl Passwords for BrittleStore {
    fn find_password(&self, user: UserId) -> Asked<'_, Option<UserPassword>> {
        self.unless_down(self.inner.find_password(user))
    }

    fn find_user_with_password<'a>(
        &'a self,
        email: &'a EmailAddress,
    ) -> Asked<'a, Option<(User, Option<UserPassword>)>> {
        self.unless_down(self.inner.find_user_with_password(email))
    }
}

impl Sessions for BrittleStore {
    fn find_session_by_token(&self, token_hash: TokenHash) -> Asked<'_, Option<(Session, User)>> {
        self.session_reads.fetch_add(1, Ordering::SeqCst);
        let found = self.inner.find_session_by_token(token_hash);
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

    fn find_session_by_id(&self, id: SessionId) -> Asked<'_, Option<(Session, User)>> {
        self.unless_down(self.inner.find_session_by_id(id))
    }

    fn sessions_of(&self, user: UserId) -> Asked<'_, Vec<Session>> {
        self.unless_down(self.inner.sessions_of(user))
    }
}

impl SessionMaintenance for BrittleStore {
    fn slide_session(&self, slide: Slide) -> Asked<'_, bool> {
        self.unless_down(self.inner.slide_session(slide))
    }

    fn delete_expired_sessions(
        &self,
        now: DateTime<Utc>,
        created_before: DateTime<Utc>,
        limit: u32,
    ) -> Asked<'_, u64> {
        self.unless_down(
            self.inner
                .delete_expired_sessions(now, created_before, limit),
        )
    }
}

impl Attempts for BrittleStore {
    fn insert_attempt<'a>(&'a self, attempt: &'a Attempt, keep: u32) -> Asked<'a, ()> {
        self.unless_down(self.inner.insert_attempt(attempt, keep))
    }

    fn consume_attempt(
        &self,
        state_hash: TokenHash,
        binding_hash: TokenHash,
    ) -> Asked<'_, Option<Attempt>> {
        self.unless_down(self.inner.consume_attempt(state_hash, binding_hash))
    }

    fn count_attempts(&self, share: u64) -> Asked<'_, AttemptCounts> {
        self.unless_down(self.inner.count_attempts(share))
    }

    fn delete_expired_attempts(&self, now: DateTime<Utc>, limit: u32) -> Asked<'_, u64> {
        self.unless_down(self.inner.delete_expired_attempts(now, limit))
    }
}

impl Codes for BrittleStore {
    fn consume_code(&self, code_hash: TokenHash) -> Asked<'_, Option<IssuedCode>> {
        self.unless_down(self.inner.consume_code(code_hash))
    }

    fn delete_expired_codes(&self, now: DateTime<Utc>, limit: u32) -> Asked<'_, u64> {
        self.unless_down(self.inner.delete_expired_codes(now, limit))
    }
}

impl RateLimits for BrittleStore {
    fn take_permit(
        &self,
        key: LimitKey,
        limit: RateLimit,
        now: DateTime<Utc>,
    ) -> Asked<'_, Permit> {
        self.unless_down(self.inner.take_permit(key, limit, now))
    }

    fn return_permits(&self, key: LimitKey, limit: RateLimit, permits: u32) -> Asked<'_, ()> {
        self.unless_down(self.inner.return_permits(key, limit, permits))
    }

    fn delete_full_buckets(&self, now: DateTime<Utc>, limit: u32) -> Asked<'_, u64> {
        self.unless_down(self.inner.delete_full_buckets(now, limit))
    }
}

impl UsedIdTokens for BrittleStore {
    fn use_id_token(&self, token_hash: TokenHash, expires_at: DateTime<Utc>) -> Asked<'_, bool> {
        self.unless_down(self.inner.use_id_token(token_hash, expires_at))
    }

    fn delete_expired_id_tokens(&self, now: DateTime<Utc>, limit: u32) -> Asked<'_, u64> {
        self.unless_down(self.inner.delete_expired_id_tokens(now, limit))
    }
}

impl Events for BrittleStore {
    fn find_event(&self, id: EventId) -> Asked<'_, Option<Event>> {
        self.unless_down(self.inner.find_event(id))
    }

    fn events(&self, query: EventQuery) -> Asked<'_, Vec<Event>> {
        self.unless_down(self.inner.events(query))
    }
}

impl EventMaintenance for BrittleStore {
    fn erase_clients_before(&self, before: DateTime<Utc>, limit: u32) -> Asked<'_, u64> {
        self.unless_down(self.inner.erase_clients_before(before, limit))
    }
}

impl Failures for BrittleStore {
    fn count_failure<'a>(&'a self, key: &'a FailureKey) -> Asked<'a, ()> {
        self.unless_down(self.inner.count_failure(key))
    }

    fn failures_since(&self, since: DateTime<Utc>) -> Asked<'_, Vec<(FailureKey, u64)>> {
        self.unless_down(self.inner.failures_since(since))
    }

    fn delete_failures_before(&self, before: DateTime<Utc>, limit: u32) -> Asked<'_, u64> {
        self.unless_down(self.inner.delete_failures_before(before, limit))
    }
}

impl PendingSignIns for BrittleStore {
    fn put_pending_sign_in<'a>(&'a self, pending: &'a PendingSignIn) -> Asked<'a, ()> {
        self.unless_down(self.inner.put_pending_sign_in(pending))
    }

    fn find_pending_sign_in(&self, browser: TokenHash) -> Asked<'_, Option<PendingSignIn>> {
        self.unless_down(self.inner.find_pending_sign_in(browser))
    }

    fn delete_pending_sign_in(&self, browser: TokenHash) -> Asked<'_, bool> {
        self.unless_down(self.inner.delete_pending_sign_in(browser))
    }

    fn delete_expired_pending_sign_ins(&self, now: DateTime<Utc>, limit: u32) -> Asked<'_, u64> {
        self.unless_down(self.inner.delete_expired_pending_sign_ins(now, limit))
    }
}

impl MailedTokens for BrittleStore {
    fn find_mailed_token(&self, token_hash: TokenHash) -> Asked<'_, Option<MailedToken>> {
        self.unless_down(self.inner.find_mailed_token(token_hash))
    }

    fn mailed_tokens_of(&self, user: UserId) -> Asked<'_, Vec<MailedToken>> {
        self.unless_down(self.inner.mailed_tokens_of(user))
    }

    fn reissue_mailed_token(
        &self,
        id: MailedTokenId,
        token_hash: TokenHash,
        expires_at: DateTime<Utc>,
    ) -> Asked<'_, Option<MailedToken>> {
        self.unless_down(self.inner.reissue_mailed_token(id, token_hash, expires_at))
    }

    fn delete_expired_mailed_tokens(&self, now: DateTime<Utc>, limit: u32) -> Asked<'_, u64> {
        self.unless_down(self.inner.delete_expired_mailed_tokens(now, limit))
    }
}

impl Outbox for BrittleStore {
    fn outbox_items_about<'a>(&'a self, about: &'a str, limit: u32) -> Asked<'a, Vec<OutboxItem>> {
        self.unless_down(self.inner.outbox_items_about(about, limit))
    }

    fn claim_outbox_item<'a>(
        &'a self,
        topic: &'a str,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Asked<'a, Option<OutboxItem>> {
        self.unless_down(self.inner.claim_outbox_item(topic, now, until))
    }

    fn postpone_outbox_item(&self, id: OutboxId, until: DateTime<Utc>) -> Asked<'_, bool> {
        self.unless_down(self.inner.postpone_outbox_item(id, until))
    }

    fn finish_outbox_item(&self, id: OutboxId) -> Asked<'_, bool> {
        self.unless_down(self.inner.finish_outbox_item(id))
    }
}

impl SigningKeys for BrittleStore {
    fn signing_keys(&self) -> Asked<'_, Vec<SigningKey>> {
        self.unless_down(self.inner.signing_keys())
    }

    fn insert_signing_key<'a>(&'a self, key: &'a SigningKey) -> Asked<'a, bool> {
        self.unless_down(self.inner.insert_signing_key(key))
    }

    fn reseal_signing_key<'a>(
        &'a self,
        id: SigningKeyId,
        from: KeyId,
        private_key: &'a SealedSecret,
    ) -> Asked<'a, bool> {
        self.unless_down(self.inner.reseal_signing_key(id, from, private_key))
    }

    fn delete_signing_keys_before(&self, number: u32) -> Asked<'_, u64> {
        self.unless_down(self.inner.delete_signing_keys_before(number))
    }
}
