use chrono::{DateTime, TimeDelta, Utc};

use crate::{BrowserBinding, ClientNetwork, CodeVerifier, Nonce, ProviderId, TokenHash};

/// A flow through a provider that has begun: what must come back, and from which browser.
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
    /// What the verified identity is for.
    pub purpose: Purpose,
    /// How the result reaches the front end.
    pub delivery: Delivery,
    /// Where the browser lands afterwards, as [`ReturnTo::as_str`](crate::ReturnTo::as_str) gave it; checked again
    /// at the end, since settings may have changed.
    pub return_to: String,
    /// The front end's own `state`, which comes back unchanged.
    pub client_state: Option<String>,
    /// The network that it was begun from: each has a bounded number of open attempts.
    pub network: Option<ClientNetwork>,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When it ends, used or not.
    pub expires_at: DateTime<Utc>,
}

/// What a verified identity is for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Purpose {
    /// To sign in.
    SignIn {
        /// The hash of the session that the browser held when it began: the new one takes its place. The callback alone
        /// cannot tell, since browsers withhold `SameSite=Strict` cookies from it.
        replaces: Option<TokenHash>,
    },
    /// A purpose that only a newer version knows: this one cannot complete the attempt.
    Unknown(Box<str>),
}

/// How the result of a flow reaches the front end.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Delivery {
    /// By the session cookie.
    Cookie,
    /// In a way that only a newer version knows: this one cannot complete the attempt.
    Unknown(Box<str>),
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

impl Purpose {
    /// Returns the word that stores keep.
    pub fn as_str(&self) -> &str {
        match self {
            Self::SignIn { .. } => SIGN_IN,
            Self::Unknown(word) => word,
        }
    }

    /// Puts together what a store kept.
    pub fn from_stored(word: &str, replaces: Option<TokenHash>) -> Self {
        match word {
            SIGN_IN => Self::SignIn { replaces },
            other => Self::Unknown(other.into()),
        }
    }

    /// Returns the hash of the session that the new one replaces.
    pub fn replaces(&self) -> Option<TokenHash> {
        match self {
            Self::SignIn { replaces } => *replaces,
            Self::Unknown(_) => None,
        }
    }
}

impl Delivery {
    /// Returns the word that stores keep.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Cookie => COOKIE,
            Self::Unknown(word) => word,
        }
    }
}

impl From<&str> for Delivery {
    fn from(word: &str) -> Self {
        match word {
            COOKIE => Self::Cookie,
            other => Self::Unknown(other.into()),
        }
    }
}

const SIGN_IN: &str = "sign_in";
const COOKIE: &str = "cookie";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn purposes_and_deliveries_are_read_back_as_they_were_written() {
        let replaces = Some(TokenHash::from_bytes([7; 32]));

        for word in ["sign_in", "link", "a purpose of tomorrow"] {
            assert_eq!(Purpose::from_stored(word, replaces).as_str(), word);
        }
        for word in ["cookie", "fragment"] {
            assert_eq!(Delivery::from(word).as_str(), word);
        }
        assert_eq!(
            Purpose::from_stored("sign_in", replaces).replaces(),
            replaces
        );
    }
}
