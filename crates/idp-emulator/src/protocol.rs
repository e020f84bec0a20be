//! The protocols that the provider speaks, side by side on one address.

use crate::path;
use crate::provider::Provider;

/// The protocol of an authorization request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Protocol {
    OpenIdConnect,
    /// GitHub's OAuth 2.0, in the shape of GitHub Enterprise Server.
    Github,
}

impl Protocol {
    pub(crate) const ALL: [Self; 2] = [Self::OpenIdConnect, Self::Github];

    pub(crate) fn of_path(authorization_path: &str) -> Self {
        if authorization_path == path::GITHUB_AUTHORIZATION {
            Self::Github
        } else {
            Self::OpenIdConnect
        }
    }

    pub(crate) fn authorization_path(self) -> &'static str {
        match self {
            Self::OpenIdConnect => path::AUTHORIZATION,
            Self::Github => path::GITHUB_AUTHORIZATION,
        }
    }

    /// Returns the `iss` of authorization responses (RFC 9207).
    pub(crate) fn issuer(self, provider: &Provider) -> String {
        match self {
            Self::OpenIdConnect => provider.issuer.clone(),
            Self::Github => provider.url(path::GITHUB_ISSUER),
        }
    }
}
