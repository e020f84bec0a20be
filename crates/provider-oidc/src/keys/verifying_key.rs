use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openidconnect::core::{CoreJsonWebKeyType, CoreJsonWebKeyUse, CoreJwsSigningAlgorithm};
use openidconnect::{JsonWebKey, JsonWebKeyAlgorithm, JsonWebKeyId, SignatureVerificationError};
use ring::digest::{self, digest};
use ring::signature::{self, RsaParameters, RsaPublicKeyComponents, UnparsedPublicKey};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::SigningAlgorithm;

/// A public key, as a JSON Web Key (RFC 7517), that verifies signatures with ring: openidconnect's own keys take six
/// times as long for RSA.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct VerifyingKey {
    kid: Option<JsonWebKeyId>,
    /// The only algorithm that it may be used with.
    alg: Option<CoreJwsSigningAlgorithm>,
    #[serde(flatten)]
    public: PublicKey,
}

/// RFC 7518 §6.2 and §6.3, RFC 8037 §2. Curves that no supported algorithm uses are omitted.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(tag = "kty")]
enum PublicKey {
    #[serde(rename = "RSA")]
    Rsa { n: Bytes, e: Bytes },
    #[serde(rename = "EC")]
    Ec { crv: Curve, x: Bytes, y: Bytes },
    #[serde(rename = "OKP")]
    Edwards { crv: EdwardsCurve, x: Bytes },
    /// The key that openidconnect would create from a client secret. It verifies nothing.
    #[serde(skip)]
    Symmetric,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
enum Curve {
    #[serde(rename = "P-256")]
    P256,
    #[serde(rename = "P-384")]
    P384,
}

#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
enum EdwardsCurve {
    Ed25519,
}

/// Bytes, encoded as base64url.
#[derive(Clone, Debug)]
struct Bytes(Vec<u8>);

impl VerifyingKey {
    /// Returns the length of an RSA key's modulus.
    pub(super) fn modulus_bits(&self) -> Option<usize> {
        let PublicKey::Rsa { n, .. } = &self.public else {
            return None;
        };
        let number = n.number();
        let zeros = number.first().map_or(0, |byte| byte.leading_zeros());
        Some(number.len() * 8 - zeros as usize)
    }

    /// Returns the algorithm if it may be used with this key.
    fn usable_with(&self, algorithm: &CoreJwsSigningAlgorithm) -> Option<SigningAlgorithm> {
        let known = SigningAlgorithm::of_core(algorithm)?;
        let is_its_own = self.alg.as_ref().is_none_or(|own| own == algorithm);
        (is_its_own && *self.key_type() == known.key_type()).then_some(known)
    }

