use belgie_domain::Issuer;
use belgie_ports::InvalidIdentity;
use serde_json::Value;

use crate::tenant::TenantIssuers;

/// Which issuer a provider's documents and ID tokens must name.
#[derive(Clone, Debug)]
pub(crate) enum IssuerRule {
    /// The configured one.
    Exact(Issuer),
    /// That of the token's own tenant.
    Tenant(TenantIssuers),
}

impl IssuerRule {
    /// Returns whether the discovery document names the right issuer, byte for byte (OpenID Connect Discovery §4.3).
    pub(crate) fn is_discovered(&self, issuer: &str) -> bool {
        match self {
            Self::Exact(expected) => issuer == expected.as_str(),
            Self::Tenant(issuers) => issuer == issuers.discovered(),
        }
    }

    /// Returns whether tokens and authorization responses (RFC 9207 §2.4) may name this issuer.
    pub(crate) fn includes(&self, issuer: &str) -> bool {
        match self {
            Self::Exact(expected) => issuer == expected.as_str(),
            Self::Tenant(issuers) => issuers.include(issuer),
        }
    }

    /// Returns the issuer that a token with this `tid` must name.
    pub(crate) fn of_token(&self, tid: Option<&Value>) -> Result<Issuer, InvalidIdentity> {
        match self {
            Self::Exact(issuer) => Ok(issuer.clone()),
            Self::Tenant(issuers) => issuers.of_token(tid),
        }
    }

    /// Returns whether a key may sign the tokens of an issuer, judging by the key's `issuer` member, which only a
    /// provider with tenants sends.
    pub(crate) fn allows_key(&self, key_issuer: Option<&Value>, issuer: &Issuer) -> bool {
        match self {
            Self::Exact(_) => true,
            Self::Tenant(issuers) => issuers.allow_key(key_issuer, issuer),
        }
    }
}
