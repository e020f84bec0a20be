use belgie_ports::InvalidIdentity;

use super::claims::Claims;
use crate::fault::invalid;

/// Checks the organisation, if one is configured. The parameter of the authorization request is only a suggestion to
/// the person; this claim is signed.
pub(super) fn check(claims: &Claims, required: Option<&str>) -> Result<(), InvalidIdentity> {
    match (required, &claims.hosted_domain) {
        (None, _) => Ok(()),
        (Some(required), Some(actual)) if actual.eq_ignore_ascii_case(required) => Ok(()),
        (Some(_), Some(_)) => Err(invalid("the account belongs to another hosted domain (hd)")),
        (Some(_), None) => Err(invalid("the account belongs to no hosted domain (hd)")),
    }
}
