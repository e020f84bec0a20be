//! Signs a JWT, correctly or in a deliberately wrong way.

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::fault::Signature;
use crate::key::SigningKey;
use crate::odd_key::hmac_sha256;
use crate::provider::Provider;

/// The key and the way to sign with it.
pub(crate) struct Signer {
    signature: Option<Signature>,
    key: Arc<SigningKey>,
    secret: String,
}

impl Signer {
    /// Signs for a client with this secret; without a `signature` in the correct way.
    pub(crate) fn new(provider: &Provider, signature: Option<Signature>, secret: &str) -> Self {
        let retired = match signature {
            Some(Signature::RetiredKey) => provider.keys.retired(),
            _ => None,
        };
        Self {
            signature,
            key: retired.unwrap_or_else(|| provider.keys.current()),
            secret: secret.to_owned(),
        }
    }

    /// Returns the header that belongs to the signature.
    pub(crate) fn header(&self) -> Map<String, Value> {
        let mut header = Map::new();
        header.insert("typ".to_owned(), "JWT".into());
        header.insert("alg".to_owned(), self.algorithm().into());
        header.insert("kid".to_owned(), self.key.kid().into());
        if let Some(Signature::Odd(odd)) = self.signature {
            header.insert("kid".to_owned(), odd.kid().into());
        }
        if let Some(Signature::EmbeddedKey) = self.signature {
            let stranger = SigningKey::stranger();
            header.insert("kid".to_owned(), stranger.kid().into());
            header.insert("jwk".to_owned(), stranger.jwk());
        }
        header
    }

    fn algorithm(&self) -> &'static str {
        match self.signature {
            None
            | Some(
                Signature::BitFlipped
                | Signature::OtherKey
                | Signature::EmbeddedKey
                | Signature::RetiredKey,
            ) => "RS256",
            Some(Signature::None | Signature::NoneButSigned) => "none",
            Some(
                Signature::ClientSecret
                | Signature::PublicKeyPem
                | Signature::PublicKeyDer
                | Signature::PublicKeyModulus,
            ) => "HS256",
            Some(Signature::Odd(key)) => key.algorithm(),
        }
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        let key = &self.key;
        match self.signature {
            None | Some(Signature::NoneButSigned | Signature::RetiredKey) => key.sign(message),
            Some(Signature::BitFlipped) => {
                let mut bytes = key.sign(message);
                bytes[0] ^= 1;
                bytes
            }
            Some(Signature::OtherKey | Signature::EmbeddedKey) => {
                SigningKey::stranger().sign(message)
            }
            Some(Signature::None) => Vec::new(),
            Some(Signature::ClientSecret) => hmac_sha256(self.secret.as_bytes(), message),
            Some(Signature::PublicKeyPem) => hmac_sha256(key.public_pem().as_bytes(), message),
            Some(Signature::PublicKeyDer) => hmac_sha256(key.public_der(), message),
            Some(Signature::PublicKeyModulus) => hmac_sha256(key.modulus(), message),
            Some(Signature::Odd(odd)) => odd.sign(message, &self.secret),
        }
    }
}
