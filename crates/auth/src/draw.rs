use std::cell::Cell;

use belgie_domain::{AccountId, EventId, MailedTokenId, OneTimeToken, OutboxId, SessionId, UserId};
use belgie_ports::Entropy;
use chrono::{DateTime, Utc};

/// Draws the random ids and tokens of one use case.
pub(crate) struct Draw<'a> {
    entropy: &'a dyn Entropy,
    now: DateTime<Utc>,
    events: Cell<u8>,
}

impl<'a> Draw<'a> {
    pub(crate) fn new(entropy: &'a dyn Entropy, now: DateTime<Utc>) -> Self {
        Self {
            entropy,
            now,
            events: Cell::new(0),
        }
    }

    /// Draws `N` random bytes.
    pub(crate) fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.entropy.fill(&mut bytes);
        bytes
    }

    pub(crate) fn user_id(&self) -> UserId {
        UserId::new(self.now, self.bytes())
    }

    pub(crate) fn account_id(&self) -> AccountId {
        AccountId::new(self.now, self.bytes())
    }

    pub(crate) fn session_id(&self) -> SessionId {
        SessionId::new(self.now, self.bytes())
    }

    pub(crate) fn mailed_token_id(&self) -> MailedTokenId {
        MailedTokenId::new(self.now, self.bytes())
    }

    pub(crate) fn one_time_token(&self) -> OneTimeToken {
        OneTimeToken::from_random(self.bytes())
    }

    /// Draws an event id. Events are ordered by id, so the ids of one use case carry a counter in the bits that follow
    /// the time (RFC 9562 §6.2, method 1); 62 random bits remain.
    pub(crate) fn event_id(&self) -> EventId {
        EventId::new(self.now, self.counted())
    }

    /// Draws an outbox item's id, with a counter as in event ids.
    pub(crate) fn outbox_id(&self) -> OutboxId {
        OutboxId::new(self.now, self.counted())
    }

    fn counted(&self) -> [u8; 10] {
        let mut bytes = self.bytes();
        bytes[0] = 0;
        bytes[1] = self.events.get();
        self.events.set(bytes[1].saturating_add(1));
        bytes
    }
}
