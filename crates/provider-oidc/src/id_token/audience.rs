use belgie_ports::InvalidIdentity;

use super::claims::Claims;
use crate::fault::invalid;

/// Checks the audiences (OpenID Connect Core §3.1.3.7 (3)): this client is one of them, and the others are trusted.
pub(super) fn check(
    claims: &Claims,
    client_id: &str,
    trusted: &[String],
) -> Result<(), InvalidIdentity> {
    let audiences = &claims.audiences;
    if !audiences.include(client_id) {
        return Err(invalid(
            "this client is not an audience (aud) of the ID token",
        ));
    }
    let mut others = audiences.besides(client_id);
    match others.find(|other| !trusted.iter().any(|trusted| trusted == other)) {
        Some(other) => Err(invalid(format!(
            "the ID token has an audience (aud) that is not trusted: {other:?}"
        ))),
        None => Ok(()),
    }
}

/// Checks the authorized party (OpenID Connect Core §3.1.3.7 (4), (5)): it is required with several audiences, and must
/// be this client if present.
pub(super) fn check_authorized_party(
    claims: &Claims,
    client_id: &str,
) -> Result<(), InvalidIdentity> {
    match &claims.authorized_party {
        Some(party) if party == client_id => Ok(()),
        Some(_) => Err(invalid("the ID token was issued to another client (azp)")),
        None if claims.audiences.are_several() => Err(invalid(
            "the ID token has several audiences and no authorized party (azp)",
        )),
        None => Ok(()),
    }
}
