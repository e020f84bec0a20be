mod examination;
mod refresh;

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use belgie_domain::{EmailClaim, Issuer, ProviderId, ProviderIdentity};
use belgie_ports::{
    AuthorizationRequest, BoxFuture, Brand, Clock, CodeGrant, Examined, Exchanged, IdTokenGrant,
    IdentityProvider, ProviderError, ProviderTokens, RefreshGrant, VerifiedIdToken,
};
use belgie_provider_http::{ConcurrencyLimit, Fault, HttpClient, in_time};
use url::Url;

use crate::authorization;
use crate::cached::Cached;
use crate::config::OidcConfig;
use crate::discovery::{self, Metadata};
use crate::document;
use crate::fault::{ProviderFault, invalid};
use crate::id_token::{self, Clients, Expected, ExpectedNonce, IdToken, OLDEST};
use crate::key_cache::KeyCache;
use crate::profile::Profile;
use crate::token_endpoint::{TokenEndpoint, TokenReply};
use crate::userinfo::UserinfoEndpoint;

/// An OpenID Connect provider, configured by discovery.
pub struct OidcProvider {
    config: OidcConfig,
    http: HttpClient,
    clock: Arc<dyn Clock>,
    metadata: Cached<Metadata>,
    keys: KeyCache,
    limit: ConcurrencyLimit,
}

impl OidcProvider {
    /// Creates a provider. Nothing is fetched before the first sign-in, so the application can start while the provider
    /// is unreachable.
    pub fn new(config: OidcConfig, http: HttpClient, clock: Arc<dyn Clock>) -> Self {
        Self {
            metadata: Cached::new(&config.id, document::DISCOVERY, Arc::clone(&clock)),
            keys: KeyCache::new(&config.id, Arc::clone(&clock)),
            limit: ConcurrencyLimit::default(),
            config,
            http,
            clock,
        }
    }

    async fn metadata(&self) -> Result<Arc<Metadata>, ProviderFault> {
        let fetch = discovery::fetch(&self.config, &self.http);
        self.metadata.get(|_| true, fetch).await
    }

    async fn exchange_code(&self, grant: CodeGrant<'_>) -> Result<Exchanged, ProviderError> {
        let metadata = self.metadata().await?;
        let endpoint = TokenEndpoint {
            config: &self.config,
            metadata: &metadata,
            http: &self.http,
        };
        let reply = endpoint.exchange(grant).await?;
        let token = reply.id_token().unwrap_or_default();
        let expected = Expected {
            access_token: Some(reply.access_token()),
            max_age: self.config.parameters.least_max_age(grant.max_age),
            ..self.expected(Some(ExpectedNonce::Own(grant.nonce)), &[])
        };
        let id_token = self.id_token(&metadata, token, expected).await?;
        let profile = self.profile(&metadata, &reply, &id_token).await?;
        // A time in the future is not a valid authentication time.
        let now = self.clock.now();
        let authenticated_at = id_token.authenticated_at.filter(|at| *at <= now);
        let identity = self.identity(reply.scope(), id_token, profile);
        let exchanged = Exchanged::new(identity).with_tokens(reply.into_tokens(now));
        Ok(match authenticated_at {
            Some(at) => exchanged.with_authenticated_at(at),
            None => exchanged,
        })
    }

    /// Verifies an ID token's signature and claims.
    async fn id_token(
        &self,
        metadata: &Metadata,
        token: &str,
        expected: Expected<'_>,
    ) -> Result<IdToken, ProviderError> {
        let jwt = self.keys.verify(token, metadata, &self.http);
        let jwt = jwt.await?.map_err(|error| {
            ProviderError::InvalidIdentity(invalid(format!("the ID token {error}")))
        })?;
        id_token::check(&jwt, expected).map_err(ProviderError::InvalidIdentity)
    }

