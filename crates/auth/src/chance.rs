use belgie_domain::{AccountId, EventId, SessionId, UserId};
use belgie_ports::Entropy;
use chrono::{DateTime, Utc};

/// Draws ids and tokens.
pub(crate) struct Chance<'a> {
    entropy: &'a dyn Entropy,
    now: DateTime<Utc>,
}

impl<'a> Chance<'a> {
    pub(crate) fn new(entropy: &'a dyn Entropy, now: DateTime<Utc>) -> Self {
        Self { entropy, now }
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

    pub(crate) fn event_id(&self) -> EventId {
        EventId::new(self.now, self.bytes())
    }
}
