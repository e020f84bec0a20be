//! Refreshing and revoking tokens.

use belgie_ports::{ProviderError, ProviderTokens, RefreshGrant};

use super::OidcProvider;
use crate::discovery::Metadata;
use crate::fault::{ProviderFault, invalid};
use crate::id_token::Expected;
use crate::revocation::RevocationEndpoint;
use crate::token_endpoint::{TokenEndpoint, TokenReply};

impl OidcProvider {
    /// Limits the number of concurrent refreshes, together with the exchanges.
    pub(super) async fn refresh_limited(
        &self,
        grant: RefreshGrant<'_>,
    ) -> Result<ProviderTokens, ProviderError> {
        let _permit = self.limit.acquire().await.map_err(ProviderFault::from)?;
        let metadata = self.metadata().await?;
        let endpoint = TokenEndpoint {
            config: &self.config,
            metadata: &metadata,
            http: &self.http,
        };
        let reply = endpoint.refresh(grant.refresh_token).await?;
        if let Some(token) = reply.id_token() {
            self.check_owner(&metadata, &reply, token, grant).await?;
        }
        Ok(reply.into_tokens(self.clock.now()))
    }

    /// Checks that an ID token is about the person to whom the tokens belong (OpenID Connect Core §12.2).
    async fn check_owner(
        &self,
        metadata: &Metadata,
        reply: &TokenReply,
        token: &str,
        grant: RefreshGrant<'_>,
    ) -> Result<(), ProviderError> {
        let expected = Expected {
            access_token: Some(reply.access_token()),
            max_age: None,
            ..self.expected(None, &[])
        };
        let id_token = self.id_token(metadata, token, expected).await?;
        if id_token.issuer == *grant.issuer && id_token.subject == *grant.subject {
            return Ok(());
        }
        let reason = invalid("the refreshed ID token is about somebody else");
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
