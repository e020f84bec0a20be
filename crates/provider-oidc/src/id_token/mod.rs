//! Every check of an ID token (OpenID Connect Core §3.1.3.7).

mod access_token_hash;
mod audience;
mod claims;
mod compact;
mod header;
mod hosted_domain;
mod signature;
mod strict_type;
mod time;

use belgie_domain::{Issuer, Nonce, Subject};
use belgie_ports::InvalidIdentity;
use chrono::{DateTime, TimeDelta, Utc};

use crate::SigningAlgorithm;
use crate::fault::invalid;
use crate::keys::Keys;

pub(crate) use claims::Claims;

use compact::Compact;
use header::Header;

/// What an ID token is held against.
#[derive(Clone, Copy)]
pub(crate) struct Expected<'a> {
    pub(crate) issuer: &'a Issuer,
    pub(crate) client_id: &'a str,
    pub(crate) trusted_audiences: &'a [String],
    pub(crate) hosted_domain: Option<&'a str>,
    pub(crate) algorithms: &'a [SigningAlgorithm],
    pub(crate) nonce: &'a Nonce,
    pub(crate) access_token: Option<&'a str>,
    pub(crate) max_age: Option<TimeDelta>,
    pub(crate) now: DateTime<Utc>,
}

/// An ID token that passed every check.
#[derive(Debug)]
pub(crate) struct Verified {
    pub(crate) issuer: Issuer,
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
/// The form, the header and the types of the times first, as text; then openidconnect's part, `iss`, `aud`, the signature, `exp`, `iat` and `nonce`; then,
/// on the verified claims, what it leaves open.
pub(crate) fn verify(
    token: &str,
    keys: &Keys,
    expected: Expected<'_>,
) -> Result<Verified, Refusal> {
    let compact = Compact::parse(token)?;
    let header = Header::read(&compact.header, expected.algorithms)?;
    strict_type::check(&compact.payload)?;
    let (claims, key) = signature::verify(token, &header, keys, expected)?;

    let algorithm = header.algorithm.to_core();
    audience::check_authorized_party(&claims, expected.client_id)?;
    time::check_not_before(&claims, expected.now)?;
    time::check_authentication(&claims, expected.max_age, expected.now)?;
    if let Some(access_token) = expected.access_token {
        access_token_hash::check(&claims, access_token, &algorithm, key)?;
    }
    hosted_domain::check(&claims, expected.hosted_domain)?;
    let subject = claims.subject().parse::<Subject>();
    let subject = subject.map_err(|error| invalid(error.to_string()))?;
    let issuer = claims.issuer().parse::<Issuer>();
    let issuer = issuer.map_err(|error| invalid(error.to_string()))?;
    Ok(Verified {
        issuer,
        subject,
        claims,
    })
}
