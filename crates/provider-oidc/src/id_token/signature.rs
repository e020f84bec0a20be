use chrono::{DateTime, Utc};
use openidconnect::{
    ClaimsVerificationError, ClientId, IdTokenVerifier, IssuerUrl, JsonWebKeySet, Nonce,
    SignatureVerificationError,
};

use super::claims::{Claims, Token};
use super::expected::Expected;
use super::header::Header;
use super::refusal::Refusal;
use super::time;
use crate::fault::invalid;
use crate::keys::{Keys, VerifyingKey};
use belgie_provider_http::redacted;

/// Has openidconnect verify the token with one candidate key after another, and returns the claims and the key that
/// fits.
///
/// One key at a time, because openidconnect refuses to choose among several (OpenID Connect Core §10.1 allows several
/// keys without `kid`).
pub(super) fn verify<'k>(
    token: &str,
    header: &Header,
    keys: &'k Keys,
    expected: Expected<'_>,
) -> Result<(Claims, &'k VerifyingKey), Refusal> {
    let token: Token = token
        .parse()
        .map_err(|error: serde_json::Error| invalid(unreadable(&error.to_string())))?;
    let nonce = Nonce::new(expected.nonce.secret().to_owned());
    let mut refusal = Refusal::UnknownKey;
    for key in keys.candidates(header.algorithm, header.kid.as_deref()) {
        let verifier = verifier(key, header, expected)?;
        match token.claims(&verifier, &nonce) {
            Ok(claims) => return Ok((claims.clone(), key)),
            Err(ClaimsVerificationError::SignatureVerification(error)) => {
                refusal = after(&error, header, refusal);
            }
            Err(error) => return Err(invalid(error.to_string()).into()),
        }
    }
    Err(refusal)
}

/// Describes which claim has the wrong type, but not its value, which may be an address or a name. openidconnect wraps
/// serde's error as `… Error("address: invalid type: string \"1 Main Street\", …")`.
fn unreadable(error: &str) -> String {
    let inner = error
        .split_once("Error(\"")
        .map_or(error, |(_, inner)| inner);
    format!("the ID token cannot be read: {}", redacted(inner))
}

/// If the key with the token's own `kid` does not fit, the token is invalid; without a `kid`, a newer key may still
/// fit.
fn after(error: &SignatureVerificationError, header: &Header, before: Refusal) -> Refusal {
    if header.kid.is_none() {
        return before;
    }
    invalid(format!("the ID token's signature is wrong: {error}")).into()
}

fn verifier<'a>(
    key: &VerifyingKey,
    header: &Header,
    expected: Expected<'a>,
) -> Result<IdTokenVerifier<'a, VerifyingKey>, Refusal> {
    let Expected {
        trusted_audiences,
        now,
        ..
    } = expected;
    let issuer = IssuerUrl::new(expected.issuer.as_str().to_owned())
        .map_err(|error| invalid(error.to_string()))?;
    let verifier = IdTokenVerifier::new_public_client(
        ClientId::new(expected.client_id.to_owned()),
        issuer,
        JsonWebKeySet::new(vec![key.clone()]),
    );
    Ok(verifier
        .set_allowed_algs([header.algorithm.to_core()])
        // The leeway for `exp`; openidconnect has none.
        .set_time_fn(move || now - time::LEEWAY)
        .set_issue_time_verifier_fn(move |at: DateTime<Utc>| time::check_issued_at(at, now))
        .set_other_audience_verifier_fn(move |audience| {
            trusted_audiences
                .iter()
                .any(|trusted| trusted == audience.as_str())
        }))
}
