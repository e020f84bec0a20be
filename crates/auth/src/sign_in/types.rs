use std::fmt;

use belgie_domain::{BrowserBinding, ClientInfo, SessionToken};
use url::Url;

use crate::SignedIn;

/// The parameters of a sign-in.
#[derive(Clone, Debug, Default)]
pub struct BeginSignIn<'a> {
    /// The provider's id.
    pub provider: &'a str,
    /// Where the browser should go afterwards; `None` for the configured default.
    pub redirect_url: Option<&'a str>,
    /// The front end's own `state`, at most 512 characters, returned unchanged.
    pub client_state: Option<&'a str>,
    /// The browser's existing binding, so that several attempts can be open at once.
    pub binding: Option<BrowserBinding>,
    /// The session the browser holds, which the new one replaces.
    pub replaces: Option<SessionToken>,
    /// Where the request came from.
    pub client: ClientInfo,
}

/// A started sign-in.
#[derive(Clone)]
pub struct AuthorizationRedirect {
    /// Where to redirect the browser.
    pub authorization_url: Url,
    /// The binding the browser must hold and present on return.
    pub binding: BrowserBinding,
}

/// The authorization response, as the browser delivers it.
#[derive(Clone)]
pub struct Callback<'a> {
    /// The provider whose callback was called.
    pub provider: &'a str,
    /// The `state` parameters. A valid response has one; with several, all their attempts are ended.
    pub states: &'a [&'a str],
    /// What the provider answered.
    pub answer: ProviderAnswer<'a>,
    /// The `iss` parameter (RFC 9207).
    pub issuer: Option<&'a str>,
    /// The binding the browser presents.
    pub binding: Option<BrowserBinding>,
    /// The session the browser holds now. The new one replaces it, and the session held when the sign-in was started.
    pub replaces: Option<SessionToken>,
    /// Where the request came from.
    pub client: ClientInfo,
}

/// What the provider answered (RFC 6749 §4.1.2).
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum ProviderAnswer<'a> {
    /// An authorization code.
    Code(&'a str),
    /// An error code, such as `access_denied`.
    Error(&'a str),
    /// Neither, or a parameter is repeated (RFC 6749 §3.1).
    Malformed,
}

/// The outcome of a completed flow.
#[derive(Clone, Debug)]
pub enum Completed {
    /// The person is signed in.
    SignedIn(SignedIn),
}

/// Omits the URL's query, which contains state and nonce.
impl fmt::Debug for AuthorizationRedirect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthorizationRedirect")
            .field("provider", &self.authorization_url.host_str())
            .finish_non_exhaustive()
    }
}

/// Omits the states.
impl fmt::Debug for Callback<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Callback")
            .field("provider", &self.provider)
            .field("answer", &self.answer)
            .field("issuer", &self.issuer)
            .field("client", &self.client)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for ProviderAnswer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Code(_) => "Code(…)",
            Self::Error(_) => "Error(…)",
            Self::Malformed => "Malformed",
        })
    }
}
