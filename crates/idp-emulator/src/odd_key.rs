//! Keys that must not be used, or not as the key set describes them.

use std::sync::OnceLock;

use ring::hmac;
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _,
};
use rsa::pkcs8::DecodePrivateKey as _;
use rsa::traits::PublicKeyParts as _;
use rsa::{Pkcs1v15Sign, RsaPrivateKey};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::jwt::encode;
use crate::key::key_id;

/// A key that a careful client does not use, whether or not the key set lists it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OddKey {
    /// RSA with 1024 bits, for RS256.
    Rsa1024,
    /// An elliptic curve key (P-256), for ES256.
    EcP256,
    /// The same kind of key, but described as P-384 in the key set.
    EcWrongCurve,
    /// An Ed25519 key, for `EdDSA`.
    Ed25519,
    /// The client secret as a symmetric key (`oct`), for HS256.
    ClientSecret,
}

impl OddKey {
    pub(crate) fn algorithm(self) -> &'static str {
        match self {
            Self::Rsa1024 => "RS256",
            Self::EcP256 | Self::EcWrongCurve => "ES256",
            Self::Ed25519 => "EdDSA",
            Self::ClientSecret => "HS256",
        }
    }

    pub(crate) fn kid(self) -> String {
        match self {
            Self::Rsa1024 => key_id(&rsa_1024().n().to_bytes_be()),
            Self::EcP256 | Self::EcWrongCurve => key_id(ec_p256().public_key().as_ref()),
            Self::Ed25519 => key_id(ed25519().public_key().as_ref()),
            Self::ClientSecret => key_id(b"client secret"),
        }
    }

    pub(crate) fn jwk(self, client_secret: &str) -> Value {
        let mut jwk = match self {
            Self::Rsa1024 => json!({
                "kty": "RSA",
                "n": encode(&rsa_1024().n().to_bytes_be()),
                "e": encode(&rsa_1024().e().to_bytes_be()),
            }),
            Self::EcP256 => ec_jwk("P-256"),
            Self::EcWrongCurve => ec_jwk("P-384"),
            Self::Ed25519 => json!({
                "kty": "OKP",
                "crv": "Ed25519",
                "x": encode(ed25519().public_key().as_ref()),
            }),
            Self::ClientSecret => json!({ "kty": "oct", "k": encode(client_secret.as_bytes()) }),
        };
        jwk["use"] = "sig".into();
        jwk["alg"] = self.algorithm().into();
        jwk["kid"] = self.kid().into();
        jwk
    }

    pub(crate) fn sign(self, message: &[u8], client_secret: &str) -> Vec<u8> {
        match self {
            Self::Rsa1024 => sign_rsa_1024(message),
            Self::EcP256 | Self::EcWrongCurve => ec_p256()
                .sign(&SystemRandom::new(), message)
                .expect("the operating system provides randomness")
                .as_ref()
                .to_vec(),
            Self::Ed25519 => ed25519().sign(message).as_ref().to_vec(),
            Self::ClientSecret => hmac_sha256(client_secret.as_bytes(), message),
        }
    }
}

pub(crate) fn hmac_sha256(secret: &[u8], message: &[u8]) -> Vec<u8> {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
    hmac::sign(&key, message).as_ref().to_vec()
}

/// Signs with the `rsa` crate, because ring refuses keys this short.
fn sign_rsa_1024(message: &[u8]) -> Vec<u8> {
    let mut digest_info = SHA256_DIGEST_INFO.to_vec();
    digest_info.extend_from_slice(&Sha256::digest(message));
    rsa_1024()
        .sign(Pkcs1v15Sign::new_unprefixed(), &digest_info)
        .expect("a digest of 51 bytes fits in 128")
}

fn ec_jwk(curve: &str) -> Value {
    let point = ec_p256().public_key().as_ref();
    // An uncompressed point: 0x04, then both coordinates (SEC 1 §2.3.3).
    json!({ "kty": "EC", "crv": curve, "x": encode(&point[1..33]), "y": encode(&point[33..]) })
}

fn rsa_1024() -> &'static RsaPrivateKey {
    static KEY: OnceLock<RsaPrivateKey> = OnceLock::new();
    KEY.get_or_init(|| {
        RsaPrivateKey::from_pkcs8_der(include_bytes!("keys/short.der"))
            .expect("the embedded key is PKCS#8")
    })
}

fn ec_p256() -> &'static EcdsaKeyPair {
    static KEY: OnceLock<EcdsaKeyPair> = OnceLock::new();
    KEY.get_or_init(|| {
        let random = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random)
            .expect("the operating system provides randomness");
        EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref(), &random)
            .expect("a key that was just made can be read")
    })
}

fn ed25519() -> &'static Ed25519KeyPair {
    static KEY: OnceLock<Ed25519KeyPair> = OnceLock::new();
    KEY.get_or_init(|| {
        let pkcs8 = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new())
            .expect("the operating system provides randomness");
        Ed25519KeyPair::from_pkcs8(pkcs8.as_ref()).expect("a key that was just made can be read")
    })
}

/// The prefix of a SHA-256 digest in a PKCS#1 v1.5 signature (RFC 8017 §9.2, note 1).
const SHA256_DIGEST_INFO: [u8; 19] = [
    0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05,
    0x00, 0x04, 0x20,
];
