use belgie_ports::InvalidIdentity;

use super::claims::Claims;
use super::expected::ExpectedNonce;
use crate::fault::invalid;

/// Checks that the ID token answers this very request (OpenID Connect Core §3.1.3.7 (11)).
pub(super) fn check(claims: &Claims, expected: ExpectedNonce<'_>) -> Result<(), InvalidIdentity> {
    let is_expected = |claim: &str| match expected {
        ExpectedNonce::Own(nonce) => claim == nonce.secret(),
        ExpectedNonce::OfClient(nonce) => nonce.is_claimed_by(claim),
    };
    match &claims.nonce {
        Some(claim) if is_expected(claim) => Ok(()),
        Some(_) => Err(invalid("the ID token has the nonce of another request")),
        None => Err(invalid("the ID token has no nonce")),
    }
}
