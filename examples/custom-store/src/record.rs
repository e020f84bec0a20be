//! The table of each kind of value, and its indexes.

use std::marker::PhantomData;

use belgie_domain::{
    Account, AccountId, Attempt, EmailAddress, Event, FailureKey, IssuedCode, Issuer, MailedToken,
    OutboxId, OutboxItem, PendingSignIn, Role, SealedTokens, Session, SigningKey, Subject,
    TokenHash, User, UserId, UserPassword,
};

use chrono::{DateTime, Utc};

use crate::key::{joined, time};
use crate::mailed_tokens::{
    MAILED_TOKENS_BY_END, MAILED_TOKENS_BY_HASH, MAILED_TOKENS_OF_NEWCOMER, MAILED_TOKENS_OF_USER,
};
use crate::rate_limit::{BUCKETS_BY_END, Bucket};
use crate::row::Row;
use crate::signing_key::SIGNING_KEYS_BY_ID;

/// A value with a table of its own.
pub(crate) trait Record: Row {
    /// The table.
    const TABLE: &'static str;

    /// The key in that table.
    fn key(&self) -> Vec<u8>;

    /// Its index entries. Index keys are unique: that keeps values unique, and is why the keys of an index that only
    /// lists end with something unique.
    fn entries(&self) -> Vec<Entry>;

    /// The user that must exist as long as this value does.
    fn owner(&self) -> Option<UserId> {
        None
    }
}

/// An index entry.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) index: &'static str,
    pub(crate) key: Vec<u8>,
}

/// A table that maps other keys to those of values of one kind.
#[derive(Debug)]
pub(crate) struct Index<T> {
    pub(crate) name: &'static str,
    kind: PhantomData<fn() -> T>,
}

impl<T> Index<T> {
    pub(crate) const fn named(name: &'static str) -> Self {
        let kind = PhantomData;
        Self { name, kind }
    }

    pub(crate) fn entry(&self, key: impl Into<Vec<u8>>) -> Entry {
        let (index, key) = (self.name, key.into());
        Entry { index, key }
    }
}

pub(crate) const USERS_BY_EMAIL: Index<User> = Index::named("users by email");
/// By role, then id.
pub(crate) const USERS_BY_ROLE: Index<User> = Index::named("users by role");
pub(crate) const ACCOUNTS_BY_SUBJECT: Index<Account> = Index::named("accounts by subject");
/// By user, then id.
pub(crate) const ACCOUNTS_OF_USER: Index<Account> = Index::named("accounts of user");
pub(crate) const SESSIONS_BY_ID: Index<Session> = Index::named("sessions by id");
/// By user, then start, then id.
pub(crate) const SESSIONS_OF_USER: Index<Session> = Index::named("sessions of user");
pub(crate) const SESSIONS_BY_BEGINNING: Index<Session> = Index::named("sessions by beginning");
pub(crate) const SESSIONS_BY_END: Index<Session> = Index::named("sessions by end");
/// By browser, then start, then state.
pub(crate) const ATTEMPTS_OF_BROWSER: Index<Attempt> = Index::named("attempts of browser");
pub(crate) const ATTEMPTS_BY_END: Index<Attempt> = Index::named("attempts by end");
/// By holder, then browser.
pub(crate) const PENDING_OF_HOLDER: Index<PendingSignIn> = Index::named("pending of holder");
pub(crate) const PENDING_BY_END: Index<PendingSignIn> = Index::named("pending by end");
/// By user, then hash.
pub(crate) const CODES_OF_USER: Index<IssuedCode> = Index::named("codes of user");
pub(crate) const CODES_BY_END: Index<IssuedCode> = Index::named("codes by end");
pub(crate) const USED_ID_TOKENS_BY_END: Index<UsedIdToken> = Index::named("used ID tokens by end");
/// By user, then id.
pub(crate) const EVENTS_OF_USER: Index<Event> = Index::named("events of user");

/// Those that an actor caused to others, by the actor, then id.
pub(crate) const EVENTS_OF_ACTOR: Index<Event> = Index::named("events of actor");
/// Those with address or agent, by time, then id.
pub(crate) const EVENTS_WITH_CLIENT: Index<Event> = Index::named("events with client");

/// By whom they are about, then id.
pub(crate) const OUTBOX_ABOUT: Index<OutboxItem> = Index::named("outbox about");
/// By topic, then id.
pub(crate) const OUTBOX_OF_TOPIC: Index<OutboxItem> = Index::named("outbox of topic");

