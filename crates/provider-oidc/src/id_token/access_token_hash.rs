use belgie_ports::InvalidIdentity;
use openidconnect::core::{CoreJsonWebKey, CoreJwsSigningAlgorithm};
use openidconnect::{AccessToken, AccessTokenHash};

use super::claims::Claims;
use crate::unusable::invalid;

/// Checks that the access token belongs to the ID token (OpenID Connect Core §3.1.3.8). What cannot be compared does
/// not match.
pub(super) fn check(
    claims: &Claims,
    access_token: &str,
    algorithm: &CoreJwsSigningAlgorithm,
    key: &CoreJsonWebKey,
) -> Result<(), InvalidIdentity> {
    let Some(expected) = claims.access_token_hash() else {
        return Ok(());
    };
    let access_token = AccessToken::new(access_token.to_owned());
    match AccessTokenHash::from_token(&access_token, algorithm, key) {
        Ok(actual) if actual == *expected => Ok(()),
        _ => Err(invalid(
            "the access token is not the one of the ID token (at_hash)",
        )),
    }
}
