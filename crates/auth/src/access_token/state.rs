use std::sync::Arc;

use belgie_ports::AccessTokenSigner;

use super::key_ring::KeyRing;
use super::verified::VerifiedTokens;
use crate::Policy;

/// What access tokens need, kept as long as the [`Auth`](crate::Auth).
pub(crate) struct AccessTokenState {
    pub(super) signer: Option<Arc<dyn AccessTokenSigner>>,
    pub(super) issuer: String,
    pub(super) audience: String,
    pub(super) ring: KeyRing,
    pub(super) verified: VerifiedTokens,
}

impl AccessTokenState {
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
