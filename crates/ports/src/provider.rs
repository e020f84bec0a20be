mod brand;
mod error;
mod exchanged;
mod request;

use belgie_domain::ProviderId;
use url::Url;

use crate::BoxFuture;

pub use brand::Brand;
pub use error::{InvalidIdentity, ProviderError};
pub use exchanged::{Exchanged, ProviderTokens};
pub use request::{AuthorizationRequest, CodeGrant};

/// An identity provider, as its client (the relying party) sees it.
///
/// Implementations keep what they learn (metadata, keys) to themselves and hold no state of a sign-in: that is the
/// caller's, so that any node can complete what another began. Every call MUST end within 10 seconds, and a future that
/// is dropped before its end MUST leave the provider usable.
///
/// Four methods are required; the others have defaults that suit a provider without the feature. What a provider may
/// offer besides (refreshing and revoking tokens, verifying ID tokens that are posted) will come as further optional
/// methods with defaults, so that implementations need not change.
pub trait IdentityProvider: Send + Sync + 'static {
    /// Returns the name in addresses and settings. It MUST NOT change while the provider is in use.
    fn id(&self) -> &ProviderId;

    /// Returns the name that people read.
    fn display_name(&self) -> &str;

    /// Returns the authorization request (RFC 6749 §4.1.1) to which to send the browser.
    ///
    /// It MUST ask for a code, with the PKCE S256 challenge of `code_verifier` (RFC 7636 §4.3), and carry `state`,
    /// `redirect_uri` and, where the provider speaks OpenID Connect, `nonce`. When `max_age` is set the provider MUST be
    /// asked to authenticate the person again.
    ///
    /// # Errors
    /// [`ProviderError::Unavailable`] and [`ProviderError::TimedOut`] when the provider must be asked first.
    fn authorization_url<'a>(
        &'a self,
        request: AuthorizationRequest<'a>,
    ) -> BoxFuture<'a, Result<Url, ProviderError>>;

    /// Exchanges an authorization code (RFC 6749 §4.1.3) and returns the identity with every check passed.
    ///
    /// The code MUST be sent at most once, whatever comes of it. When `max_age` is set, an authentication that is older,
    /// or whose time the provider does not state, MUST be refused (OpenID Connect Core §3.1.3.7 (13)).
    ///
    /// # Errors
    /// The [`ProviderError`] that says which kind of failure it was; [`ProviderError::CodeRejected`] for a code that the
    /// provider did not issue, or issued for another client, verifier or redirect URI.
    fn exchange<'a>(
        &'a self,
        grant: CodeGrant<'a>,
    ) -> BoxFuture<'a, Result<Exchanged, ProviderError>>;

    /// Returns the redirect URI that is registered with the provider, when the configuration names one. Otherwise the
    /// caller chooses it; either way it comes with each request.
    fn redirect_uri(&self) -> Option<&Url> {
        None
    }

    /// Checks the `iss` parameter of an authorization response (RFC 9207 §2.4): when present it must equal the
    /// provider's issuer by simple string comparison, and it must be present when the provider's metadata promise it.
    ///
    /// The default is for a provider that does not use the parameter: a response that carries one is not its own.
    ///
    /// # Errors
    /// [`ProviderError::IssuerMismatch`], or as [`Self::authorization_url`].
    fn check_response_issuer<'a>(
        &'a self,
        issuer: Option<&'a str>,
    ) -> BoxFuture<'a, Result<(), ProviderError>> {
        let outcome = issuer.map_or(Ok(()), |_| Err(ProviderError::IssuerMismatch));
        Box::pin(async { outcome })
    }

    /// Asks the provider for its metadata and keys afresh, so that an operator sees whether it answers. The default is
    /// for a provider that has none.
    ///
    /// # Errors
    /// As [`Self::authorization_url`].
    fn probe(&self) -> BoxFuture<'_, Result<(), ProviderError>> {
        Box::pin(async { Ok(()) })
    }

    /// Returns how the provider's button looks; by default it carries the initial of [`Self::display_name`].
    fn brand(&self) -> Option<Brand> {
        None
    }
}
