use chrono::{DateTime, TimeDelta, Utc};

use crate::{BrowserBinding, CodeVerifier, Nonce, ProviderId, TokenHash};

/// A sign-in that has begun: what must come back from the provider, and from which browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// The hash of the `state` in the authorization request. Names the attempt.
    pub state_hash: TokenHash,
    /// The hash of the cookie that the browser must bring along.
    pub binding_hash: TokenHash,
    /// The provider that was asked: no other may answer.
    pub provider: ProviderId,
    /// What the ID token must return.
    pub nonce: Nonce,
    /// What the token request proves itself with.
    pub code_verifier: CodeVerifier,
    /// Where the browser lands afterwards, as [`ReturnTo::as_str`](crate::ReturnTo::as_str) gave it; checked again
    /// at the end, since settings may have changed.
    pub return_to: String,
    /// The front end's own `state`, which comes back unchanged.
    pub client_state: Option<String>,
    /// The hash of the session that the browser held when it began: the new one takes its place. The callback alone
    /// cannot tell, since browsers withhold `SameSite=Strict` cookies from it.
    pub replaces: Option<TokenHash>,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When it ends, used or not.
    pub expires_at: DateTime<Utc>,
}

impl Attempt {
    /// How long a person may take at the provider.
    pub const MAX_AGE: TimeDelta = TimeDelta::minutes(10);

    /// Returns whether the attempt is too old to be completed.
    pub fn is_expired(&self, now: DateTime<Utc>) -> bool {
        now >= self.expires_at
    }

    /// Returns whether this browser began it.
    pub fn is_bound_to(&self, binding: &BrowserBinding) -> bool {
        self.binding_hash.matches(&binding.hash())
    }
}
