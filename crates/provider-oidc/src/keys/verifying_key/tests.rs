use ring::rand::SystemRandom;
use ring::signature::{
    self as sign, EcdsaKeyPair, EcdsaSigningAlgorithm, Ed25519KeyPair, KeyPair as _, RsaEncoding,
    RsaKeyPair,
};
use serde_json::{Value, json};

use super::*;

const MESSAGE: &[u8] = b"message";

/// A key as a key set has it, and its signature under one algorithm.
struct Signed {
    jwk: Value,
    algorithm: SigningAlgorithm,
    signature: Vec<u8>,
}

impl Signed {
    fn under(algorithm: SigningAlgorithm) -> Self {
        let (jwk, signature) = match algorithm {
            SigningAlgorithm::Rs256 => rsa(&sign::RSA_PKCS1_SHA256),
            SigningAlgorithm::Rs384 => rsa(&sign::RSA_PKCS1_SHA384),
            SigningAlgorithm::Rs512 => rsa(&sign::RSA_PKCS1_SHA512),
            SigningAlgorithm::Ps256 => rsa(&sign::RSA_PSS_SHA256),
            SigningAlgorithm::Ps384 => rsa(&sign::RSA_PSS_SHA384),
            SigningAlgorithm::Ps512 => rsa(&sign::RSA_PSS_SHA512),
            SigningAlgorithm::Es256 => ecdsa("P-256", &sign::ECDSA_P256_SHA256_FIXED_SIGNING),
            SigningAlgorithm::Es384 => ecdsa("P-384", &sign::ECDSA_P384_SHA384_FIXED_SIGNING),
            SigningAlgorithm::EdDsa => ed25519(),
        };
        Self {
            jwk,
            algorithm,
            signature,
        }
    }

    fn all() -> impl Iterator<Item = Self> {
        SigningAlgorithm::ALL.into_iter().map(Self::under)
    }

    fn key(&self) -> VerifyingKey {
        serde_json::from_value(self.jwk.clone()).unwrap()
    }

    /// Whether a key verifies the signature as one by an algorithm.
    fn passes(&self, key: &VerifyingKey, algorithm: SigningAlgorithm) -> bool {
        key.verifies(algorithm, MESSAGE, &self.signature)
    }
}

fn rsa(encoding: &'static dyn RsaEncoding) -> (Value, Vec<u8>) {
    let pair = RsaKeyPair::from_pkcs8(include_bytes!("rsa_2048.pk8")).unwrap();
    let mut signature = vec![0; pair.public().modulus_len()];
    let random = SystemRandom::new();
    pair.sign(encoding, &random, MESSAGE, &mut signature)
        .unwrap();
    let public = RsaPublicKeyComponents::<Vec<u8>>::from(pair.public());
    let (n, e) = (encode(&public.n), encode(&public.e));
    (json!({ "kty": "RSA", "n": n, "e": e }), signature)
}

fn ecdsa(curve: &str, algorithm: &'static EcdsaSigningAlgorithm) -> (Value, Vec<u8>) {
    let random = SystemRandom::new();
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(algorithm, &random).unwrap();
    let pair = EcdsaKeyPair::from_pkcs8(algorithm, pkcs8.as_ref(), &random).unwrap();
    let (x, y) = pair.public_key().as_ref()[1..].split_at(pair.public_key().as_ref().len() / 2);
    let jwk = json!({ "kty": "EC", "crv": curve, "x": encode(x), "y": encode(y) });
    (jwk, pair.sign(&random, MESSAGE).unwrap().as_ref().to_vec())
}

fn ed25519() -> (Value, Vec<u8>) {
    let pkcs8 = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
    let pair = Ed25519KeyPair::from_pkcs8(pkcs8.as_ref()).unwrap();
    let jwk = json!({ "kty": "OKP", "crv": "Ed25519", "x": encode(pair.public_key().as_ref()) });
    (jwk, pair.sign(MESSAGE).as_ref().to_vec())
}

fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

#[test]
fn idt_02_a_signature_passes_under_its_own_algorithm_alone() {
    for signed in Signed::all() {
        for algorithm in SigningAlgorithm::ALL {
            let passes = signed.passes(&signed.key(), algorithm);
            assert_eq!(passes, algorithm == signed.algorithm, "{algorithm:?}");
        }
    }
}

