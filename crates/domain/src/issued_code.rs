use std::net::IpAddr;

use chrono::{DateTime, TimeDelta, Utc};

use crate::{ClientInfo, CodeChallenge, ProviderId, TokenHash, UserId};

/// A completed sign-in whose session has not begun: a front end exchanges the one-time code for it.
///
/// The session itself begins at the exchange, because its token is only ever stored as a hash.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct IssuedCode {
    /// The hash of the code. Identifies it.
    pub code_hash: TokenHash,
    /// The challenge whose verifier must be presented with the code.
    pub challenge: CodeChallenge,
    /// The user who signed in.
    pub user_id: UserId,
    /// The provider used to sign in.
    pub provider: ProviderId,
    /// The hash of the session that the browser held; the new session replaces it.
    pub replaces: Option<TokenHash>,
    /// The address of the browser that signed in.
    pub ip_address: Option<IpAddr>,
    /// Its user agent.
    pub user_agent: Option<String>,
    /// When the person signed in.
    pub authenticated_at: DateTime<Utc>,
    /// When the code expires, used or not.
    pub expires_at: DateTime<Utc>,
}

impl IssuedCode {
    /// How long a code may be exchanged (RFC 6749 §4.1.2 allows at most 10 minutes).
    pub const MAX_AGE: TimeDelta = TimeDelta::seconds(60);

    /// Creates a code for a user who has just signed in, without information about the browser.
    pub fn new(
        code_hash: TokenHash,
        challenge: CodeChallenge,
        user_id: UserId,
        provider: ProviderId,
        now: DateTime<Utc>,
    ) -> Self {
        Self {
            code_hash,
            challenge,
            user_id,
            provider,
            replaces: None,
            ip_address: None,
            user_agent: None,
            authenticated_at: now,
            expires_at: now + Self::MAX_AGE,
        }
    }

    /// Sets the session that the new one replaces.
    #[must_use]
    pub fn replacing(self, session: Option<TokenHash>) -> Self {
        Self {
            replaces: session,
            ..self
        }
    }

    /// Sets where the person signed in from.
    #[must_use]
    pub fn with_client(self, client: &ClientInfo) -> Self {
        Self {
            ip_address: client.ip_address,
            user_agent: client.user_agent.clone(),
            ..self
        }
    }

    /// Returns whether the code is too old to be exchanged.
    pub fn is_expired(&self, now: DateTime<Utc>) -> bool {
        now >= self.expires_at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flow_03_a_code_may_be_exchanged_for_60_seconds() {
        let now = DateTime::UNIX_EPOCH;
        let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        let code = IssuedCode::new(
            TokenHash::from_bytes([1; 32]),
            challenge.parse().unwrap(),
            UserId::new(now, [1; 10]),
            "google".parse().unwrap(),
            now,
        );

        for (seconds, expired) in [(0, false), (59, false), (60, true), (61, true)] {
            let at = now + TimeDelta::seconds(seconds);
            assert_eq!(code.is_expired(at), expired, "{seconds}");
        }
    }
}
