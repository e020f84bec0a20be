use belgie_domain::{Nonce, PostedIdToken, ProviderIdentity};
use chrono::{DateTime, Utc};

/// An ID token that a client obtained itself, with the nonce of its request.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct IdTokenGrant<'a> {
    /// The ID token.
    pub id_token: &'a PostedIdToken,
    /// The nonce that it must contain, as it is or as its SHA-256 ([`Nonce::is_claimed_by`]).
    pub nonce: &'a Nonce,
}

impl<'a> IdTokenGrant<'a> {
    /// Creates a grant.
    pub fn new(id_token: &'a PostedIdToken, nonce: &'a Nonce) -> Self {
        Self { id_token, nonce }
    }
}

/// The result of verifying an ID token that was posted.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct VerifiedIdToken {
    /// The person who signed in.
    pub identity: ProviderIdentity,
    /// Until when the provider would accept the token again, and its use must therefore be remembered.
    pub kept_until: DateTime<Utc>,
}

impl VerifiedIdToken {
    /// Creates a result.
    pub fn new(identity: ProviderIdentity, kept_until: DateTime<Utc>) -> Self {
        Self {
            identity,
            kept_until,
        }
    }
}
