use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    BrowserBinding, ClientNetwork, CodeChallenge, CodeVerifier, Nonce, ProviderId, SessionId,
    TokenHash,
};

/// A pending sign-in: what must come back from the provider, and to which browser it belongs.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attempt {
    /// The hash of the `state` in the authorization request. Identifies the attempt.
    pub state_hash: TokenHash,
    /// The hash of the cookie that the browser must present.
    pub binding_hash: TokenHash,
    /// The provider the request was sent to; no other may answer it.
    pub provider: ProviderId,
    /// The nonce that the ID token must contain.
    pub nonce: Nonce,
    /// The PKCE code verifier for the token request.
    pub code_verifier: CodeVerifier,
    /// What the verified identity will be used for.
    pub purpose: Purpose,
    /// How the result reaches the front end.
    pub delivery: Delivery,
    /// Where the browser goes afterwards, as returned by [`ReturnTo::as_str`](crate::ReturnTo::as_str). It is checked
    /// again on completion, since settings may have changed.
    pub return_to: String,
    /// The front end's own `state`, returned unchanged.
    pub client_state: Option<String>,
    /// The network the attempt was started from; the number of open attempts per network is limited.
    pub network: Option<ClientNetwork>,
    /// When the attempt was started.
    pub created_at: DateTime<Utc>,
    /// When the attempt expires, used or not.
    pub expires_at: DateTime<Utc>,
}

/// What every attempt has: the input of [`Attempt::new`].
///
/// Deliberately exhaustive: fields that attempts get in future are added to [`Attempt`] only, with a default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAttempt {
    /// The hash of the `state` in the authorization request.
    pub state_hash: TokenHash,
    /// The hash of the cookie that the browser must present.
    pub binding_hash: TokenHash,
    /// The provider the request is sent to.
    pub provider: ProviderId,
    /// The nonce that the ID token must contain.
    pub nonce: Nonce,
    /// The PKCE code verifier for the token request.
    pub code_verifier: CodeVerifier,
    /// Where the browser goes afterwards.
    pub return_to: String,
    /// When the attempt is started.
    pub created_at: DateTime<Utc>,
}

/// What a verified identity will be used for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Purpose {
    /// To sign in.
    SignIn {
        /// The hash of the session that the browser held at the start; the new session replaces it. The callback cannot
        /// determine this itself, because browsers withhold `SameSite=Strict` cookies from it.
        replaces: Option<TokenHash>,
    },
    /// To add the identity's account to the user who is signed in.
    Link {
        /// The session that started the attempt. It must still be valid when the attempt is completed: the callback
        /// itself may arrive without a session cookie, since browsers withhold `SameSite=Strict` cookies from it.
        session: SessionId,
    },
    /// To authenticate the user who is signed in again, so that the session becomes fresh.
    Reauthenticate {
        /// The session that started the attempt, and that the new one replaces. It must still be valid when the attempt
        /// is completed.
        session: SessionId,
    },
    /// A purpose introduced by a newer version; this version cannot complete the attempt.
    Unknown(Box<str>),
}

/// How the result of a flow reaches the front end.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Delivery {
    /// By the session cookie.
    Cookie,
    /// By the session cookie, and by an access token in the fragment of the redirect.
    Fragment,
    /// By a one-time code in the redirect, which the front end exchanges for a session.
    Code {
        /// The challenge whose verifier must be presented with the code.
        challenge: CodeChallenge,
    },
    /// A delivery introduced by a newer version; this version cannot complete the attempt.
    Unknown(Box<str>),
}

impl Attempt {
    /// How long an attempt remains valid, that is, how long a person may take at the provider.
    pub const MAX_AGE: TimeDelta = TimeDelta::minutes(10);

    /// Creates an attempt to sign in, whose result is delivered by cookie.
    pub fn new(new: NewAttempt) -> Self {
        Self {
            state_hash: new.state_hash,
            binding_hash: new.binding_hash,
            provider: new.provider,
            nonce: new.nonce,
            code_verifier: new.code_verifier,
            purpose: Purpose::SignIn { replaces: None },
            delivery: Delivery::Cookie,
            return_to: new.return_to,
            client_state: None,
            network: None,
            created_at: new.created_at,
            expires_at: new.created_at + Self::MAX_AGE,
        }
    }

    /// Returns whether the attempt is too old to be completed.
    pub fn is_expired(&self, now: DateTime<Utc>) -> bool {
        now >= self.expires_at
    }

    /// Returns whether this browser started the attempt.
    pub fn is_bound_to(&self, binding: &BrowserBinding) -> bool {
        self.binding_hash.matches(&binding.hash())
    }
}