/// All tables.
pub(crate) const TABLES: [&str; 41] = [
    User::TABLE,
    USERS_BY_EMAIL.name,
    USERS_BY_ROLE.name,
    Account::TABLE,
    ACCOUNTS_BY_SUBJECT.name,
    ACCOUNTS_OF_USER.name,
    SealedTokens::TABLE,
    UserPassword::TABLE,
    Session::TABLE,
    SESSIONS_BY_ID.name,
    SESSIONS_OF_USER.name,
    SESSIONS_BY_BEGINNING.name,
    SESSIONS_BY_END.name,
    Attempt::TABLE,
    ATTEMPTS_OF_BROWSER.name,
    ATTEMPTS_BY_END.name,
    PendingSignIn::TABLE,
    PENDING_OF_HOLDER.name,
    PENDING_BY_END.name,
    IssuedCode::TABLE,
    CODES_OF_USER.name,
    CODES_BY_END.name,
    MailedToken::TABLE,
    MAILED_TOKENS_BY_HASH.name,
    MAILED_TOKENS_OF_USER.name,
    MAILED_TOKENS_OF_NEWCOMER.name,
    MAILED_TOKENS_BY_END.name,
    UsedIdToken::TABLE,
    USED_ID_TOKENS_BY_END.name,
    Event::TABLE,
    EVENTS_OF_USER.name,
    EVENTS_OF_ACTOR.name,
    EVENTS_WITH_CLIENT.name,
    Failure::TABLE,
    OutboxItem::TABLE,
    OUTBOX_OF_TOPIC.name,
    OUTBOX_ABOUT.name,
    SigningKey::TABLE,
    SIGNING_KEYS_BY_ID.name,
    Bucket::TABLE,
    BUCKETS_BY_END.name,
];

/// How often something failed within one minute.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) key: FailureKey,
    pub(crate) count: u64,
}

/// An ID token that was used.
#[derive(Debug)]
pub(crate) struct UsedIdToken {
    pub(crate) token_hash: TokenHash,
    pub(crate) expires_at: DateTime<Utc>,
}

impl Record for User {
    const TABLE: &'static str = "users";

    fn key(&self) -> Vec<u8> {
        user_key(self.id)
    }

    fn entries(&self) -> Vec<Entry> {
        let in_role = joined([&role_key(&self.role), &self.key()]);
        let mut entries = vec![USERS_BY_ROLE.entry(in_role)];
        let email = self.email.as_ref();
        entries.extend(email.map(|email| USERS_BY_EMAIL.entry(email_key(email))));
        entries
    }
}

impl Record for Account {
    const TABLE: &'static str = "accounts";

    fn key(&self) -> Vec<u8> {
        account_key(self.id)
    }

    fn entries(&self) -> Vec<Entry> {
        let of_user = joined([&user_key(self.user_id), &self.key()]);
        vec![
            ACCOUNTS_BY_SUBJECT.entry(subject_key(&self.issuer, &self.subject)),
            ACCOUNTS_OF_USER.entry(of_user),
        ]
    }

    fn owner(&self) -> Option<UserId> {
        Some(self.user_id)
    }
}

impl Record for Session {
    const TABLE: &'static str = "sessions";

    fn key(&self) -> Vec<u8> {
        hash_key(self.token_hash)
    }

    fn entries(&self) -> Vec<Entry> {
        let (id, key) = (self.id.as_uuid().into_bytes(), self.key());
        let (beginning, end) = (time(self.created_at), time(self.expires_at));
        vec![
            SESSIONS_BY_ID.entry(id),
            SESSIONS_OF_USER.entry(joined([&user_key(self.user_id), &beginning, &id])),
            SESSIONS_BY_BEGINNING.entry(joined([&beginning, &key])),
            SESSIONS_BY_END.entry(joined([&end, &key])),
        ]
    }

    fn owner(&self) -> Option<UserId> {
        Some(self.user_id)
    }
}

impl Record for Attempt {
    const TABLE: &'static str = "attempts";

    fn key(&self) -> Vec<u8> {
        hash_key(self.state_hash)
    }

    fn entries(&self) -> Vec<Entry> {
        let (browser, key) = (self.binding_hash.as_bytes(), self.key());
        let of_browser = joined([browser, &time(self.created_at), &key]);
        vec![
            ATTEMPTS_OF_BROWSER.entry(of_browser),
            ATTEMPTS_BY_END.entry(joined([&time(self.expires_at), &key])),
        ]
    }
}

impl Record for PendingSignIn {
    const TABLE: &'static str = "pending sign-ins";

    fn key(&self) -> Vec<u8> {
        hash_key(self.binding_hash)
    }