#[test]
fn idt_01_a_signature_of_something_else_or_by_another_key_does_not_pass() {
    for mut signed in Signed::all() {
        let (key, algorithm) = (signed.key(), signed.algorithm);
        for message in [&b"messag"[..], b"message ", b""] {
            let verified = key.verifies(algorithm, message, &signed.signature);
            assert!(!verified, "{algorithm:?}");
        }
        for index in [0, signed.signature.len() - 1] {
            signed.signature[index] ^= 1;
            assert!(!signed.passes(&key, signed.algorithm), "{algorithm:?}");
            signed.signature[index] ^= 1;
        }
        for signature in [&signed.signature[1..], &[]] {
            let verified = key.verifies(algorithm, MESSAGE, signature);
            assert!(!verified, "{algorithm:?}");
        }
    }
}

#[test]
fn idt_16_a_key_is_used_with_its_own_algorithm_alone() {
    for mut signed in Signed::all() {
        for algorithm in SigningAlgorithm::ALL {
            signed.jwk["alg"] = algorithm.name().into();
            let passes = signed.passes(&signed.key(), signed.algorithm);
            assert_eq!(passes, algorithm == signed.algorithm, "{algorithm:?}");
        }
    }
}

#[test]
fn a_key_for_ed25519_may_have_either_name_of_the_algorithm() {
    let mut signed = Signed::under(SigningAlgorithm::EdDsa);
    for name in ["EdDSA", "Ed25519"] {
        signed.jwk["alg"] = name.into();
        assert!(
            signed.passes(&signed.key(), SigningAlgorithm::EdDsa),
            "{name}"
        );
    }
}

#[test]
fn idt_02_a_key_for_an_algorithm_that_is_not_supported_is_unusable() {
    for mut signed in Signed::all() {
        for name in ["none", "HS256", "RSA-OAEP", "rs256", ""] {
            signed.jwk["alg"] = name.into();
            let key = serde_json::from_value::<VerifyingKey>(signed.jwk.clone());
            assert!(key.is_err(), "{name}");
        }
    }
}

#[test]
fn a_modulus_may_begin_with_zeros() {
    let mut signed = Signed::under(SigningAlgorithm::Rs256);
    let n = URL_SAFE_NO_PAD.decode(signed.jwk["n"].as_str().unwrap());
    signed.jwk["n"] = encode(&[&[0, 0], &*n.unwrap()].concat()).into();

    assert_eq!(signed.key().modulus_bits(), Some(2048));
    assert!(signed.passes(&signed.key(), SigningAlgorithm::Rs256));
}

#[test]
fn idt_16_the_coordinates_of_a_point_have_the_length_of_the_curve() {
    let mut signed = Signed::under(SigningAlgorithm::Es256);
    let part = |name: &str| URL_SAFE_NO_PAD.decode(signed.jwk[name].as_str().unwrap());
    let point = [part("x").unwrap(), part("y").unwrap()].concat();
    signed.jwk["x"] = encode(&point[..31]).into();
    signed.jwk["y"] = encode(&point[31..]).into();

    assert!(!signed.passes(&signed.key(), SigningAlgorithm::Es256));
}

/// What a provider may write into its key set is not what ring would generate.
#[test]
fn idt_16_numbers_and_points_that_make_no_key_verify_nothing() {
    let (long, even) = ([0xff; 4096], [0xfe; 256]);
    let wrong: [&[u8]; 9] = [
        &[],
        &[0],
        &[1],
        &[2],
        &[0; 32],
        &[0xff; 32],
        &[0xff; 256],
        &even,
        &long,
    ];
    for signed in Signed::all() {
        for field in ["n", "e", "x", "y"] {
            if signed.jwk.get(field).is_none() {
                continue;
            }
            for value in wrong {
                let mut jwk = signed.jwk.clone();
                jwk[field] = encode(value).into();
                let key: VerifyingKey = serde_json::from_value(jwk).unwrap();
                assert!(!signed.passes(&key, signed.algorithm), "{field} {value:?}");
            }
        }
    }
}