    /// Returns what every ID token is validated against, without an access token.
    fn expected<'a>(
        &'a self,
        nonce: Option<ExpectedNonce<'a>>,
        extra: &'a [String],
    ) -> Expected<'a> {
        Expected {
            issuer_rule: &self.config.issuer_rule,
            clients: Clients {
                id: &self.config.client.id,
                extra,
            },
            trusted_audiences: &self.config.trusted_audiences,
            hosted_domain: self.config.hosted_domain.as_deref(),
            nonce,
            oldest: Some(OLDEST),
            access_token: None,
            max_age: self.config.parameters.least_max_age(None),
            now: self.clock.now(),
        }
    }

    /// Verifies an ID token that was posted. The userinfo endpoint cannot be asked, since there is no access token.
    async fn verify_posted(
        &self,
        grant: IdTokenGrant<'_>,
    ) -> Result<VerifiedIdToken, ProviderError> {
        let _permit = self.limit.acquire().await.map_err(Fault::from)?;
        let metadata = self.metadata().await?;
        let nonce = ExpectedNonce::OfClient(grant.nonce);
        // Native apps post tokens that their SDK has kept, so `exp` alone decides.
        let expected = Expected {
            oldest: None,
            ..self.expected(Some(nonce), &self.config.extra_client_ids)
        };
        let token = grant.id_token.secret();
        let mut id_token = self.id_token(&metadata, token, expected).await?;
        let (profile, usable_until) =
            (std::mem::take(&mut id_token.profile), id_token.usable_until);
        let identity = self.identity(None, id_token, profile);
        Ok(VerifiedIdToken::new(identity, usable_until))
    }

    /// Completes the ID token's profile from the userinfo endpoint, if needed and available.
    async fn profile(
        &self,
        metadata: &Metadata,
        reply: &TokenReply,
        id_token: &IdToken,
    ) -> Result<Profile, ProviderError> {
        let (profile, scopes) = (id_token.profile.clone(), &self.config.scopes);
        let lacks_email = profile.lacks_email(scopes);
        let Some(url) = &metadata.userinfo_endpoint else {
            return Ok(profile);
        };
        if !lacks_email && !profile.lacks_name(scopes) {
            return Ok(profile);
        }
        let endpoint = UserinfoEndpoint {
            url,
            client_id: &self.config.client.id,
            issuer_rule: &self.config.issuer_rule,
            metadata,
            keys: &self.keys,
            http: &self.http,
        };
        let more = endpoint.profile(reply.access_token(), id_token);
        let more = if lacks_email {
            more.await?
        } else {
            self.if_usable(more).await?
        };
        Ok(profile.or(more))
    }

    /// Returns an empty profile if the response cannot be used: when only the name is missing, it costs no more than
    /// the name. A response about another person still ends the sign-in.
    async fn if_usable(
        &self,
        more: impl Future<Output = Result<Profile, ProviderError>>,
    ) -> Result<Profile, ProviderError> {
        let more = tokio::time::timeout(NAME_LIMIT, more).await;
        let error = match more.unwrap_or(Err(ProviderError::TimedOut)) {
            Err(error) if !matches!(error, ProviderError::InvalidIdentity(_)) => error,
            outcome => return outcome,
        };
        let error: &(dyn std::error::Error + 'static) = &error;
        tracing::warn!(
            provider = %self.config.id,
            error,
            "could not read the name from userinfo; the sign-in goes on without it"
        );
        Ok(Profile::default())
    }

    fn identity(
        &self,
        scope: Option<String>,
        id_token: IdToken,
        profile: Profile,
    ) -> ProviderIdentity {
        let hosted_domain = id_token.hosted_domain;
        let hosted_domain = hosted_domain.filter(|domain| !domain.is_empty());
        let email = profile.email;
        let email_trusted = email.as_ref().is_some_and(|email| {
            let claim = EmailClaim::new(&email.address, email.verified);
            let claim = claim.hosted_domain(hosted_domain.as_deref());
            self.config.email_trust.covers(claim)
        });
        let mut identity = ProviderIdentity::new(id_token.issuer, id_token.subject);
        identity.email_verified = email.as_ref().is_some_and(|email| email.verified);
        identity.email_trusted = email_trusted;
        identity.email = email.map(|email| email.address);
        identity.name = profile.name;
        identity.picture = profile.picture;
        identity.hosted_domain = hosted_domain;
        identity.scope = scope;
        identity
    }

    async fn check_issuer(&self, issuer: Option<&str>) -> Result<(), ProviderError> {
        match issuer {
            Some(issuer) if self.config.issuer_rule.includes(issuer) => Ok(()),
            Some(_) => Err(ProviderError::IssuerMismatch),
            None if self.metadata().await?.promises_iss => Err(ProviderError::IssuerMismatch),
            None => Ok(()),
        }
    }

    async fn refetch(&self) -> Result<(), ProviderError> {
        let metadata = discovery::fetch(&self.config, &self.http);
        let metadata = self.metadata.fetch(metadata).await?;
        self.keys.refetch(&metadata, &self.http).await?;
        Ok(())
    }

    /// Limits the number of concurrent exchanges.
    async fn exchange_limited(&self, grant: CodeGrant<'_>) -> Result<Exchanged, ProviderError> {
        let _permit = self.limit.acquire().await.map_err(Fault::from)?;
        self.exchange_code(grant).await
    }
}

impl IdentityProvider for OidcProvider {
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
        Box::pin(async move {
            let metadata = async { Ok(self.metadata().await?) };
            let metadata = Box::pin(in_time(metadata)).await?;
            Ok(authorization::url(&self.config, &metadata, request))
        })
    }

    fn redirect_uri(&self) -> Option<&Url> {
        self.config.redirect_uri.as_ref()
    }

    fn check_response_issuer<'a>(
        &'a self,
        issuer: Option<&'a str>,
    ) -> BoxFuture<'a, Result<(), ProviderError>> {
        Box::pin(in_time(self.check_issuer(issuer)))
    }

    fn exchange<'a>(
        &'a self,
        grant: CodeGrant<'a>,
    ) -> BoxFuture<'a, Result<Exchanged, ProviderError>> {
        Box::pin(in_time(self.exchange_limited(grant)))
    }

    fn verify_id_token<'a>(
        &'a self,
        grant: IdTokenGrant<'a>,
    ) -> BoxFuture<'a, Result<VerifiedIdToken, ProviderError>> {
        Box::pin(in_time(self.verify_posted(grant)))
    }

    fn serves_issuer(&self, issuer: &Issuer) -> bool {
        self.config.issuer_rule.includes(issuer.as_str())
    }

    fn can_reauthenticate(&self) -> bool {
        self.config.reports_auth_time
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
        Box::pin(in_time(self.revoke_tokens(tokens)))
    }

    fn brand(&self) -> Option<Brand> {
        self.config.brand
    }

    fn examine<'a>(&'a self, redirect_uri: &'a Url) -> BoxFuture<'a, Vec<Examined>> {
        Box::pin(self.examine_parts(redirect_uri))
    }

    fn probe(&self) -> BoxFuture<'_, Result<(), ProviderError>> {
        Box::pin(in_time(self.refetch()))
    }
}

impl fmt::Debug for OidcProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OidcProvider")
            .field("config", &self.config)
            .finish_non_exhaustive()
    }
}

/// How long a person waits for nothing but the name.
const NAME_LIMIT: Duration = Duration::from_secs(3);
