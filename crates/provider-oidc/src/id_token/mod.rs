//! Every check of an ID token (OpenID Connect Core §3.1.3.7).

mod access_token_hash;
mod audience;
mod claims;
mod header;
mod hosted_domain;
mod signature;
mod strict_type;
mod time;

use belgie_domain::{Nonce, Subject};
use belgie_ports::InvalidIdentity;
use chrono::{DateTime, TimeDelta, Utc};

use crate::SigningAlgorithm;
use crate::config::OidcConfig;
use crate::fault::invalid;
use crate::keys::Keys;

pub(crate) use claims::Claims;

use header::Header;

/// What an ID token is held against.
#[derive(Clone, Copy)]
pub(crate) struct Expected<'a> {
    pub(crate) config: &'a OidcConfig,
    pub(crate) algorithms: &'a [SigningAlgorithm],
    pub(crate) nonce: &'a Nonce,
    pub(crate) access_token: &'a str,
    pub(crate) max_age: Option<TimeDelta>,
    pub(crate) now: DateTime<Utc>,
}

/// An ID token that passed every check.
#[derive(Debug)]
pub(crate) struct Verified {
    pub(crate) subject: Subject,
    pub(crate) claims: Claims,
}

/// Why an ID token is refused.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// No known key verifies it, though a newer one might.
    UnknownKey,
    /// It is wrong, whatever the keys.
    Invalid(InvalidIdentity),
}

impl From<InvalidIdentity> for Refusal {
    fn from(reason: InvalidIdentity) -> Self {
        Self::Invalid(reason)
    }
}

/// Checks an ID token.
///
/// The header and the types of the times first, as text; then openidconnect's part, `iss`, `aud`, the signature, `exp`, `iat` and `nonce`; then,
/// on the verified claims, what it leaves open.
pub(crate) fn verify(
    token: &str,
    keys: &Keys,
    expected: Expected<'_>,
) -> Result<Verified, Refusal> {
    let header = Header::read(token, expected.algorithms)?;
    strict_type::check(token)?;
    let (claims, key) = signature::verify(token, &header, keys, expected)?;

    let config = expected.config;
    let algorithm = header.algorithm.to_core();
    audience::check_authorized_party(&claims, &config.client.id)?;
    time::check_not_before(&claims, expected.now)?;
    time::check_authentication(&claims, expected.max_age, expected.now)?;
    access_token_hash::check(&claims, expected.access_token, &algorithm, key)?;
    hosted_domain::check(&claims, config.hosted_domain.as_deref())?;
    let subject = claims.subject().parse::<Subject>();
    let subject = subject.map_err(|error| invalid(error.to_string()))?;
    Ok(Verified { subject, claims })
}
