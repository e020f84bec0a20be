//! Sample values; each number yields different ones.

use belgie_domain::{
    Account, AccountId, Attempt, ClientInfo, CodeVerifier, Delivery, EmailStatus, Event, EventId,
    EventKind, Nonce, OutboxId, OutboxItem, Outcome, Purpose, Role, Session, SessionId, TokenHash,
    User, UserId,
};
use chrono::{DateTime, TimeDelta, Utc};

/// Returns a time with microseconds; a higher number is later.
pub(super) fn at(number: u32) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH
        + TimeDelta::days(20_000)
        + TimeDelta::seconds(number.into())
        + TimeDelta::microseconds(123_456)
}

/// Returns the hash of a token; a higher number sorts higher.
pub(super) fn hash(number: u32) -> TokenHash {
    let mut bytes = [0xa5; 32];
    bytes[..4].copy_from_slice(&number.to_be_bytes());
    TokenHash::from_bytes(bytes)
}

pub(super) fn user(number: u32) -> User {
    let address = format!("user-{number}@example.com");
    User {
        email_status: EmailStatus::Asserted,
        name: Some(format!("User {number}")),
        ..User::new(
            UserId::new(at(number), random(number)),
            Some(parsed(&address)),
            at(number),
        )
    }
}

/// Returns a user without any optional value.
pub(super) fn bare_user(number: u32) -> User {
    User::new(UserId::new(at(number), random(number)), None, at(number))
}

pub(super) fn full_user(number: u32) -> User {
    User {
        email_status: EmailStatus::Proved,
        name_edited: true,
        image: Some("https://pictures.example/1".to_owned()),
        image_edited: true,
        role: Role::ADMIN,
        is_active: false,
        last_login_at: Some(at(number + 2)),
        updated_at: at(number + 1),
        ..user(number)
    }
}

pub(super) fn account(number: u32, owner: &User) -> Account {
    Account {
        id: AccountId::new(at(number), random(number)),
        user_id: owner.id,
        provider: parsed("google"),
        issuer: parsed("https://accounts.google.com"),
        subject: parsed(&format!("subject-{number}")),
        email: Some(format!("User-{number}@Example.com")),
        scope: Some("openid email profile".to_owned()),
        created_at: at(number),
        last_used_at: at(number + 1),
    }
}

pub(super) fn session(number: u32, owner: &User) -> Session {
    Session {
        id: SessionId::new(at(number), random(number)),
        token_hash: hash(number),
        user_id: owner.id,
        provider: Some(parsed("google")),
        ip_address: Some(parsed("2001:db8::1")),
        user_agent: Some("Mozilla/5.0".to_owned()),
        created_at: at(number),
        authenticated_at: at(number + 1),
        last_used_at: at(number + 2),
        expires_at: at(number + 3),
    }
}

/// Returns the browser to which all attempts are bound.
pub(super) fn browser() -> TokenHash {
    hash(1_000_000)
}

pub(super) fn attempt(number: u32) -> Attempt {
    Attempt {
        state_hash: hash(number),
        binding_hash: browser(),
        provider: parsed("google"),
        nonce: Nonce::from_random([1; 32]),
        code_verifier: CodeVerifier::from_random([2; 32]),
        return_to: "/dashboard?tab=1#top".to_owned(),
        client_state: Some("state of the front end".to_owned()),
        purpose: Purpose::SignIn {
            replaces: Some(hash(number + 1)),
        },
        delivery: Delivery::Cookie,
        network: Some(parsed("192.0.2.1")),
        created_at: at(number),
        expires_at: at(number) + Attempt::MAX_AGE,
    }
}

pub(super) fn event(number: u32, whose: &User) -> Event {
    Event {
        id: EventId::new(at(number), random(number)),
        at: at(number),
        kind: EventKind::SignIn,
        user_id: Some(whose.id),
        actor_id: Some(whose.id),
        provider: Some(parsed("google")),
        outcome: Outcome::Success,
        client: ClientInfo {
            ip_address: Some(parsed("192.0.2.1")),
            user_agent: Some("curl/8".to_owned()),
            request_id: Some("01a".to_owned()),
        },
    }
}

/// Returns an item that is due at the time of the same number.
pub(super) fn item(number: u32) -> OutboxItem {
    let id = OutboxId::new(at(number), random(number));
    OutboxItem::new(id, "mail", format!("payload {number}"), at(number))
}

/// Parses a text that is known to be valid.
pub(super) fn parsed<T: std::str::FromStr>(text: &str) -> T {
    text.parse()
        .unwrap_or_else(|_| panic!("the sample {text:?} parses"))
}

fn random(number: u32) -> [u8; 10] {
    let mut bytes = [0x5a; 10];
    bytes[..4].copy_from_slice(&number.to_be_bytes());
    bytes
}
