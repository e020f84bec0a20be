//! Access tokens: JWTs that prove a session to whoever knows our public keys (RFC 9068).

mod access_tokens;
mod key_ring;
mod keys;
mod verified;

pub use access_tokens::{AccessTokens, IssuedAccessToken};
pub use keys::Rotation;
pub use verified::VerifiedAccessToken;

use std::sync::Arc;

use belgie_ports::{AccessTokenSigner, TokenCipher};

use crate::{AuthError, Policy};
use key_ring::KeyRing;
use verified::VerifiedTokens;

/// What access tokens need, kept as long as the [`Auth`](crate::Auth).
pub(crate) struct AccessTokenParts {
    signer: Option<Arc<dyn AccessTokenSigner>>,
    issuer: String,
    audience: String,
    ring: KeyRing,
    verified: VerifiedTokens,
}

impl AccessTokenParts {
    pub(crate) fn new(signer: Option<Arc<dyn AccessTokenSigner>>, policy: &Policy) -> Self {
        let base_url = policy.redirects.base().as_str();
        let issuer = base_url.trim_end_matches('/').to_owned();
        let audience = policy.access_tokens.audience.clone();
        Self {
            signer,
            audience: audience.unwrap_or_else(|| issuer.clone()),
            issuer,
            ring: KeyRing::default(),
            verified: VerifiedTokens::default(),
        }
    }
}

/// The signer, and the cipher of its private keys.
struct Tools<'a> {
    signer: &'a dyn AccessTokenSigner,
    cipher: &'a dyn TokenCipher,
}

/// The error of an [`Auth`](crate::Auth) that was built without a signer or without a cipher.
fn not_set_up() -> AuthError {
    AuthError::NotFound("signer or cipher for access tokens".to_owned())
}
