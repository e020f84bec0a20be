use belgie_domain::{ProviderId, ProviderIdentity};
use belgie_ports::{AuthorizationRequest, BoxFuture, CodeGrant, IdentityProvider, ProviderError};
use url::Url;

/// A provider with a bug in it.
pub(crate) struct PanickingProvider(ProviderId);

impl Default for PanickingProvider {
    fn default() -> Self {
        Self("buggy".parse().unwrap())
    }
}

impl IdentityProvider for PanickingProvider {
    fn id(&self) -> &ProviderId {
        &self.0
    }

    fn display_name(&self) -> &'static str {
        "<b>Buggy</b>"
    }

    fn authorization_url<'a>(
        &'a self,
        _: AuthorizationRequest<'a>,
    ) -> BoxFuture<'a, Result<Url, ProviderError>> {
        panic!("the secret is hunter2")
    }

    fn check_response_issuer<'a>(
        &'a self,
        _: Option<&'a str>,
    ) -> BoxFuture<'a, Result<(), ProviderError>> {
        Box::pin(async { Ok(()) })
    }

    fn exchange<'a>(
        &'a self,
        _: CodeGrant<'a>,
    ) -> BoxFuture<'a, Result<ProviderIdentity, ProviderError>> {
        Box::pin(async { Err(ProviderError::CodeRejected) })
    }

    fn probe(&self) -> BoxFuture<'_, Result<(), ProviderError>> {
        Box::pin(async { Ok(()) })
    }
}
