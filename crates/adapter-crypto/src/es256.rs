use std::fmt;
use std::sync::Arc;

use belgie_domain::{AccessToken, AccessTokenClaims, SigningAlgorithm, SigningKey, SigningKeyId};
use belgie_ports::{AccessTokenError, AccessTokenSigner, GeneratedKey, LoadedKey, UnusableKey};
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _,
    UnparsedPublicKey,
};

use crate::claims::ClaimsJson;
use crate::jws::{self, Jws};

/// Signs access tokens by ES256: ECDSA on P-256 with SHA-256 (RFC 7518 §3.4).
///
/// Randomness comes from the operating system.
#[derive(Clone, Copy, Debug, Default)]
pub struct Es256;

/// Generating a key and signing can fail for no other reason, and nothing secure can be done without randomness.
const RANDOMNESS: &str = "the operating system provides randomness";
const ALGORITHM: SigningAlgorithm = SigningAlgorithm::Es256;

impl AccessTokenSigner for Es256 {
    fn generate(&self) -> GeneratedKey {
        let random = SystemRandom::new();
        let key = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random);
        let key = key.expect(RANDOMNESS);
        let private_key = key.as_ref().to_vec();
        let pair = pair(&private_key).expect("ring reads the PKCS #8 that it has just written");
        let public_key = pair.public_key().as_ref().to_vec();
        GeneratedKey::new(ALGORITHM, public_key, private_key)
    }

    fn load(
        &self,
        id: SigningKeyId,
        private_key: &[u8],
    ) -> Result<Arc<dyn LoadedKey>, UnusableKey> {
        Ok(Arc::new(Loaded {
            header: jws::header(ALGORITHM.as_str(), id),
            pair: pair(private_key)?,
        }))
    }

    fn verify(
        &self,
        token: &AccessToken,
        keys: &[&SigningKey],
    ) -> Result<(SigningKeyId, AccessTokenClaims), AccessTokenError> {
        let jws = Jws::parse(token.secret(), ALGORITHM.as_str())?;
        let mut keys = keys.iter().filter(|key| key.algorithm == ALGORITHM);
        let key = keys.find(|key| key.id == jws.kid);
        let key = key.ok_or(AccessTokenError::UnknownKey)?;
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, &key.public_key)
            .verify(jws.signing_input.as_bytes(), &jws.signature)
            .map_err(|_| AccessTokenError::Invalid("has a wrong signature"))?;
        let claims: ClaimsJson = jws.payload()?;
        Ok((key.id, claims.try_into()?))
    }
}

/// Reads a key pair in the form of PKCS #8 (RFC 5958).
fn pair(private_key: &[u8]) -> Result<EcdsaKeyPair, UnusableKey> {
    let random = SystemRandom::new();
    EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, private_key, &random)
        .map_err(|_| UnusableKey)
}

struct Loaded {
    /// The encoded header, which is the same for all tokens of this key.
    header: String,
    pair: EcdsaKeyPair,
}

impl LoadedKey for Loaded {
    fn sign(&self, claims: &AccessTokenClaims) -> AccessToken {
        let payload = serde_json::to_vec(&ClaimsJson::from(claims));
        let payload =
            jws::encode(payload.expect("a struct of texts and numbers always serializes"));
        let message = format!("{}.{payload}", self.header);
        let signature = self.pair.sign(&SystemRandom::new(), message.as_bytes());
        let signature = signature.expect(RANDOMNESS);
        AccessToken::from_signed(&message, &jws::encode(signature))
    }
}

impl fmt::Debug for Loaded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Loaded").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
