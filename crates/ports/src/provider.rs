mod brand;
mod error;
mod examination;
mod exchanged;
mod id_token;
mod refresh;
mod reported_error;
mod request;

use belgie_domain::{Issuer, ProviderId};
use url::Url;

use crate::BoxFuture;

pub use brand::Brand;
pub use error::{InvalidIdentity, ProviderError};
pub use examination::Examined;
pub use exchanged::{Exchanged, ProviderTokens};
pub use id_token::{IdTokenGrant, VerifiedIdToken};
pub use refresh::RefreshGrant;
pub use reported_error::ReportedError;
pub use request::{AuthorizationRequest, CodeGrant};

/// What the methods of a provider return: a future of a result.
pub type ProviderFuture<'a, T> = BoxFuture<'a, Result<T, ProviderError>>;

/// An identity provider, as its client (the relying party) sees it.
///
/// Implementations cache what they learn (metadata, keys) themselves but hold no state of a sign-in: the caller keeps
/// that, so that any node can complete a sign-in that another started. Every call MUST end within 10 seconds, and
/// dropping a future before it completes MUST leave the provider usable.
///
/// Four methods are required; the others have defaults that suit a provider without the feature. New features
/// become optional methods with defaults in minor versions, so existing implementations keep working.
pub trait IdentityProvider: Send + Sync + 'static {
    /// Returns the id used in paths and settings. It MUST NOT change while the provider is in use.
    fn id(&self) -> &ProviderId;

    /// Returns the name shown to people.
    fn display_name(&self) -> &str;

    /// Returns the authorization request (RFC 6749 §4.1.1) to redirect the browser to.
    ///
    /// It MUST request a code, with the PKCE S256 challenge of `code_verifier` (RFC 7636 §4.3), and carry `state`,
    /// `redirect_uri` and, for an OpenID Connect provider, `nonce`. When `max_age` is set, which needs a
    /// provider that [can re-authenticate](Self::can_reauthenticate), the request MUST ask it to authenticate the person
    /// again.
    ///
    /// # Errors
    /// [`ProviderError::Unavailable`] and [`ProviderError::TimedOut`] when the provider has to be contacted first.
    fn authorization_url<'a>(
        &'a self,
        request: AuthorizationRequest<'a>,
    ) -> BoxFuture<'a, Result<Url, ProviderError>>;

    /// Exchanges an authorization code (RFC 6749 §4.1.3) and returns the identity after every check has passed.
    ///
    /// The code MUST be sent at most once, whatever the outcome. When `max_age` is set, an authentication that is
    /// older, or whose time the provider does not report, MUST be refused (OpenID Connect Core §3.1.3.7 (13)).
    ///
    /// # Errors
    /// The [`ProviderError`] for the kind of failure; [`ProviderError::CodeRejected`] for a code that the provider did
    /// not issue, or issued for another client, verifier or redirect URI.
    fn exchange<'a>(
        &'a self,
        grant: CodeGrant<'a>,
    ) -> BoxFuture<'a, Result<Exchanged, ProviderError>>;

    /// Verifies an ID token that a client obtained itself (Google One Tap, native apps) and returns the identity after
    /// every check has passed: signature, issuer, an audience and authorized party that belong to this application, times
    /// and nonce (OpenID Connect Core §3.1.3.7). That it is used only once is the caller's part.
    ///
    /// The default is for a provider that issues no ID tokens.
    ///
    /// # Errors
    /// [`ProviderError::Unsupported`], [`ProviderError::InvalidIdentity`], or as [`Self::authorization_url`].
    fn verify_id_token<'a>(
        &'a self,
        grant: IdTokenGrant<'a>,
    ) -> BoxFuture<'a, Result<VerifiedIdToken, ProviderError>> {
        let _ = grant;
        Box::pin(async { Err(ProviderError::Unsupported) })
    }

    /// Returns whether the provider returns the nonce in an ID token, so that a client which makes its own authorization
    /// request must send one. `true`, the default, is for OpenID Connect.
    fn uses_nonce(&self) -> bool {
        true
    }

    /// Returns the redirect URI registered with the provider, if the configuration sets one. Otherwise the caller
    /// chooses it. Either way it is passed with each request.
    fn redirect_uri(&self) -> Option<&Url> {
        None
    }

    /// Checks the `iss` parameter of an authorization response (RFC 9207 §2.4): when present, it must equal the
    /// provider's issuer by simple string comparison; it must be present when the provider's metadata promises it.
    ///
    /// The default is for a provider that does not use the parameter: a response that carries one is refused.
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

    /// Exchanges a refresh token for a new access token (RFC 6749 §6). The tokens of the answer contain a refresh token
    /// only if the provider replaced the old one.
    ///
    /// The refresh token MUST be sent at most once per call. An ID token in the answer MUST be checked, and MUST be of
    /// the same issuer and subject (OpenID Connect Core §12.2). The default is for a provider without refresh tokens.
    ///
    /// # Errors
    /// [`ProviderError::RefreshRejected`] for a refresh token that the provider does not accept (any more),
    /// [`ProviderError::Unsupported`], or the [`ProviderError`] for another failure, after which the refresh token may
    /// be used again.
    fn refresh<'a>(
        &'a self,
        grant: RefreshGrant<'a>,
    ) -> BoxFuture<'a, Result<ProviderTokens, ProviderError>> {
        let _ = grant;
        Box::pin(async { Err(ProviderError::Unsupported) })
    }

    /// Revokes tokens (RFC 7009), so that neither can be used any more. The default is for a provider where that is not
    /// possible.
    ///
    /// # Errors
    /// [`ProviderError::Unsupported`], or as [`Self::authorization_url`].
    fn revoke<'a>(
        &'a self,
        tokens: &'a ProviderTokens,
    ) -> BoxFuture<'a, Result<(), ProviderError>> {
        let _ = tokens;
        Box::pin(async { Err(ProviderError::Unsupported) })
    }

    /// Fetches the provider's metadata and keys again, so that an operator can see whether the provider responds. The
    /// default is for a provider that has neither.
    ///
    /// # Errors
    /// As [`Self::authorization_url`].
    fn probe(&self) -> BoxFuture<'_, Result<(), ProviderError>> {
        Box::pin(async { Ok(()) })
    }

    /// Examines the provider's parts one by one, as [`Self::probe`] does as a whole, so that an operator can see which one
    /// is wrong. It may send the provider a request that fails if all is well, with this redirect URI.
    ///
    /// The default reports the result of [`Self::probe`].
    fn examine<'a>(&'a self, redirect_uri: &'a Url) -> BoxFuture<'a, Vec<Examined>> {
        let _ = redirect_uri;
        Box::pin(async {
            let probed = self.probe().await;
            vec![Examined::new(
                "API",
                probed.map(|()| "it answers".to_owned()),
            )]
        })
    }

    /// Returns whether the provider can be asked to authenticate the person again, and reports when that happened: whether
    /// a request and a grant with `max_age` lead anywhere. With `false`, the default, callers never set `max_age`, and a
    /// person who must authenticate again goes through an ordinary sign-in, which the provider may complete by itself.
    fn can_reauthenticate(&self) -> bool {
        false
    }

    /// Returns whether identities of this issuer can sign in with the provider: it MUST be `true` for every identity that
    /// the provider returns. Accounts of another issuer date from an earlier configuration, and are no way to sign in any
    /// more. The default is for a provider whose issuer never changes.
    fn serves_issuer(&self, issuer: &Issuer) -> bool {
        let _ = issuer;
        true
    }

    /// Returns the look of the provider's button. With `None`, the default, it shows the initial of
    /// [`Self::display_name`].
    fn brand(&self) -> Option<Brand> {
        None
    }
}