    fn verifies(&self, algorithm: SigningAlgorithm, message: &[u8], signature: &[u8]) -> bool {
        match (&self.public, algorithm) {
            (PublicKey::Rsa { n, e }, algorithm) => rsa_parameters(algorithm).is_some_and(|rsa| {
                let (n, e) = (n.number(), e.number());
                let key = RsaPublicKeyComponents { n, e };
                key.verify(rsa, message, signature).is_ok()
            }),
            (PublicKey::Ec { crv, x, y }, algorithm) => {
                let (curve, ecdsa) = match algorithm {
                    SigningAlgorithm::Es256 => (Curve::P256, &signature::ECDSA_P256_SHA256_FIXED),
                    SigningAlgorithm::Es384 => (Curve::P384, &signature::ECDSA_P384_SHA384_FIXED),
                    _ => return false,
                };
                // An uncompressed point: 0x04, then both coordinates (SEC 1 §2.3.3), equally long.
                let point = [&[4], &*x.0, &*y.0].concat();
                let key = UnparsedPublicKey::new(ecdsa, point);
                let is_sound = *crv == curve && x.0.len() == y.0.len();
                is_sound && key.verify(message, signature).is_ok()
            }
            (PublicKey::Edwards { crv, x }, SigningAlgorithm::EdDsa) => {
                let EdwardsCurve::Ed25519 = crv;
                let key = UnparsedPublicKey::new(&signature::ED25519, &x.0);
                key.verify(message, signature).is_ok()
            }
            _ => false,
        }
    }
}

fn rsa_parameters(algorithm: SigningAlgorithm) -> Option<&'static RsaParameters> {
    match algorithm {
        SigningAlgorithm::Rs256 => Some(&signature::RSA_PKCS1_2048_8192_SHA256),
        SigningAlgorithm::Rs384 => Some(&signature::RSA_PKCS1_2048_8192_SHA384),
        SigningAlgorithm::Rs512 => Some(&signature::RSA_PKCS1_2048_8192_SHA512),
        SigningAlgorithm::Ps256 => Some(&signature::RSA_PSS_2048_8192_SHA256),
        SigningAlgorithm::Ps384 => Some(&signature::RSA_PSS_2048_8192_SHA384),
        SigningAlgorithm::Ps512 => Some(&signature::RSA_PSS_2048_8192_SHA512),
        SigningAlgorithm::Es256 | SigningAlgorithm::Es384 | SigningAlgorithm::EdDsa => None,
    }
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

impl JsonWebKey for VerifyingKey {
    type KeyUse = CoreJsonWebKeyUse;
    type SigningAlgorithm = CoreJwsSigningAlgorithm;

    fn key_id(&self) -> Option<&JsonWebKeyId> {
        self.kid.as_ref()
    }

    fn key_type(&self) -> &CoreJsonWebKeyType {
        match self.public {
            PublicKey::Rsa { .. } => &CoreJsonWebKeyType::RSA,
            PublicKey::Ec { .. } => &CoreJsonWebKeyType::EllipticCurve,
            PublicKey::Edwards { .. } => &CoreJsonWebKeyType::OctetKeyPair,
            PublicKey::Symmetric => &CoreJsonWebKeyType::Symmetric,
        }
    }

    /// Always `None`: keys for other purposes were discarded when the key set was parsed.
    fn key_use(&self) -> Option<&CoreJsonWebKeyUse> {
        None
    }

    fn signing_alg(&self) -> JsonWebKeyAlgorithm<&CoreJwsSigningAlgorithm> {
        match &self.alg {
            Some(algorithm) => JsonWebKeyAlgorithm::Algorithm(algorithm),
            None => JsonWebKeyAlgorithm::Unspecified,
        }
    }

    fn new_symmetric(_key: Vec<u8>) -> Self {
        Self {
            kid: None,
            alg: None,
            public: PublicKey::Symmetric,
        }
    }

    fn verify_signature(
        &self,
        algorithm: &CoreJwsSigningAlgorithm,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), SignatureVerificationError> {
        let algorithm = self.usable_with(algorithm).ok_or_else(|| {
            SignatureVerificationError::InvalidKey("it is for another algorithm".to_owned())
        })?;
        if self.verifies(algorithm, message, signature) {
            return Ok(());
        }
        let reason = "it was not made with this key".to_owned();
        Err(SignatureVerificationError::CryptoError(reason))
    }

    fn hash_bytes(
        &self,
        bytes: &[u8],
        algorithm: &CoreJwsSigningAlgorithm,
    ) -> Result<Vec<u8>, String> {
        let algorithm = self.usable_with(algorithm);
        let algorithm = algorithm.ok_or("the key is for another algorithm")?;
        Ok(digest(hash_function(algorithm), bytes).as_ref().to_vec())
    }
}

impl Bytes {
    /// Returns the bytes of a number without leading zeros, which RFC 7518 §6.3.1.1 forbids but some providers send.
    fn number(&self) -> &[u8] {
        let zeros = self.0.iter().take_while(|&&byte| byte == 0).count();
        &self.0[zeros..]
    }
}

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&URL_SAFE_NO_PAD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let decoded = URL_SAFE_NO_PAD.decode(text);
        decoded.map(Self).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests;
