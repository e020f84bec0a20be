use belgie_ports::InvalidIdentity;

use super::claims::Claims;
use crate::fault::invalid;

/// Checks who the ID token was issued to (OpenID Connect Core §3.1.3.7 (4), (5)): several audiences need an authorized
/// party, and any authorized party must be this client. openidconnect leaves both open.
pub(super) fn check_authorized_party(
    claims: &Claims,
    client_id: &str,
) -> Result<(), InvalidIdentity> {
    match claims.authorized_party() {
        Some(party) if party.as_str() == client_id => Ok(()),
        Some(_) => Err(invalid("the ID token was issued to another client (azp)")),
        None if claims.audiences().len() > 1 => Err(invalid(
            "the ID token has several audiences and no authorized party (azp)",
        )),
        None => Ok(()),
    }
}
