use belgie_ports::InvalidIdentity;

use super::claims::Claims;
use crate::fault::invalid;

/// Checks the authorized party (OpenID Connect Core §3.1.3.7 (4), (5)): it is required with several audiences, and must
/// be this client if present. openidconnect leaves both to us.
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
