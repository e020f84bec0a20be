//! Values as JSON. The field names must not change.
//!
//! The values may get more fields, so their constructors create them: a `getter` has serde go through `From`.

use std::net::IpAddr;

use belgie_domain::{
    Account, AccountId, Attempt, ClientInfo, ClientNetwork, CodeChallenge, CodeVerifier, Delivery,
    EmailAddress, EmailStatus, Event, EventId, EventKind, FailureCode, FailureKey, IssuedCode,
    Issuer, NewAttempt, Nonce, OutboxId, OutboxItem, Outcome, ProviderId, ProviderIdentity,
    Purpose, Role, Session, SessionId, Subject, TokenHash, User, UserId,
};
use belgie_ports::StoreError;
use chrono::serde::{ts_microseconds as micros, ts_microseconds_option as micros_or_none};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::format::{
    code_verifier, delivery, hash, hash_or_none, nonce, purpose, text, text_or_none, word,
};
use crate::record::{Failure, UsedIdToken};

/// A value that is stored as a whole.
pub(crate) trait Row: Sized {
    fn to_json(&self) -> Result<Vec<u8>, StoreError>;

    fn from_json(json: &[u8]) -> serde_json::Result<Self>;
}

macro_rules! rows {
    ($($value:ident as $row:ident,)+) => {
        $(impl Row for $value {
            fn to_json(&self) -> Result<Vec<u8>, StoreError> {
                let mut json = Vec::new();
                let written = $row::serialize(self, &mut serde_json::Serializer::new(&mut json));
                written.map_err(|error| StoreError::Other(error.into()))?;
                Ok(json)
            }

            fn from_json(json: &[u8]) -> serde_json::Result<Self> {
                $row::deserialize(&mut serde_json::Deserializer::from_slice(json))
            }
        })+
    };
}

mod pending;

rows! {
    User as UserRow,
    Account as AccountRow,
    Session as SessionRow,
    Attempt as AttemptRow,
    IssuedCode as IssuedCodeRow,
    UsedIdToken as UsedIdTokenRow,
    Event as EventRow,
    Failure as FailureRow,
    OutboxItem as OutboxItemRow,
}

#[derive(Deserialize, Serialize)]
#[serde(remote = "User")]
struct UserRow {
    #[serde(with = "text", getter = "user_id")]
    id: UserId,
    #[serde(with = "text_or_none")]
    email: Option<EmailAddress>,
    #[serde(with = "EmailStatusRow")]
    email_status: EmailStatus,
    name: Option<String>,
    name_edited: bool,
    image: Option<String>,
    image_edited: bool,
    #[serde(with = "text")]
    role: Role,
    is_active: bool,
    #[serde(with = "micros_or_none")]
    last_login_at: Option<DateTime<Utc>>,
    #[serde(with = "micros")]
    created_at: DateTime<Utc>,
    #[serde(with = "micros")]
    updated_at: DateTime<Utc>,
}

fn user_id(user: &User) -> UserId {
    user.id
}

impl From<UserRow> for User {
    fn from(row: UserRow) -> Self {
        let mut user = Self::new(row.id, row.email, row.created_at);
        user.email_status = row.email_status;
        user.name = row.name;
        user.name_edited = row.name_edited;
        user.image = row.image;
        user.image_edited = row.image_edited;
        user.role = row.role;
        user.is_active = row.is_active;
        user.last_login_at = row.last_login_at;
        user.updated_at = row.updated_at;
        user
    }
}

#[derive(Deserialize, Serialize)]
#[serde(remote = "EmailStatus", rename_all = "snake_case")]
enum EmailStatusRow {
    Unverified,
    Asserted,
    Proved,
}

#[derive(Deserialize, Serialize)]
#[serde(remote = "Account")]
struct AccountRow {
    #[serde(with = "text", getter = "account_id")]
    id: AccountId,
    #[serde(with = "text")]
    user_id: UserId,
    #[serde(with = "text")]
    provider: ProviderId,
    #[serde(with = "text")]
    issuer: Issuer,
    #[serde(with = "text")]
    subject: Subject,
    email: Option<String>,
    scope: Option<String>,
    #[serde(with = "micros")]
    created_at: DateTime<Utc>,
    #[serde(with = "micros")]
    last_used_at: DateTime<Utc>,
}

