use std::fmt;
use std::sync::Arc;

use belgie_domain::{EmailClaim, Issuer, ProviderId, ProviderIdentity};
use belgie_ports::{
    AuthorizationRequest, BoxFuture, Brand, Clock, CodeGrant, Exchanged, IdentityProvider,
    InvalidIdentity, ProviderError, ProviderTokens, RefreshGrant,
};
use belgie_provider_http::{ConcurrencyLimit, Fault, HttpClient, in_time};
use url::Url;

use crate::api::Api;
use crate::authorization;
use crate::config::GithubConfig;
use crate::config_error::ConfigError;
use crate::emails::Email;
use crate::endpoints::Endpoints;
use crate::revocation::Revocation;
use crate::token_endpoint::TokenEndpoint;
use crate::user::User;

/// GitHub, or a GitHub Enterprise.
pub struct GithubProvider {
    config: GithubConfig,
    endpoints: Endpoints,
    http: HttpClient,
    clock: Arc<dyn Clock>,
    limit: ConcurrencyLimit,
}

impl GithubConfig {
    /// Creates the provider; nothing is fetched before the first sign-in.
    ///
    /// # Errors
    /// [`ConfigError::Url`] unless both URLs are https URLs without user, query and fragment (http for loopback only),
    /// [`ConfigError::ClientId`] when the client identifier is empty, [`ConfigError::Scope`] for a scope value that
    /// RFC 6749 §3.3 does not allow.
    pub fn provider(
        self,
        http: HttpClient,
        clock: Arc<dyn Clock>,
    ) -> Result<GithubProvider, ConfigError> {
        self.check()?;
        Ok(GithubProvider {
            endpoints: Endpoints::new(&self.base_url, self.api_url.as_deref())?,
            config: self,
            http,
            clock,
            limit: ConcurrencyLimit::default(),
        })
    }
}

impl GithubProvider {
    fn token_endpoint(&self) -> TokenEndpoint<'_> {
        TokenEndpoint {
            config: &self.config,
            endpoints: &self.endpoints,
            http: &self.http,
        }
    }

    fn api(&self) -> Api<'_> {
        Api {
            endpoints: &self.endpoints,
            http: &self.http,
        }
    }

    async fn exchange_code(&self, grant: CodeGrant<'_>) -> Result<Exchanged, ProviderError> {
        if grant.max_age.is_some() {
            let reason = "GitHub does not report when the person authenticated";
            return Err(ProviderError::InvalidIdentity(InvalidIdentity::new(reason)));
        }
        let _permit = self.limit.acquire().await.map_err(Fault::from)?;
        let reply = self.token_endpoint().exchange(grant).await?;
        let (user, email) = self.api().person(&reply.access_token).await?;
        let identity = self.identity(user, email, reply.scope.clone());
        let tokens = reply.into_tokens(self.clock.now());
        Ok(Exchanged::new(identity).with_tokens(tokens))
    }

    async fn refresh_limited(
        &self,
        grant: RefreshGrant<'_>,
    ) -> Result<ProviderTokens, ProviderError> {
        let _permit = self.limit.acquire().await.map_err(Fault::from)?;
        let reply = self.token_endpoint().refresh(grant.refresh_token).await?;
        Ok(reply.into_tokens(self.clock.now()))
    }

    fn revocation(&self) -> Revocation<'_> {
        Revocation {
            config: &self.config,
            endpoints: &self.endpoints,
            http: &self.http,
        }
    }

    fn identity(
        &self,
        user: User,
        email: Option<Email>,
        scope: Option<String>,
    ) -> ProviderIdentity {
        let mut identity = ProviderIdentity::new(self.endpoints.issuer.clone(), user.subject);
        if let Some(Email { address, verified }) = email {
            let claim = EmailClaim::new(&address, verified);
            identity.email_trusted = self.config.email_trust.covers(claim);
            identity.email_verified = verified;
            identity.email = Some(address);
        }
        identity.name = user.name;
        identity.picture = user.picture;
        identity.scope = scope;
        identity
    }
}

impl IdentityProvider for GithubProvider {
    fn id(&self) -> &ProviderId {
        &self.config.id
    }

    fn display_name(&self) -> &str {
        &self.config.display_name
    }

    fn authorization_url<'a>(
        &'a self,
        request: AuthorizationRequest<'a>,
    ) -> BoxFuture<'a, Result<Url, ProviderError>> {
        let url = authorization::url(&self.config, &self.endpoints, request);
        Box::pin(async { Ok(url) })
    }

    fn exchange<'a>(
        &'a self,
        grant: CodeGrant<'a>,
    ) -> BoxFuture<'a, Result<Exchanged, ProviderError>> {
        Box::pin(in_time(self.exchange_code(grant)))
    }

    /// OAuth 2.0 knows no nonce.
    fn uses_nonce(&self) -> bool {
        false
    }

    fn refresh<'a>(
        &'a self,
        grant: RefreshGrant<'a>,
    ) -> BoxFuture<'a, Result<ProviderTokens, ProviderError>> {
        Box::pin(in_time(self.refresh_limited(grant)))
    }

    fn revoke<'a>(
        &'a self,
        tokens: &'a ProviderTokens,
    ) -> BoxFuture<'a, Result<(), ProviderError>> {
        Box::pin(in_time(async {
            Ok(self.revocation().revoke(tokens.access_token()).await?)
        }))
    }

    fn redirect_uri(&self) -> Option<&Url> {
        self.config.redirect_uri.as_ref()
    }

    /// github.com sends `iss`, but a GitHub Enterprise Server may not, so it may be absent.
    fn check_response_issuer<'a>(
        &'a self,
        issuer: Option<&'a str>,
    ) -> BoxFuture<'a, Result<(), ProviderError>> {
        let outcome = match issuer {
            Some(issuer) if issuer != self.endpoints.response_issuer => {
                Err(ProviderError::IssuerMismatch)
            }
            _ => Ok(()),
        };
        Box::pin(async { outcome })
    }

    fn serves_issuer(&self, issuer: &Issuer) -> bool {
        *issuer == self.endpoints.issuer
    }

    fn probe(&self) -> BoxFuture<'_, Result<(), ProviderError>> {
        Box::pin(in_time(async { Ok(self.api().probe().await?) }))
    }

    fn brand(&self) -> Option<Brand> {
        Some(MARK)
    }
}

impl fmt::Debug for GithubProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GithubProvider")
            .field("config", &self.config)
            .finish_non_exhaustive()
    }
}

/// GitHub's mark in the colour of the text, which its guidelines for logos allow.
const MARK: Brand = Brand::new(include_str!("mark.svg"));
