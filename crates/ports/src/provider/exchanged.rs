use std::fmt;

use belgie_domain::ProviderIdentity;
use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret, SecretString};

/// What an authorization code was exchanged for.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Exchanged {
    /// Who has signed in.
    pub identity: ProviderIdentity,
    /// What opens the provider's APIs in the person's name.
    pub tokens: Option<ProviderTokens>,
    /// When the person last authenticated at the provider, where it says so (OpenID Connect Core §2 `auth_time`).
    pub authenticated_at: Option<DateTime<Utc>>,
}

impl Exchanged {
    /// Makes the outcome of a provider that states no more than who it is.
    pub fn new(identity: ProviderIdentity) -> Self {
        Self {
            identity,
            tokens: None,
            authenticated_at: None,
        }
    }

    /// Adds the tokens.
    #[must_use]
    pub fn with_tokens(mut self, tokens: ProviderTokens) -> Self {
        self.tokens = Some(tokens);
        self
    }

    /// Adds when the person authenticated.
    #[must_use]
    pub fn with_authenticated_at(mut self, at: DateTime<Utc>) -> Self {
        self.authenticated_at = Some(at);
        self
    }
}

/// The tokens of a provider (RFC 6749 §5.1): secrets, which do not print themselves and are erased when dropped.
#[derive(Clone)]
pub struct ProviderTokens {
    access_token: SecretString,
    refresh_token: Option<SecretString>,
    id_token: Option<SecretString>,
    expires_at: Option<DateTime<Utc>>,
    scope: Option<String>,
}

impl ProviderTokens {
    /// Takes an access token.
    pub fn new(access_token: impl Into<String>) -> Self {
        Self {
            access_token: access_token.into().into(),
            refresh_token: None,
            id_token: None,
            expires_at: None,
            scope: None,
        }
    }

    /// Adds the refresh token.
    #[must_use]
    pub fn with_refresh_token(mut self, token: impl Into<String>) -> Self {
        self.refresh_token = Some(token.into().into());
        self
    }

    /// Adds the ID token, as it was received.
    #[must_use]
    pub fn with_id_token(mut self, token: impl Into<String>) -> Self {
        self.id_token = Some(token.into().into());
        self
    }

    /// Sets when the access token expires.
    #[must_use]
    pub fn with_expires_at(mut self, at: DateTime<Utc>) -> Self {
        self.expires_at = Some(at);
        self
    }

    /// Sets the granted scope, space-separated.
    #[must_use]
    pub fn with_scope(mut self, scope: impl Into<String>) -> Self {
        self.scope = Some(scope.into());
        self
    }

    /// Returns the access token itself: for requests to the provider, never for a log.
    pub fn access_token(&self) -> &str {
        self.access_token.expose_secret()
    }

    /// Returns the refresh token itself.
    pub fn refresh_token(&self) -> Option<&str> {
        self.refresh_token.as_ref().map(ExposeSecret::expose_secret)
    }

    /// Returns the ID token itself.
    pub fn id_token(&self) -> Option<&str> {
        self.id_token.as_ref().map(ExposeSecret::expose_secret)
    }

    /// Returns when the access token expires, where the provider says so.
    pub fn expires_at(&self) -> Option<DateTime<Utc>> {
        self.expires_at
    }

    /// Returns the granted scope, space-separated, where the provider says so.
    pub fn scope(&self) -> Option<&str> {
        self.scope.as_deref()
    }
}

impl fmt::Debug for ProviderTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ProviderTokens(…)")
    }
}
