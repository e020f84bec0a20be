//! The checks of an ID token's claims (OpenID Connect Core §3.1.3.7).

mod access_token_hash;
mod audience;
mod claims;
mod expected;
mod hosted_domain;
mod issuer;
mod nonce;
mod time;

use belgie_domain::{Issuer, Subject};
use belgie_ports::InvalidIdentity;
use chrono::{DateTime, Utc};

use crate::fault::invalid;
use crate::jwt::VerifiedJwt;
use crate::profile::Profile;

pub(crate) use expected::{Clients, Expected, ExpectedNonce};
pub(crate) use time::OLDEST;

use claims::Claims;

/// An ID token that passed every check.
#[derive(Debug)]
pub(crate) struct IdToken {
    pub(crate) issuer: Issuer,
    pub(crate) subject: Subject,
    pub(crate) authenticated_at: Option<DateTime<Utc>>,
    /// From when on it is refused because it has expired.
    pub(crate) usable_until: DateTime<Utc>,
    pub(crate) hosted_domain: Option<String>,
    pub(crate) profile: Profile,
}

/// Validates the claims of an ID token whose signature has been verified. Only those are read that decide or are used.
pub(crate) fn check(jwt: &VerifiedJwt, expected: Expected<'_>) -> Result<IdToken, InvalidIdentity> {
    let claims = Claims::read(&jwt.payload)?;
    let profile = Profile::read(&jwt.payload);
    let profile = profile.map_err(|error| claims::unreadable(&error))?;

    let issuer = issuer::check(&claims, jwt.key_issuer.as_ref(), expected.issuer_rule)?;
    audience::check(&claims, expected.clients, expected.trusted_audiences)?;
    audience::check_authorized_party(&claims, expected.clients)?;
    time::check(&claims, expected.oldest, expected.now)?;
    time::check_authentication(&claims, expected.max_age, expected.now)?;
    if let Some(nonce) = expected.nonce {
        nonce::check(&claims, nonce)?;
    }
    if let Some(access_token) = expected.access_token {
        access_token_hash::check(&claims, access_token, jwt.algorithm)?;
    }
    hosted_domain::check(&claims, expected.hosted_domain)?;
    let subject = claims.subject.parse::<Subject>();
    Ok(IdToken {
        issuer,
        subject: subject.map_err(|error| invalid(error.to_string()))?,
        authenticated_at: claims.authenticated_at,
        usable_until: time::usable_until(&claims),
        hosted_domain: claims.hosted_domain,
        profile,
    })
}
