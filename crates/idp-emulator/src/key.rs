//! An RSA key that signs ID tokens (RS256, RFC 7518 §3.3).

use std::fmt;
use std::sync::OnceLock;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::rand::SystemRandom;
use ring::rsa::PublicKeyComponents;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use rsa::pkcs8::{EncodePrivateKey as _, EncodePublicKey as _};
use rsa::{BigUint, RsaPrivateKey, RsaPublicKey};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

pub(crate) struct SigningKey {
    kid: String,
    modulus: Vec<u8>,
    exponent: String,
    public_der: Vec<u8>,
    pair: RsaKeyPair,
}

impl SigningKey {
    /// Generates a key of 2048 bits, which takes many seconds where `rsa` is not optimised.
    pub(crate) fn generate() -> Self {
        let private = RsaPrivateKey::new(&mut rsa::rand_core::OsRng, 2048)
            .expect("the operating system provides randomness");
        let pkcs8 = private
            .to_pkcs8_der()
            .expect("a key that was just made can be encoded");
        Self::from_pkcs8(pkcs8.as_bytes())
    }

    /// Returns the keys that emulators begin with: published with the source, since they guard nothing.
    pub(crate) fn embedded() -> impl Iterator<Item = Self> {
        EMBEDDED.into_iter().map(Self::from_pkcs8)
    }

    /// Returns a key that no emulator publishes, the same for the whole process.
    pub(crate) fn stranger() -> &'static Self {
        static KEY: OnceLock<SigningKey> = OnceLock::new();
        KEY.get_or_init(|| Self::from_pkcs8(STRANGER))
    }

    fn from_pkcs8(pkcs8: &[u8]) -> Self {
        let pair =
            RsaKeyPair::from_pkcs8(pkcs8).expect("ring accepts a key of 2048 bits in PKCS#8");
        let public: PublicKeyComponents<Vec<u8>> = pair.public().into();
        Self {
            kid: key_id(&public.n),
            exponent: URL_SAFE_NO_PAD.encode(&public.e),
            public_der: public_der(&public),
            modulus: public.n,
            pair,
        }
    }

    pub(crate) fn kid(&self) -> &str {
        &self.kid
    }

    /// Returns the public key as PEM, which an algorithm-confusion attack uses as the HMAC secret.
    pub(crate) fn public_pem(&self) -> String {
        pem(&self.public_der)
    }

    /// Returns the public key as DER, which can be misused in the same way.
    pub(crate) fn public_der(&self) -> &[u8] {
        &self.public_der
    }

    pub(crate) fn modulus(&self) -> &[u8] {
        &self.modulus
    }

    pub(crate) fn jwk(&self) -> Value {
        json!({
            "kty": "RSA",
            "use": "sig",
            "alg": "RS256",
            "kid": self.kid,
            "n": URL_SAFE_NO_PAD.encode(&self.modulus),
            "e": self.exponent,
        })
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        let mut signature = vec![0; self.pair.public().modulus_len()];
        self.pair
            .sign(
                &RSA_PKCS1_SHA256,
                &SystemRandom::new(),
                message,
                &mut signature,
            )
            .expect("the signature has the length of the modulus");
        signature
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("kid", &self.kid)
            .finish_non_exhaustive()
    }
}

/// Derives a key id from the public key, so that a key always has the same id.
pub(crate) fn key_id(public: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(&Sha256::digest(public)[..20])
}

fn public_der(public: &PublicKeyComponents<Vec<u8>>) -> Vec<u8> {
    let [modulus, exponent] = [&public.n, &public.e].map(|bytes| BigUint::from_bytes_be(bytes));
    let public = RsaPublicKey::new(modulus, exponent)
        .expect("ring accepts only keys with a valid public half");
    let der = public
        .to_public_key_der()
        .expect("a valid public key can be encoded");
    der.into_vec()
}

fn pem(der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let mut pem = String::from("-----BEGIN PUBLIC KEY-----\n");
    for (index, character) in text.chars().enumerate() {
        if index > 0 && index % 64 == 0 {
            pem.push('\n');
        }
        pem.push(character);
    }
    pem.push_str("\n-----END PUBLIC KEY-----\n");
    pem
}

/// PKCS#8, made once by `openssl genpkey`.
const EMBEDDED: [&[u8]; 4] = [
    include_bytes!("keys/first.der"),
    include_bytes!("keys/second.der"),
    include_bytes!("keys/third.der"),
    include_bytes!("keys/fourth.der"),
];
const STRANGER: &[u8] = include_bytes!("keys/stranger.der");

#[cfg(test)]
mod tests {
    use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};

    use super::*;

    #[test]
    fn a_signature_verifies_with_the_published_key() {
        let key = SigningKey::stranger();
        let jwk = key.jwk();
        let part = |name: &str| URL_SAFE_NO_PAD.decode(jwk[name].as_str().unwrap()).unwrap();

        let public = RsaPublicKeyComponents {
            n: part("n"),
            e: part("e"),
        };

        assert!(
            public
                .verify(
                    &RSA_PKCS1_2048_8192_SHA256,
                    b"message",
                    &key.sign(b"message")
                )
                .is_ok()
        );
    }

    #[test]
    fn the_public_pem_has_lines_of_64_characters() {
        let pem = SigningKey::stranger().public_pem();
        let lines: Vec<&str> = pem.lines().collect();

        assert_eq!(lines.first(), Some(&"-----BEGIN PUBLIC KEY-----"));
        assert_eq!(lines.last(), Some(&"-----END PUBLIC KEY-----"));
        assert!(lines.iter().all(|line| line.len() <= 64));
        assert_eq!(lines[1].len(), 64);
    }
}
