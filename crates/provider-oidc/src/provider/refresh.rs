//! Refreshing and revoking tokens.

use belgie_ports::{ProviderError, ProviderTokens, RefreshGrant, with_causes};

use belgie_provider_http::Fault;

use super::OidcProvider;
use crate::discovery::Metadata;
use crate::fault::invalid;
use crate::id_token::Expected;
use crate::revocation::RevocationEndpoint;
use crate::token_endpoint::{TokenEndpoint, TokenReply};

impl OidcProvider {
    /// Limits the number of concurrent refreshes, together with the exchanges.
    pub(super) async fn refresh_limited(
        &self,
        grant: RefreshGrant<'_>,
    ) -> Result<ProviderTokens, ProviderError> {
        let _permit = self.limit.acquire().await.map_err(Fault::from)?;
        let metadata = self.metadata().await?;
        let endpoint = TokenEndpoint {
            config: &self.config,
            metadata: &metadata,
            http: &self.http,
        };
        let reply = endpoint.refresh(grant.refresh_token).await?;
        let reply = match reply.id_token() {
            Some(token) if !self.is_verified(&metadata, &reply, token, grant).await? => {
                reply.without_id_token()
            }
            _ => reply,
        };
        Ok(reply.into_tokens(self.clock.now()))
    }

    /// Returns whether an ID token could be verified. If the keys cannot be fetched, only the ID token is lost: the
    /// provider may have replaced the refresh token already.
    ///
    /// # Errors
    /// [`ProviderError::InvalidIdentity`] when it is invalid, or about another person than the tokens belong to (OpenID
    /// Connect Core §12.2).
    async fn is_verified(
        &self,
        metadata: &Metadata,
        reply: &TokenReply,
        token: &str,
        grant: RefreshGrant<'_>,
    ) -> Result<bool, ProviderError> {
        let expected = Expected {
            access_token: Some(reply.access_token()),
            max_age: None,
            oldest: None, // it may repeat the first one (OpenID Connect Core §12.2)
            ..self.expected(None, &[])
        };
        let id_token = match self.id_token(metadata, token, expected).await {
            Ok(id_token) => id_token,
            Err(error @ ProviderError::InvalidIdentity(_)) => return Err(error),
            Err(error) => {
                let reason = with_causes(&error);
                tracing::warn!(reason, "could not verify the ID token of a refresh");
                return Ok(false);
            }
        };
        if id_token.issuer == *grant.issuer && id_token.subject == *grant.subject {
            return Ok(true);
        }
        let reason = invalid("the refreshed ID token is about another person");
        Err(ProviderError::InvalidIdentity(reason))
    }

    pub(super) async fn revoke_tokens(&self, tokens: &ProviderTokens) -> Result<(), ProviderError> {
        let metadata = self.metadata().await?;
        let url = metadata.revocation_endpoint.as_ref();
        let endpoint = RevocationEndpoint {
            url: url.ok_or(ProviderError::Unsupported)?,
            config: &self.config,
            metadata: &metadata,
            http: &self.http,
        };
        endpoint.revoke(tokens).await
    }
}