    fn entries(&self) -> Vec<Entry> {
        let of_holder = joined([&user_key(self.holder), &self.key()]);
        vec![
            PENDING_OF_HOLDER.entry(of_holder),
            PENDING_BY_END.entry(joined([&time(self.expires_at), &self.key()])),
        ]
    }

    fn owner(&self) -> Option<UserId> {
        Some(self.holder)
    }
}

impl Record for IssuedCode {
    const TABLE: &'static str = "codes";

    fn key(&self) -> Vec<u8> {
        hash_key(self.code_hash)
    }

    fn entries(&self) -> Vec<Entry> {
        vec![
            CODES_OF_USER.entry(joined([&user_key(self.user_id), &self.key()])),
            CODES_BY_END.entry(joined([&time(self.expires_at), &self.key()])),
        ]
    }

    fn owner(&self) -> Option<UserId> {
        Some(self.user_id)
    }
}

impl Record for UsedIdToken {
    const TABLE: &'static str = "used ID tokens";

    fn key(&self) -> Vec<u8> {
        hash_key(self.token_hash)
    }

    fn entries(&self) -> Vec<Entry> {
        let end = joined([&time(self.expires_at), &self.key()]);
        vec![USED_ID_TOKENS_BY_END.entry(end)]
    }
}

impl Record for Event {
    const TABLE: &'static str = "events";

    fn key(&self) -> Vec<u8> {
        self.id.as_uuid().as_bytes().to_vec()
    }

    fn entries(&self) -> Vec<Entry> {
        let key = self.key();
        let of_user = |user| EVENTS_OF_USER.entry(joined([&user_key(user), &key]));
        let of_actor = |actor| EVENTS_OF_ACTOR.entry(joined([&user_key(actor), &key]));
        let is_other = |actor: &UserId| self.user_id.is_some_and(|user| user != *actor);
        let has_client = self.client.ip_address.is_some() || self.client.user_agent.is_some();
        let with_client = || EVENTS_WITH_CLIENT.entry(joined([&time(self.at), &key]));
        let mut entries = Vec::from_iter(self.user_id.map(of_user));
        entries.extend(self.actor_id.filter(is_other).map(of_actor));
        entries.extend(has_client.then(with_client));
        entries
    }
}

impl Record for Failure {
    const TABLE: &'static str = "failures";

    fn key(&self) -> Vec<u8> {
        let provider = self.key.provider.as_ref();
        joined([
            &time(self.key.minute),
            self.key.kind.as_str().as_bytes(),
            END_OF_TEXT,
            provider.map_or("", |provider| provider.as_str()).as_bytes(),
            END_OF_TEXT,
            self.key.code.as_str().as_bytes(),
        ])
    }

    fn entries(&self) -> Vec<Entry> {
        Vec::new()
    }
}

impl Record for OutboxItem {
    const TABLE: &'static str = "outbox";

    fn key(&self) -> Vec<u8> {
        outbox_key(self.id)
    }

    fn entries(&self) -> Vec<Entry> {
        let of_topic = joined([&topic_key(&self.topic), &self.key()]);
        let about = |whom: &String| {
            let key = joined([&topic_key(whom), &self.key()]);
            OUTBOX_ABOUT.entry(key)
        };
        let mut entries = vec![OUTBOX_OF_TOPIC.entry(of_topic)];
        entries.extend(self.about.as_ref().map(about));
        entries
    }
}

/// A byte that does not occur in UTF-8.
pub(crate) const END_OF_TEXT: &[u8] = b"\xff";

pub(crate) fn outbox_key(id: OutboxId) -> Vec<u8> {
    id.as_uuid().as_bytes().to_vec()
}

pub(crate) fn role_key(role: &Role) -> Vec<u8> {
    joined([role.as_str().as_bytes(), END_OF_TEXT])
}

pub(crate) fn topic_key(topic: &str) -> Vec<u8> {
    joined([topic.as_bytes(), END_OF_TEXT])
}

pub(crate) fn user_key(id: UserId) -> Vec<u8> {
    id.as_uuid().as_bytes().to_vec()
}

pub(crate) fn account_key(id: AccountId) -> Vec<u8> {
    id.as_uuid().as_bytes().to_vec()
}

pub(crate) fn email_key(email: &EmailAddress) -> Vec<u8> {
    email.as_str().into()
}

pub(crate) fn subject_key(issuer: &Issuer, subject: &Subject) -> Vec<u8> {
    joined([
        issuer.as_str().as_bytes(),
        END_OF_TEXT,
        subject.as_str().as_bytes(),
    ])
}

pub(crate) fn hash_key(hash: TokenHash) -> Vec<u8> {
    hash.as_bytes().to_vec()
}
