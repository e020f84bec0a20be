use belgie_ports::InvalidIdentity;
use openidconnect::core::CoreJwsSigningAlgorithm;
use openidconnect::{AccessToken, AccessTokenHash};

use super::claims::Claims;
use crate::fault::invalid;
use crate::keys::VerifyingKey;

/// Checks that the access token belongs to the ID token (OpenID Connect Core §3.1.3.8). A hash that cannot be computed
/// counts as a mismatch.
pub(super) fn check(
    claims: &Claims,
    access_token: &str,
    algorithm: &CoreJwsSigningAlgorithm,
    key: &VerifyingKey,
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
        let rsa = serde_json::from_value(rsa).unwrap();
        let matches = |algorithm| check(&claims(), TOKEN, &algorithm, &rsa).is_ok();

        assert!(matches(CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256));
        for algorithm in [
            CoreJwsSigningAlgorithm::None,
            CoreJwsSigningAlgorithm::HmacSha256,
            CoreJwsSigningAlgorithm::EcdsaP256Sha256,
            CoreJwsSigningAlgorithm::EdDsa,
        ] {
            assert!(!matches(algorithm));
        }
    }
}
