use std::fmt;

use belgie_domain::ProviderIdentity;
use chrono::{DateTime, TimeDelta, Utc};
use secrecy::{ExposeSecret, SecretString};

/// The result of exchanging an authorization code.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Exchanged {
    /// The person who signed in.
    pub identity: ProviderIdentity,
    /// The tokens for the provider's APIs.
    pub tokens: Option<ProviderTokens>,
    /// When the person last authenticated at the provider, if it reports that (OpenID Connect Core §2 `auth_time`).
    pub authenticated_at: Option<DateTime<Utc>>,
}

impl Exchanged {
    /// Creates a result that has only an identity.
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

    /// Sets when the person authenticated.
    #[must_use]
    pub fn with_authenticated_at(mut self, at: DateTime<Utc>) -> Self {
        self.authenticated_at = Some(at);
        self
    }
}

/// A provider's tokens (RFC 6749 §5.1). They are secret: `Debug` does not show them, and they are zeroed on drop.
#[derive(Clone)]
pub struct ProviderTokens {
    access_token: SecretString,
    refresh_token: Option<SecretString>,
    id_token: Option<SecretString>,
    expires_at: Option<DateTime<Utc>>,
    scope: Option<String>,
}

impl ProviderTokens {
    /// Wraps an access token.
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

    /// Sets for how many seconds after `now` the access token is valid (RFC 6749 §5.1 `expires_in`). A time beyond the
    /// range of the calendar counts as not stated.
    #[must_use]
    pub fn with_expires_in(mut self, seconds: u64, now: DateTime<Utc>) -> Self {
        let lifetime = i64::try_from(seconds).ok().and_then(TimeDelta::try_seconds);
        self.expires_at = lifetime.and_then(|lifetime| now.checked_add_signed(lifetime));
        self
    }

    /// Sets the granted scope, space-separated.
    #[must_use]
    pub fn with_scope(mut self, scope: impl Into<String>) -> Self {
        self.scope = Some(scope.into());
        self
    }

    /// Returns the access token itself, for requests to the provider. Never log it.
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

    /// Returns when the access token expires, if the provider reports it.
    pub fn expires_at(&self) -> Option<DateTime<Utc>> {
        self.expires_at
    }

    /// Returns the granted scope, space-separated, if the provider reports it.
    pub fn scope(&self) -> Option<&str> {
        self.scope.as_deref()
    }
}

impl fmt::Debug for ProviderTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ProviderTokens(…)")
    }
}
