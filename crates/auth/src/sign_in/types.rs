use std::fmt;

use belgie_domain::{BrowserBinding, ClientInfo, Delivery, SessionToken};
use url::Url;

use crate::SignedIn;

/// The parameters of a sign-in.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct BeginSignIn<'a> {
    /// The provider's id.
    pub provider: &'a str,
    /// Where the browser should go afterwards; `None` for the configured default.
    pub redirect_url: Option<&'a str>,
    /// The front end's own `state`, at most 512 characters, returned unchanged.
    pub client_state: Option<&'a str>,
    /// How the result reaches the front end.
    pub delivery: Delivery,
    /// The browser's existing binding, so that several attempts can be open at once.
    pub binding: Option<BrowserBinding>,
    /// The session the browser holds, which the new one replaces.
    pub replaces: Option<SessionToken>,
    /// Where the request came from.
    pub client: ClientInfo,
}

/// A started sign-in.
#[derive(Clone)]
#[non_exhaustive]
pub struct AuthorizationRedirect {
    /// Where to redirect the browser.
    pub authorization_url: Url,
    /// The binding the browser must hold and present on return.
    pub binding: BrowserBinding,
}

/// The authorization response, as the browser delivers it.
#[derive(Clone)]
#[non_exhaustive]
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
    /// An error (RFC 6749 §4.1.2.1).
    Error {
        /// `error`, such as `access_denied`.
        code: &'a str,
        /// `error_description`, for the log.
        description: Option<&'a str>,
    },
    /// Neither, or a parameter is repeated (RFC 6749 §3.1).
    Malformed,
}

/// The outcome of a completed flow.
///
/// Deliberately exhaustive, so that a web layer cannot overlook a new outcome.
#[derive(Clone)]
pub enum Completed {
    /// The person is signed in, by the session cookie.
    SignedIn(Box<SignedIn>),
    /// The person is known, and the front end exchanges the one-time code in the location for a session.
    CodeIssued {
        /// Where to send the browser.
        location: String,
    },
    /// The account was added to the user who had asked for that.
    Linked {
        /// Where to send the browser.
        location: String,
    },
}

/// Omits the locations, which may contain a code or an access token.
impl fmt::Debug for Completed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SignedIn(_) => "SignedIn(…)",
            Self::CodeIssued { .. } => "CodeIssued(…)",
            Self::Linked { .. } => "Linked(…)",
        })
    }
}

impl Completed {
    /// Returns where to send the browser.
    pub fn location(&self) -> &str {
        match self {
            Self::SignedIn(signed_in) => &signed_in.location,
            Self::CodeIssued { location } | Self::Linked { location } => location,
        }
    }
}

impl<'a> BeginSignIn<'a> {
    /// Creates the parameters of a sign-in with this provider, without any information about the browser.
    pub fn new(provider: &'a str) -> Self {
        Self {
            provider,
            redirect_url: None,
            client_state: None,
            delivery: Delivery::Cookie,
            binding: None,
            replaces: None,
            client: ClientInfo::default(),
        }
    }

    /// Sets where the browser should go afterwards.
    #[must_use]
    pub fn with_redirect_url(mut self, url: impl Into<Option<&'a str>>) -> Self {
        self.redirect_url = url.into();
        self
    }

    /// Sets the front end's own `state`.
    #[must_use]
    pub fn with_client_state(mut self, state: impl Into<Option<&'a str>>) -> Self {
        self.client_state = state.into();
        self
    }

    /// Sets how the result reaches the front end; by default by the session cookie.
    #[must_use]
    pub fn with_delivery(mut self, delivery: Delivery) -> Self {
        self.delivery = delivery;
        self
    }

    /// Sets the browser's existing binding.
    #[must_use]
    pub fn with_binding(mut self, binding: impl Into<Option<BrowserBinding>>) -> Self {
        self.binding = binding.into();
        self
    }

    /// Sets the session that the new one replaces.
    #[must_use]
    pub fn replacing(mut self, session: impl Into<Option<SessionToken>>) -> Self {
        self.replaces = session.into();
        self
    }

    /// Sets where the request came from.
    #[must_use]
    pub fn with_client(mut self, client: ClientInfo) -> Self {
        self.client = client;
        self
    }
}

impl<'a> Callback<'a> {
    /// Creates a response from what the provider sent, without any information about the browser.
    pub fn new(provider: &'a str, states: &'a [&'a str], answer: ProviderAnswer<'a>) -> Self {
        Self {
            provider,
            states,
            answer,
            issuer: None,
            binding: None,
            replaces: None,
            client: ClientInfo::default(),
        }
    }

    /// Sets the `iss` parameter.
    #[must_use]
    pub fn with_issuer(mut self, issuer: impl Into<Option<&'a str>>) -> Self {
        self.issuer = issuer.into();
        self
    }

    /// Sets the binding the browser presents.
    #[must_use]
    pub fn with_binding(mut self, binding: impl Into<Option<BrowserBinding>>) -> Self {
        self.binding = binding.into();
        self
    }

    /// Sets the session the browser holds now.
    #[must_use]
    pub fn replacing(mut self, session: impl Into<Option<SessionToken>>) -> Self {
        self.replaces = session.into();
        self
    }

    /// Sets where the request came from.
    #[must_use]
    pub fn with_client(mut self, client: ClientInfo) -> Self {
        self.client = client;
        self
    }
}

/// Shows only the URL's host: its query contains the state and the nonce, and the binding is secret too.
impl fmt::Debug for AuthorizationRedirect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthorizationRedirect")
            .field("provider", &self.authorization_url.host_str())
            .finish_non_exhaustive()
    }
}

/// Omits the states, the binding and the session, which are secret.
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
            Self::Error { .. } => "Error(…)",
            Self::Malformed => "Malformed",
        })
    }
}
