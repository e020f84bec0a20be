use std::fmt;

use belgie_domain::{BrowserBinding, ClientInfo, SessionToken};
use url::Url;

use crate::SignedIn;

/// What a sign-in begins with.
#[derive(Clone, Debug, Default)]
pub struct BeginSignIn<'a> {
    /// The provider's name.
    pub provider: &'a str,
    /// Where the browser wants to land; the configured place when `None`.
    pub redirect_url: Option<&'a str>,
    /// The front end's own `state`, at most 512 characters, which comes back unchanged.
    pub client_state: Option<&'a str>,
    /// What the browser holds of an earlier attempt, so that several can be open at once.
    pub binding: Option<BrowserBinding>,
    /// The session that the browser holds: the new one will take its place.
    pub replaces: Option<SessionToken>,
    /// Where the request came from.
    pub client: ClientInfo,
}

/// A sign-in that has begun.
#[derive(Clone)]
pub struct Begun {
    /// Where to send the browser.
    pub authorization_url: Url,
    /// What the browser must hold and bring back.
    pub binding: BrowserBinding,
}

/// What the browser brings back from the provider.
#[derive(Clone)]
pub struct Callback<'a> {
    /// The provider that this address is for.
    pub provider: &'a str,
    /// The `state` parameters: a proper response has one. All attempts of several are ended.
    pub states: &'a [&'a str],
    /// What the provider answered.
    pub answer: ProviderAnswer<'a>,
    /// The `iss` parameter (RFC 9207).
    pub issuer: Option<&'a str>,
    /// What the browser holds since the sign-in began.
    pub binding: Option<BrowserBinding>,
    /// The session that the browser holds now: the new one takes its place, and that of the session it held when the
    /// sign-in began.
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
    /// Neither, or one of its parameters is there more than once (RFC 6749 §3.1).
    Malformed,
}

/// What a flow through a provider has done.
#[derive(Clone, Debug)]
pub enum Completed {
    /// The person is signed in.
    SignedIn(SignedIn),
}

/// Without the address's query: it holds the state and the nonce.
impl fmt::Debug for Begun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Begun")
            .field("provider", &self.authorization_url.host_str())
            .finish_non_exhaustive()
    }
}

/// Without the states.
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