impl Purpose {
    /// Returns the stored name.
    pub fn as_str(&self) -> &str {
        match self {
            Self::SignIn { .. } => SIGN_IN,
            Self::Link { .. } => LINK,
            Self::Reauthenticate { .. } => REAUTHENTICATE,
            Self::Unknown(word) => word,
        }
    }

    /// Restores a purpose from its stored name, with the session that the new one replaces, and the session that started
    /// the attempt.
    pub fn from_stored(
        word: &str,
        replaces: Option<TokenHash>,
        session: Option<SessionId>,
    ) -> Self {
        match (word, session) {
            (SIGN_IN, _) => Self::SignIn { replaces },
            (LINK, Some(session)) => Self::Link { session },
            (REAUTHENTICATE, Some(session)) => Self::Reauthenticate { session },
            (other, _) => Self::Unknown(other.into()),
        }
    }

    /// Returns the hash of the session that the new one replaces.
    pub fn replaces(&self) -> Option<TokenHash> {
        match self {
            Self::SignIn { replaces } => *replaces,
            Self::Link { .. } | Self::Reauthenticate { .. } | Self::Unknown(_) => None,
        }
    }

    /// Returns the session that started the attempt and that its completion depends on.
    pub fn session(&self) -> Option<SessionId> {
        match self {
            Self::Link { session } | Self::Reauthenticate { session } => Some(*session),
            Self::SignIn { .. } | Self::Unknown(_) => None,
        }
    }
}

impl Delivery {
    /// Returns the stored name.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Cookie => COOKIE,
            Self::Fragment => FRAGMENT,
            Self::Code { .. } => CODE,
            Self::Unknown(word) => word,
        }
    }

    /// Restores a delivery from its stored name, with the front end's code challenge.
    pub fn from_stored(word: &str, challenge: Option<CodeChallenge>) -> Self {
        match (word, challenge) {
            (COOKIE, _) => Self::Cookie,
            (FRAGMENT, _) => Self::Fragment,
            (CODE, Some(challenge)) => Self::Code { challenge },
            (other, _) => Self::Unknown(other.into()),
        }
    }

    /// Returns the challenge whose verifier must be presented with a one-time code.
    pub fn code_challenge(&self) -> Option<&CodeChallenge> {
        match self {
            Self::Code { challenge } => Some(challenge),
            Self::Cookie | Self::Fragment | Self::Unknown(_) => None,
        }
    }
}

/// A delivery that needs nothing but its name.
impl From<&str> for Delivery {
    fn from(word: &str) -> Self {
        Self::from_stored(word, None)
    }
}

const SIGN_IN: &str = "sign_in";
const LINK: &str = "link";
const REAUTHENTICATE: &str = "reauthenticate";
const COOKIE: &str = "cookie";
const CODE: &str = "code";
const FRAGMENT: &str = "fragment";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn purposes_and_deliveries_are_read_back_as_they_were_written() {
        let replaces = Some(TokenHash::from_bytes([7; 32]));

        let session = Some(SessionId::from_uuid(uuid::Uuid::from_u128(1)));
        for word in ["sign_in", "link", "reauthenticate", "a purpose of tomorrow"] {
            let purpose = Purpose::from_stored(word, replaces, session);
            assert_eq!(purpose.as_str(), word);
        }
        for word in ["cookie", "fragment", "a delivery of tomorrow"] {
            assert_eq!(Delivery::from(word).as_str(), word);
        }
        assert_eq!(Delivery::from("fragment"), Delivery::Fragment);
        let challenge: Option<CodeChallenge> = "A".repeat(43).parse().ok();
        let code = Delivery::from_stored("code", challenge.clone());
        assert_eq!(code.as_str(), "code");
        assert_eq!(code.code_challenge(), challenge.as_ref());
        let sign_in = Purpose::from_stored("sign_in", replaces, None);
        let link = Purpose::from_stored("link", None, session);
        assert_eq!((sign_in.replaces(), sign_in.session()), (replaces, None));
        assert_eq!((link.replaces(), link.session()), (None, session));
    }

    #[test]
    fn flow_05_a_code_without_its_challenge_cannot_be_delivered() {
        let delivery = Delivery::from_stored("code", None);

        assert_eq!(delivery, Delivery::Unknown("code".into()));
    }

    #[test]
    fn lnk_12_what_depends_on_a_session_cannot_be_completed_without_it() {
        for word in ["link", "reauthenticate"] {
            let purpose = Purpose::from_stored(word, None, None);

            assert_eq!(purpose, Purpose::Unknown(word.into()));
        }
    }
}
