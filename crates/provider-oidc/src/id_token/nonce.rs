use belgie_domain::Nonce;
use belgie_ports::InvalidIdentity;

use super::claims::Claims;
use crate::fault::invalid;

/// Checks that the ID token answers this very request (OpenID Connect Core §3.1.3.7 (11)).
pub(super) fn check(claims: &Claims, expected: &Nonce) -> Result<(), InvalidIdentity> {
    match &claims.nonce {
        Some(nonce) if nonce == expected.secret() => Ok(()),
        Some(_) => Err(invalid("the ID token has the nonce of another request")),
        None => Err(invalid("the ID token has no nonce")),
    }
}
