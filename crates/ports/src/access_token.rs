use std::sync::Arc;

use belgie_domain::{AccessToken, AccessTokenClaims, SigningAlgorithm, SigningKey, SigningKeyId};
use secrecy::SecretSlice;

/// Signs and verifies access tokens in the JWT profile of RFC 9068, with one asymmetric algorithm.
///
/// What a valid token means (whose it is, for whom, until when) is not decided here.
pub trait AccessTokenSigner: Send + Sync + 'static {
    /// Generates a key pair.
    fn generate(&self) -> GeneratedKey;

    /// Prepares a private key for signing; `id` becomes the `kid` of its tokens.
    ///
    /// # Errors
    /// [`UnusableKey`] when it is none of [`Self::generate`], or of a newer version's algorithm.
    fn load(&self, id: SigningKeyId, private_key: &[u8])
    -> Result<Arc<dyn LoadedKey>, UnusableKey>;

    /// Verifies a token's form, header and signature, and returns the id of the key that signed it and the claims.
    ///
    /// The key MUST be the one of `keys` that the header's `kid` names. The header's `typ` MUST be `at+jwt`, its `alg`
    /// that of the key, and it MUST NOT have `crit`. Every field of [`AccessTokenClaims`] except those of the profile
    /// MUST be present and of the right type (RFC 8725 §3, RFC 9068 §4).
    ///
    /// # Errors
    /// [`AccessTokenError::UnknownKey`] when the token may be valid, but its `kid` names none of `keys`;
    /// [`AccessTokenError::Invalid`] otherwise.
    fn verify(
        &self,
        token: &AccessToken,
        keys: &[&SigningKey],
    ) -> Result<(SigningKeyId, AccessTokenClaims), AccessTokenError>;
}

/// A private key that is ready to sign.
pub trait LoadedKey: Send + Sync {
    /// Signs a token with these claims.
    fn sign(&self, claims: &AccessTokenClaims) -> AccessToken;
}

/// A new key pair.
#[derive(Debug)]
#[non_exhaustive]
pub struct GeneratedKey {
    /// What it is for.
    pub algorithm: SigningAlgorithm,
    /// The public key, in the form that [`SigningKey`] describes.
    pub public_key: Vec<u8>,
    /// The private key, in a form of the signer's own.
    pub private_key: SecretSlice<u8>,
}

impl GeneratedKey {
    /// Combines both halves.
    pub fn new(
        algorithm: SigningAlgorithm,
        public_key: Vec<u8>,
        private_key: impl Into<SecretSlice<u8>>,
    ) -> Self {
        Self {
            algorithm,
            public_key,
            private_key: private_key.into(),
        }
    }
}

/// A private key cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the private key of the access tokens cannot be used")]
pub struct UnusableKey;

/// Why an access token is not valid, as a sentence without its subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AccessTokenError {
    /// It is signed by none of the known keys.
    #[error("is signed by an unknown key")]
    UnknownKey,
    /// Its form, header, signature or claims are not those of an access token.
    #[error("{0}")]
    Invalid(&'static str),
}
