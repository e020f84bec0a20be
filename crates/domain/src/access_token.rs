use std::fmt;

use chrono::{DateTime, SubsecRound as _, TimeDelta, Utc};
use uuid::Uuid;

use crate::token::{MalformedToken, TokenHash};
use crate::{Role, Session, SessionId, SessionPolicy, User, UserId};

/// An access token: a signed JWT (RFC 9068) that proves a session to any service with our public keys.
#[derive(Clone, PartialEq, Eq)]
pub struct AccessToken(String);

impl AccessToken {
    /// The longest access token that is read, in bytes.
    const MAX_BYTES: usize = 8 * 1024;

    /// Parses a token received from outside. Nothing is known yet about its signature and claims.
    ///
    /// # Errors
    /// [`MalformedToken`] unless it has three parts of base64url characters (RFC 7515 §7.1) and at most 8 KiB.
    pub fn parse(text: &str) -> Result<Self, MalformedToken> {
        let is_plain = |byte| matches!(byte, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_');
        let is_part = |part: &&str| !part.is_empty() && part.bytes().all(is_plain);
        let mut parts = text.split('.');
        let is_token = text.len() <= Self::MAX_BYTES
            && parts.by_ref().take(3).filter(is_part).count() == 3
            && parts.next().is_none();
        is_token
            .then(|| Self(text.to_owned()))
            .ok_or(MalformedToken)
    }

    /// Combines a signer's output; both parts are in base64url.
    pub fn from_signed(signing_input: &str, signature: &str) -> Self {
        Self(format!("{signing_input}.{signature}"))
    }

    /// Returns the token itself, for the wire. Never log it.
    pub fn secret(&self) -> &str {
        &self.0
    }

    /// Returns the hash by which it can be recognized.
    pub fn hash(&self) -> TokenHash {
        TokenHash::of(&self.0)
    }
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccessToken(…)")
    }
}

/// The claims of an access token (RFC 9068 §2.2). Times are whole seconds.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AccessTokenClaims {
    /// `iss`: the address of the site.
    pub issuer: String,
    /// `sub`
    pub subject: UserId,
    /// `aud`: who should accept the token.
    pub audience: String,
    /// `sid`: the session it proves.
    pub session: SessionId,
    /// `iat`
    pub issued_at: DateTime<Utc>,
    /// `exp`
    pub expires_at: DateTime<Utc>,
    /// `jti`
    pub id: Uuid,
    /// What it says about the user, for those who cannot ask us; we read it from the store instead.
    pub profile: Profile,
}

/// What an access token says about its user.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Profile {
    /// `email`
    pub email: Option<String>,
    /// `name`
    pub name: Option<String>,
    /// `role`
    pub role: Option<Role>,
}

impl AccessTokenClaims {
    /// How far in the future `iat` may lie, since the clocks of two nodes differ.
    const CLOCK_SKEW: TimeDelta = TimeDelta::seconds(10);

    /// Creates claims without a profile.
    pub fn new(
        (issuer, audience): (String, String),
        (subject, session): (UserId, SessionId),
        (issued_at, expires_at): (DateTime<Utc>, DateTime<Utc>),
        id: Uuid,
    ) -> Self {
        Self {
            issuer,
            subject,
            audience,
            session,
            issued_at,
            expires_at,
            id,
            profile: Profile::default(),
        }
    }

    /// Sets the profile.
    #[must_use]
    pub fn with_profile(self, profile: Profile) -> Self {
        Self { profile, ..self }
    }

    /// Returns whether a token with these claims may be accepted at `now`: by this issuer, for this audience, issued in
    /// the past and not expired (RFC 9068 §4). Expiry has no leeway.
    pub fn are_valid(&self, issuer: &str, audience: &str, now: DateTime<Utc>) -> bool {
        self.issuer == issuer
            && self.audience == audience
            && self.issued_at <= now + Self::CLOCK_SKEW
            && self.issued_at < self.expires_at
            && now < self.expires_at
    }
}

impl Profile {
    /// Returns what the token of this user says.
    pub fn of(user: &User) -> Self {
        Self {
            email: user.email.as_ref().map(ToString::to_string),
            name: user.name.clone(),
            role: Some(user.role.clone()),
        }
    }
}

/// How long access tokens live, and for whom they are.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AccessTokenPolicy {
    /// The lifetime. A token never outlives its session.
    pub max_age: TimeDelta,
    /// The `aud` claim; `None`: the issuer.
    pub audience: Option<String>,
}

/// The lifetime of access tokens is out of bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("access tokens must live from a minute to a day")]
pub struct InvalidAccessTokenPolicy;

impl Default for AccessTokenPolicy {
    fn default() -> Self {
        Self {
            max_age: TimeDelta::minutes(10),
            audience: None,
        }
    }
}

impl AccessTokenPolicy {
    /// The shortest lifetime.
    pub const SHORTEST: TimeDelta = TimeDelta::minutes(1);
    /// The longest lifetime.
    pub const LONGEST: TimeDelta = TimeDelta::days(1);

    /// Sets the lifetime.
    #[must_use]
    pub fn max_age(self, max_age: TimeDelta) -> Self {
        Self { max_age, ..self }
    }

    /// Sets the `aud` claim.
    #[must_use]
    pub fn audience(self, audience: impl Into<Option<String>>) -> Self {
        Self {
            audience: audience.into(),
            ..self
        }
    }

    /// Checks the bounds.
    ///
    /// # Errors
    /// [`InvalidAccessTokenPolicy`].
    pub fn check(&self) -> Result<(), InvalidAccessTokenPolicy> {
        let bounds = Self::SHORTEST..=Self::LONGEST;
        let is_within = bounds.contains(&self.max_age);
        is_within.then_some(()).ok_or(InvalidAccessTokenPolicy)
    }

    /// Returns when a token is issued and when it expires, in whole seconds: after its lifetime, or with its session if
    /// that ends earlier.
    pub fn lifetime(
        &self,
        session: &Session,
        sessions: &SessionPolicy,
        now: DateTime<Utc>,
    ) -> (DateTime<Utc>, DateTime<Utc>) {
        let [issued_at, session_end] =
            [now, session.ends_at(sessions)].map(|at| at.trunc_subsecs(0));
        (issued_at, (issued_at + self.max_age).min(session_end))
    }
}

#[cfg(test)]
mod tests;
