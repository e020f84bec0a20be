use std::error::Error;

use belgie_domain::{CodeVerifier, Nonce, ProviderId, ProviderIdentity, State};
use url::Url;

use crate::BoxFuture;

/// A provider that vouches for people: the relying party's side of it.
///
/// Implementations keep what they learn (metadata, keys) to themselves and hold no state of a sign-in: that is the
/// caller's, so that any node can complete what another began. Every call MUST end within 10 seconds.
pub trait IdentityProvider: Send + Sync + 'static {
    /// Returns the name in addresses and settings.
    fn id(&self) -> &ProviderId;

    /// Returns the name that people read.
    fn display_name(&self) -> &str;

    /// Returns where to send the browser: an authorization request for a code with PKCE S256, carrying `state` and,
    /// where it is OpenID Connect, `nonce`. The redirect URI is the configured one.
    ///
    /// # Errors
    /// [`ProviderError::Unavailable`] and [`ProviderError::TimedOut`] when the provider must be asked first.
    fn authorization_url<'a>(
        &'a self,
        request: AuthorizationRequest<'a>,
    ) -> BoxFuture<'a, Result<Url, ProviderError>>;

    /// Checks the `iss` parameter of an authorization response (RFC 9207 §2.4): when present it must equal the
    /// provider's issuer by simple string comparison, and it must be present when the provider's metadata promise it.
    ///
    /// # Errors
    /// [`ProviderError::IssuerMismatch`], or as [`Self::authorization_url`].
    fn check_response_issuer<'a>(
        &'a self,
        issuer: Option<&'a str>,
    ) -> BoxFuture<'a, Result<(), ProviderError>>;

    /// Exchanges an authorization code, once and never again, and returns the identity with every check passed.
    ///
    /// # Errors
    /// The [`ProviderError`] that says which kind of failure it was.
    fn exchange<'a>(
        &'a self,
        grant: CodeGrant<'a>,
    ) -> BoxFuture<'a, Result<ProviderIdentity, ProviderError>>;

    /// Asks the provider for its metadata and keys afresh: for an operator who wants to know whether it answers.
    ///
    /// # Errors
    /// As [`Self::authorization_url`].
    fn probe(&self) -> BoxFuture<'_, Result<(), ProviderError>>;
}

/// What an authorization request carries besides the provider's own configuration.
#[derive(Clone, Copy, Debug)]
pub struct AuthorizationRequest<'a> {
    /// Comes back with the response.
    pub state: &'a State,
    /// Comes back in the ID token.
    pub nonce: &'a Nonce,
    /// Its S256 challenge is sent (RFC 7636 §4.2).
    pub code_verifier: &'a CodeVerifier,
}

/// What an authorization code is exchanged with.
#[derive(Clone, Copy)]
pub struct CodeGrant<'a> {
    /// The authorization code.
    pub code: &'a str,
    /// Proves that we began this sign-in (RFC 7636 §4.5).
    pub code_verifier: &'a CodeVerifier,
    /// What the ID token must carry.
    pub nonce: &'a Nonce,
}

impl std::fmt::Debug for CodeGrant<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CodeGrant(…)")
    }
}

/// Why a provider vouches for nobody. No text carries what the provider sent beyond a bounded, printable reason.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProviderError {
    /// So many are signing in with it already that one more has to wait.
    #[error("too many sign-ins with the provider are under way")]
    Busy,
    /// The authorization code was refused (RFC 6749 §5.2 `invalid_grant`).
    #[error("the provider refused the authorization code")]
    CodeRejected,
    /// The ID token or profile does not check out.
    #[error("the provider's identity does not check out: {0}")]
    InvalidIdentity(InvalidIdentity),
    /// The authorization response is from another issuer.
    #[error("the authorization response is not from the provider's issuer")]
    IssuerMismatch,
    /// It did not answer in time.
    #[error("the provider did not answer in time")]
    TimedOut,
    /// It cannot be reached, answers garbage, or is misconfigured; the source says which, for the log.
    #[error("the provider cannot be used")]
    Unavailable(#[source] Box<dyn Error + Send + Sync>),
}

/// Which check an ID token or profile failed: for the log, not for the client.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidIdentity(pub String);
