use belgie_ports::InvalidIdentity;

/// Why an ID token is refused.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// No known key verifies it, but a newer one might.
    UnknownKey,
    /// It is invalid, whatever the keys.
    Invalid(InvalidIdentity),
}

impl From<InvalidIdentity> for Refusal {
    fn from(reason: InvalidIdentity) -> Self {
        Self::Invalid(reason)
    }
}
