use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use belgie_ports::InvalidIdentity;
use ring::digest::{self, digest};

use super::claims::Claims;
use crate::SigningAlgorithm;
use crate::fault::invalid;

/// Checks that the access token belongs to the ID token (OpenID Connect Core §3.1.3.8).
pub(super) fn check(
    claims: &Claims,
    access_token: &str,
    algorithm: SigningAlgorithm,
) -> Result<(), InvalidIdentity> {
    match &claims.access_token_hash {
        Some(hash) if *hash != left_half(algorithm, access_token) => Err(invalid(
            "the access token is not the one of the ID token (at_hash)",
        )),
        _ => Ok(()),
    }
}

/// Returns the left half of a token's hash, as base64url (OpenID Connect Core §3.1.3.6).
fn left_half(algorithm: SigningAlgorithm, token: &str) -> String {
    let hash = digest(hash_function(algorithm), token.as_bytes());
    let hash = hash.as_ref();
    URL_SAFE_NO_PAD.encode(&hash[..hash.len() / 2])
}

/// The hash function with which an algorithm signs; the one of Ed25519 is SHA-512 (RFC 8032 §5.1).
fn hash_function(algorithm: SigningAlgorithm) -> &'static digest::Algorithm {
    match algorithm {
        SigningAlgorithm::Rs256 | SigningAlgorithm::Ps256 | SigningAlgorithm::Es256 => {
            &digest::SHA256
        }
        SigningAlgorithm::Rs384 | SigningAlgorithm::Ps384 | SigningAlgorithm::Es384 => {
            &digest::SHA384
        }
        SigningAlgorithm::Rs512 | SigningAlgorithm::Ps512 | SigningAlgorithm::EdDsa => {
            &digest::SHA512
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn idt_10_the_hash_is_that_of_the_standards_example() {
        // OpenID Connect Core §A.3
        let token = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y";

        let hash = left_half(SigningAlgorithm::Rs256, token);

        assert_eq!(hash, "77QmUPtjPfzWtF2AnpK9RQ");
    }

    #[test]
    fn idt_10_the_hash_has_half_the_bits_of_the_algorithm() {
        for algorithm in SigningAlgorithm::ALL {
            let bits = match algorithm.name() {
                "EdDSA" => 512,
                name => name[2..].parse::<usize>().unwrap(),
            };
            let hash = URL_SAFE_NO_PAD.decode(left_half(algorithm, "token"));
            assert_eq!(hash.unwrap().len() * 8, bits / 2, "{algorithm:?}");
        }
    }
}
