use belgie_ports::InvalidIdentity;

use super::claims::Claims;
use super::expected::Clients;
use crate::fault::invalid;

/// Checks the audiences (OpenID Connect Core §3.1.3.7 (3)): this client is one of them, and the others are trusted.
/// For a posted token it may be any of the application's clients.
pub(super) fn check(
    claims: &Claims,
    clients: Clients<'_>,
    trusted: &[String],
) -> Result<(), InvalidIdentity> {
    let audiences = &claims.audiences;
    if !audiences.iter().any(|audience| clients.include(audience)) {
        return Err(invalid(
            "this client is not an audience (aud) of the ID token",
        ));
    }
    let mut others = audiences
        .iter()
        .filter(|audience| !clients.include(audience));
    match others.find(|other| !trusted.iter().any(|trusted| trusted == other)) {
        Some(other) => Err(invalid(format!(
            "the ID token has an audience (aud) that is not trusted: {other:?}"
        ))),
        None => Ok(()),
    }
}

/// Checks the authorized party (OpenID Connect Core §3.1.3.7 (4), (5)): it is required with several audiences, and must
/// be this client, or another of the application's for a posted token, if present.
pub(super) fn check_authorized_party(
    claims: &Claims,
    clients: Clients<'_>,
) -> Result<(), InvalidIdentity> {
    match &claims.authorized_party {
        Some(party) if clients.include(party) => Ok(()),
        Some(_) => Err(invalid("the ID token was issued to another client (azp)")),
        None if claims.audiences.are_several() => Err(invalid(
            "the ID token has several audiences and no authorized party (azp)",
        )),
        None => Ok(()),
    }
}
