//! Every check of an ID token (OpenID Connect Core §3.1.3.7).

mod access_token_hash;
mod audience;
mod claims;
mod compact;
mod expected;
mod header;
mod hosted_domain;
mod refusal;
mod signature;
mod strict_type;
mod time;

use belgie_domain::{Issuer, Subject};

use crate::fault::invalid;
use crate::keys::Keys;

pub(crate) use claims::Claims;
pub(crate) use expected::Expected;
pub(crate) use refusal::Refusal;

use compact::Compact;
use header::Header;

/// An ID token that passed every check.
#[derive(Debug)]
pub(crate) struct Verified {
    pub(crate) issuer: Issuer,
    pub(crate) subject: Subject,
    pub(crate) claims: Claims,
}

/// Validates an ID token.
///
/// First its form, header and the types of its claims, as text; then, by openidconnect, `iss`, `aud`, the signature,
/// `exp`, `iat` and `nonce`; then the checks that openidconnect leaves to us.
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
