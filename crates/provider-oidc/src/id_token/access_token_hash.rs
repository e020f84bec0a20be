use belgie_ports::InvalidIdentity;
use openidconnect::core::{CoreJsonWebKey, CoreJwsSigningAlgorithm};
use openidconnect::{AccessToken, AccessTokenHash};

use super::claims::Claims;
use crate::fault::invalid;

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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// The example of OpenID Connect Core §A.3.
    const TOKEN: &str = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y";

    fn claims() -> Claims {
        let claims = json!({
            "iss": "https://id.example.com",
            "aud": "client",
            "sub": "1",
            "iat": 1,
            "exp": 2,
            "at_hash": "77QmUPtjPfzWtF2AnpK9RQ",
        });
        serde_json::from_value(claims).unwrap()
    }

    #[test]
    fn idt_10_a_hash_that_cannot_be_made_does_not_match() {
        let rsa = json!({ "kty": "RSA", "n": "AQAB", "e": "AQAB" });
        let okp = json!({ "kty": "OKP", "x": "AQAB" });
        let [rsa, okp] = [rsa, okp].map(|key| serde_json::from_value(key).unwrap());
        let matches = |algorithm, key| check(&claims(), TOKEN, &algorithm, key).is_ok();

        assert!(matches(CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256, &rsa));
        for algorithm in [
            CoreJwsSigningAlgorithm::None,
            CoreJwsSigningAlgorithm::EcdsaP256Sha256,
            CoreJwsSigningAlgorithm::EdDsa,
        ] {
            assert!(!matches(algorithm, &rsa));
        }
        // An Edwards key that does not say on which curve it lies.
        assert!(!matches(CoreJwsSigningAlgorithm::EdDsa, &okp));
    }
}