fn account_id(account: &Account) -> AccountId {
    account.id
}

impl From<AccountRow> for Account {
    fn from(row: AccountRow) -> Self {
        let identity = ProviderIdentity::new(row.issuer, row.subject);
        let mut account = Self::new(row.id, row.user_id, row.provider, &identity, row.created_at);
        account.email = row.email;
        account.scope = row.scope;
        account.last_used_at = row.last_used_at;
        account
    }
}

#[derive(Deserialize, Serialize)]
#[serde(remote = "Session")]
struct SessionRow {
    #[serde(with = "text", getter = "session_id")]
    id: SessionId,
    #[serde(with = "hash")]
    token_hash: TokenHash,
    #[serde(with = "text")]
    user_id: UserId,
    #[serde(with = "text_or_none")]
    provider: Option<ProviderId>,
    ip_address: Option<IpAddr>,
    user_agent: Option<String>,
    #[serde(with = "micros")]
    created_at: DateTime<Utc>,
    #[serde(with = "micros")]
    authenticated_at: DateTime<Utc>,
    #[serde(with = "micros")]
    last_used_at: DateTime<Utc>,
    #[serde(with = "micros")]
    expires_at: DateTime<Utc>,
}

fn session_id(session: &Session) -> SessionId {
    session.id
}

impl From<SessionRow> for Session {
    fn from(row: SessionRow) -> Self {
        let (from, until) = (row.created_at, row.expires_at);
        let mut session = Self::new(row.id, row.token_hash, row.user_id, from, until);
        session.provider = row.provider;
        session.ip_address = row.ip_address;
        session.user_agent = row.user_agent;
        session.authenticated_at = row.authenticated_at;
        session.last_used_at = row.last_used_at;
        session
    }
}

#[derive(Deserialize, Serialize)]
#[serde(remote = "Attempt")]
struct AttemptRow {
    #[serde(with = "hash", getter = "state_hash")]
    state_hash: TokenHash,
    #[serde(with = "hash")]
    binding_hash: TokenHash,
    #[serde(with = "text")]
    provider: ProviderId,
    #[serde(with = "nonce")]
    nonce: Nonce,
    #[serde(with = "code_verifier")]
    code_verifier: CodeVerifier,
    #[serde(with = "purpose")]
    purpose: Purpose,
    #[serde(with = "delivery")]
    delivery: Delivery,
    return_to: String,
    client_state: Option<String>,
    #[serde(with = "text_or_none")]
    network: Option<ClientNetwork>,
    #[serde(with = "micros")]
    created_at: DateTime<Utc>,
    #[serde(with = "micros")]
    expires_at: DateTime<Utc>,
}

fn state_hash(attempt: &Attempt) -> TokenHash {
    attempt.state_hash
}

impl From<AttemptRow> for Attempt {
    fn from(row: AttemptRow) -> Self {
        let mut attempt = Self::new(NewAttempt {
            state_hash: row.state_hash,
            binding_hash: row.binding_hash,
            provider: row.provider,
            nonce: row.nonce,
            code_verifier: row.code_verifier,
            return_to: row.return_to,
            created_at: row.created_at,
        });
        attempt.purpose = row.purpose;
        attempt.delivery = row.delivery;
        attempt.client_state = row.client_state;
        attempt.network = row.network;
        attempt.expires_at = row.expires_at;
        attempt
    }
}

#[derive(Deserialize, Serialize)]
#[serde(remote = "IssuedCode")]
struct IssuedCodeRow {
    #[serde(with = "hash", getter = "code_hash")]
    code_hash: TokenHash,
    #[serde(with = "text")]
    challenge: CodeChallenge,
    #[serde(with = "text")]
    user_id: UserId,
    #[serde(with = "text")]
    provider: ProviderId,
    #[serde(with = "hash_or_none")]
    replaces: Option<TokenHash>,
    ip_address: Option<IpAddr>,
    user_agent: Option<String>,
    #[serde(with = "micros")]
    authenticated_at: DateTime<Utc>,
    #[serde(with = "micros")]
    expires_at: DateTime<Utc>,
}

