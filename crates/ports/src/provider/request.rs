use std::fmt;

use belgie_domain::{AuthorizationCode, CodeVerifier, Nonce, State};
use chrono::TimeDelta;
use url::Url;

/// The parameters of an authorization request that change with each sign-in.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct AuthorizationRequest<'a> {
    /// Returned with the response.
    pub state: &'a State,
    /// Returned in the ID token.
    pub nonce: &'a Nonce,
    /// The PKCE code verifier; its S256 challenge is sent (RFC 7636 §4.2).
    pub code_verifier: &'a CodeVerifier,
    /// Where the provider sends the browser afterwards.
    pub redirect_uri: &'a Url,
    /// Requests re-authentication: the longest time ago that the person may have authenticated (OpenID Connect Core
    /// §3.1.2.1 `max_age`, `prompt=login`).
    pub max_age: Option<TimeDelta>,
}

impl<'a> AuthorizationRequest<'a> {
    /// Creates a request that does not ask for re-authentication.
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

    /// Asks the provider to authenticate the person again; the result may be at most `max_age` old.
    #[must_use]
    pub fn with_max_age(mut self, max_age: TimeDelta) -> Self {
        self.max_age = Some(max_age);
        self
    }

    /// Returns the parameters that any authorization request for a code has, whatever the provider (RFC 6749 §4.1.1,
    /// RFC 7636 §4.3); the client's own, the scope, and the nonce of OpenID Connect are left to the provider.
    pub fn parameters(&self) -> [(&'static str, String); 5] {
        [
            ("response_type", "code".to_owned()),
            ("redirect_uri", self.redirect_uri.to_string()),
            ("state", self.state.secret().to_owned()),
            ("code_challenge", self.code_verifier.s256_challenge()),
            ("code_challenge_method", "S256".to_owned()),
        ]
    }
}

/// The parameters of a code exchange.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct CodeGrant<'a> {
    /// The authorization code.
    pub code: &'a AuthorizationCode,
    /// Proves that this client started the sign-in (RFC 7636 §4.5).
    pub code_verifier: &'a CodeVerifier,
    /// The nonce that the ID token must contain.
    pub nonce: &'a Nonce,
    /// The redirect URI of the authorization request (RFC 6749 §4.1.3).
    pub redirect_uri: &'a Url,
    /// The `max_age` of the authorization request, which the authentication time must satisfy.
    pub max_age: Option<TimeDelta>,
}

impl<'a> CodeGrant<'a> {
    /// Creates a grant without a requirement on the authentication time.
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

    /// Requires the person to have authenticated less than `max_age` ago.
    #[must_use]
    pub fn with_max_age(mut self, max_age: TimeDelta) -> Self {
        self.max_age = Some(max_age);
        self
    }

    /// Returns the parameters that any token request for a code has, whatever the provider (RFC 6749 §4.1.3, RFC 7636
    /// §4.5); the client's own are left to the provider.
    pub fn parameters(&self) -> [(&'static str, &'a str); 4] {
        [
            ("grant_type", "authorization_code"),
            ("code", self.code.secret()),
            ("code_verifier", self.code_verifier.secret()),
            ("redirect_uri", self.redirect_uri.as_str()),
        ]
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
