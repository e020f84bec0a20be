use belgie_domain::Issuer;
use belgie_ports::InvalidIdentity;
use serde_json::Value;

use super::claims::Claims;
use crate::fault::invalid;
use crate::issuer_rule::IssuerRule;

/// Checks the issuer, byte for byte (OpenID Connect Core §3.1.3.7 (2)), and that the key may sign for it. Returns it.
pub(super) fn check(
    claims: &Claims,
    key_issuer: Option<&Value>,
    rule: &IssuerRule,
) -> Result<Issuer, InvalidIdentity> {
    let expected = rule.of_token(claims.tenant.as_ref())?;
    if claims.issuer != expected.as_str() {
        return Err(invalid(format!(
            "the ID token is of another issuer (iss): {:?}",
            claims.issuer
        )));
    }
    if !rule.allows_key(key_issuer, &expected) {
        return Err(invalid("the ID token is signed by a key of another issuer"));
    }
    Ok(expected)
}
