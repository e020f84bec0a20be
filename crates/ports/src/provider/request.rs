use std::fmt;

use belgie_domain::{AuthorizationCode, CodeVerifier, Nonce, State};
use chrono::TimeDelta;
use url::Url;

/// What an authorization request carries besides the provider's own configuration.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct AuthorizationRequest<'a> {
    /// Comes back with the response.
    pub state: &'a State,
    /// Comes back in the ID token.
    pub nonce: &'a Nonce,
    /// Its S256 challenge is sent (RFC 7636 §4.2).
    pub code_verifier: &'a CodeVerifier,
    /// Where the provider sends the browser back to.
    pub redirect_uri: &'a Url,
    /// Asks for re-authentication: how long ago the person may have authenticated at most (OpenID Connect Core
    /// §3.1.2.1 `max_age`, `prompt=login`).
    pub max_age: Option<TimeDelta>,
}

impl<'a> AuthorizationRequest<'a> {
    /// Makes a request that leaves it to the provider whether the person authenticates again.
    pub fn new(
        state: &'a State,
        nonce: &'a Nonce,
        code_verifier: &'a CodeVerifier,
        redirect_uri: &'a Url,
    ) -> Self {
        Self {
            state,
            nonce,
            code_verifier,
            redirect_uri,
            max_age: None,
        }
    }

    /// Asks the provider to authenticate the person again, unless that was less than `max_age` ago.
    #[must_use]
    pub fn with_max_age(mut self, max_age: TimeDelta) -> Self {
        self.max_age = Some(max_age);
        self
    }
}

/// What an authorization code is exchanged with.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct CodeGrant<'a> {
    /// The authorization code.
    pub code: &'a AuthorizationCode,
    /// Proves that we began this sign-in (RFC 7636 §4.5).
    pub code_verifier: &'a CodeVerifier,
    /// What the ID token must carry.
    pub nonce: &'a Nonce,
    /// The redirect URI of the authorization request (RFC 6749 §4.1.3).
    pub redirect_uri: &'a Url,
    /// The `max_age` of the authorization request, which the time of authentication must satisfy.
    pub max_age: Option<TimeDelta>,
}

impl<'a> CodeGrant<'a> {
    /// Makes a grant of which no time of authentication is demanded.
    pub fn new(
        code: &'a AuthorizationCode,
        code_verifier: &'a CodeVerifier,
        nonce: &'a Nonce,
        redirect_uri: &'a Url,
    ) -> Self {
        Self {
            code,
            code_verifier,
            nonce,
            redirect_uri,
            max_age: None,
        }
    }

    /// Demands that the person authenticated less than `max_age` ago.
    #[must_use]
    pub fn with_max_age(mut self, max_age: TimeDelta) -> Self {
        self.max_age = Some(max_age);
        self
    }
}

impl fmt::Debug for CodeGrant<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CodeGrant")
            .field("redirect_uri", &self.redirect_uri.as_str())
            .field("max_age", &self.max_age)
            .finish_non_exhaustive()
    }
}