fn code_hash(code: &IssuedCode) -> TokenHash {
    code.code_hash
}

impl From<IssuedCodeRow> for IssuedCode {
    fn from(row: IssuedCodeRow) -> Self {
        let (challenge, at) = (row.challenge, row.authenticated_at);
        let mut code = Self::new(row.code_hash, challenge, row.user_id, row.provider, at);
        code.replaces = row.replaces;
        code.ip_address = row.ip_address;
        code.user_agent = row.user_agent;
        code.expires_at = row.expires_at;
        code
    }
}

#[derive(Deserialize, Serialize)]
#[serde(remote = "UsedIdToken")]
struct UsedIdTokenRow {
    #[serde(with = "hash")]
    token_hash: TokenHash,
    #[serde(with = "micros")]
    expires_at: DateTime<Utc>,
}

#[derive(Deserialize, Serialize)]
#[serde(remote = "Event")]
struct EventRow {
    #[serde(with = "text", getter = "event_id")]
    id: EventId,
    #[serde(with = "micros")]
    at: DateTime<Utc>,
    #[serde(with = "word")]
    kind: EventKind,
    #[serde(with = "text_or_none")]
    user_id: Option<UserId>,
    #[serde(with = "text_or_none")]
    actor_id: Option<UserId>,
    #[serde(with = "text_or_none")]
    provider: Option<ProviderId>,
    #[serde(with = "word")]
    outcome: Outcome,
    #[serde(with = "ClientInfoRow")]
    client: ClientInfo,
}

fn event_id(event: &Event) -> EventId {
    event.id
}

impl From<EventRow> for Event {
    fn from(row: EventRow) -> Self {
        let mut event = Self::new(row.id, row.at, row.kind);
        event.user_id = row.user_id;
        event.actor_id = row.actor_id;
        event.provider = row.provider;
        event.outcome = row.outcome;
        event.client = row.client;
        event
    }
}

#[derive(Deserialize, Serialize)]
#[serde(remote = "ClientInfo")]
struct ClientInfoRow {
    #[serde(getter = "ip_address")]
    ip_address: Option<IpAddr>,
    user_agent: Option<String>,
    request_id: Option<String>,
}

fn ip_address(client: &ClientInfo) -> Option<IpAddr> {
    client.ip_address
}

impl From<ClientInfoRow> for ClientInfo {
    fn from(row: ClientInfoRow) -> Self {
        let mut client = Self::default();
        client.ip_address = row.ip_address;
        client.user_agent = row.user_agent;
        client.request_id = row.request_id;
        client
    }
}

#[derive(Deserialize, Serialize)]
#[serde(remote = "Failure")]
struct FailureRow {
    #[serde(with = "FailureKeyRow")]
    key: FailureKey,
    count: u64,
}

#[derive(Deserialize, Serialize)]
#[serde(remote = "FailureKey")]
struct FailureKeyRow {
    #[serde(with = "micros", getter = "minute")]
    minute: DateTime<Utc>,
    #[serde(with = "word")]
    kind: EventKind,
    #[serde(with = "text_or_none")]
    provider: Option<ProviderId>,
    #[serde(with = "word")]
    code: FailureCode,
}

fn minute(key: &FailureKey) -> &DateTime<Utc> {
    &key.minute
}

impl From<FailureKeyRow> for FailureKey {
    fn from(row: FailureKeyRow) -> Self {
        Self::new(row.minute, row.kind, row.provider, row.code)
    }
}

#[derive(Deserialize, Serialize)]
#[serde(remote = "OutboxItem")]
struct OutboxItemRow {
    #[serde(with = "text", getter = "outbox_id")]
    id: OutboxId,
    topic: String,
    payload: String,
    #[serde(with = "micros")]
    due_at: DateTime<Utc>,
    attempts: u32,
    #[serde(default)]
    about: Option<String>,
}

fn outbox_id(item: &OutboxItem) -> &OutboxId {
    &item.id
}

impl From<OutboxItemRow> for OutboxItem {
    fn from(row: OutboxItemRow) -> Self {
        let mut item = Self::new(row.id, &row.topic, row.payload, row.due_at);
        item.attempts = row.attempts;
        item.about = row.about;
        item
    }
}
