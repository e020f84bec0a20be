use belgie_domain::Issuer;
use belgie_ports::InvalidIdentity;

use super::claims::Claims;
use crate::fault::invalid;

/// Checks the issuer, byte for byte (OpenID Connect Core §3.1.3.7 (2)).
pub(super) fn check(claims: &Claims, expected: &Issuer) -> Result<(), InvalidIdentity> {
    if claims.issuer == expected.as_str() {
        return Ok(());
    }
    Err(invalid(format!(
        "the ID token is of another issuer (iss): {:?}",
        claims.issuer
    )))
}
