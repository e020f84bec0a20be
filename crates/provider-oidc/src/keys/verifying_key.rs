use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{
    self, EcdsaVerificationAlgorithm, RsaParameters, RsaPublicKeyComponents, UnparsedPublicKey,
};
use serde::{Deserialize, Deserializer, de};
use serde_json::Value;

use crate::SigningAlgorithm;
use belgie_provider_http::json;

/// A public key, as a JSON Web Key (RFC 7517), that verifies signatures with ring.
#[derive(Debug, Deserialize)]
pub(crate) struct VerifyingKey {
    kid: Option<String>,
    /// The only algorithm that it may be used with.
    #[serde(default, deserialize_with = "algorithm")]
    alg: Option<SigningAlgorithm>,
    /// The only issuer whose tokens it may sign, as Microsoft says; any value, since others may mean something else.
    #[serde(default, deserialize_with = "json::present")]
    issuer: Option<Value>,
    #[serde(flatten)]
    public: PublicKey,
}

/// RFC 7518 §6.2 and §6.3, RFC 8037 §2. Curves that no supported algorithm uses are omitted.
#[derive(Debug, Deserialize)]
#[serde(tag = "kty")]
enum PublicKey {
    #[serde(rename = "RSA")]
    Rsa { n: Bytes, e: Bytes },
    #[serde(rename = "EC")]
    Ec { crv: Curve, x: Bytes, y: Bytes },
    #[serde(rename = "OKP")]
    Edwards { crv: EdwardsCurve, x: Bytes },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
enum Curve {
    #[serde(rename = "P-256")]
    P256,
    #[serde(rename = "P-384")]
    P384,
}

#[derive(Clone, Copy, Debug, Deserialize)]
enum EdwardsCurve {
    Ed25519,
}

/// Bytes, encoded as base64url.
#[derive(Debug)]
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

    pub(super) fn id(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// Returns the `issuer` member, if there is one.
    pub(crate) fn issuer(&self) -> Option<&Value> {
        self.issuer.as_ref()
    }

    /// Returns whether it is a key for this algorithm.
    pub(super) fn suits(&self, algorithm: SigningAlgorithm) -> bool {
        let of_its_type = match self.public {
            PublicKey::Rsa { .. } => rsa_parameters(algorithm).is_some(),
            PublicKey::Ec { crv, .. } => ecdsa(algorithm).is_some_and(|(curve, _)| curve == crv),
            PublicKey::Edwards { .. } => algorithm == SigningAlgorithm::EdDsa,
        };
        of_its_type && self.alg.is_none_or(|own| own == algorithm)
    }

    /// Returns whether it made a signature, by an algorithm that it [suits](Self::suits).
    pub(crate) fn verifies(
        &self,
        algorithm: SigningAlgorithm,
        message: &[u8],
        signature: &[u8],
    ) -> bool {
        if !self.suits(algorithm) {
            return false;
        }
        match &self.public {
            PublicKey::Rsa { n, e } => rsa_parameters(algorithm).is_some_and(|rsa| {
                let (n, e) = (n.number(), e.number());
                let key = RsaPublicKeyComponents { n, e };
                key.verify(rsa, message, signature).is_ok()
            }),
            PublicKey::Ec { x, y, .. } => ecdsa(algorithm).is_some_and(|(_, ecdsa)| {
                // An uncompressed point: 0x04, then both coordinates (SEC 1 §2.3.3), equally long.
                let point = [&[4], &*x.0, &*y.0].concat();
                let key = UnparsedPublicKey::new(ecdsa, point);
                x.0.len() == y.0.len() && key.verify(message, signature).is_ok()
            }),
            PublicKey::Edwards { crv, x } => {
                let EdwardsCurve::Ed25519 = crv;
                let key = UnparsedPublicKey::new(&signature::ED25519, &x.0);
                key.verify(message, signature).is_ok()
            }
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

fn ecdsa(algorithm: SigningAlgorithm) -> Option<(Curve, &'static EcdsaVerificationAlgorithm)> {
    match algorithm {
        SigningAlgorithm::Es256 => Some((Curve::P256, &signature::ECDSA_P256_SHA256_FIXED)),
        SigningAlgorithm::Es384 => Some((Curve::P384, &signature::ECDSA_P384_SHA384_FIXED)),
        SigningAlgorithm::Rs256
        | SigningAlgorithm::Rs384
        | SigningAlgorithm::Rs512
        | SigningAlgorithm::Ps256
        | SigningAlgorithm::Ps384
        | SigningAlgorithm::Ps512
        | SigningAlgorithm::EdDsa => None,
    }
}

/// Deserializes the name of an algorithm. A key for an unknown one is unusable.
fn algorithm<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<SigningAlgorithm>, D::Error> {
    let name = Option::<String>::deserialize(deserializer)?;
    let known = |name: String| SigningAlgorithm::find(&name);
    let unknown = || de::Error::custom("an unknown algorithm");
    name.map(|name| known(name).ok_or_else(unknown)).transpose()
}

impl Bytes {
    /// Returns the bytes of a number without leading zeros, which RFC 7518 §6.3.1.1 forbids but some providers send.
    fn number(&self) -> &[u8] {
        let zeros = self.0.iter().take_while(|&&byte| byte == 0).count();
        &self.0[zeros..]
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
