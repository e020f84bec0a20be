use belgie_domain::ProviderId;
use belgie_ports::{
    AuthorizationRequest, BoxFuture, CodeGrant, Exchanged, IdentityProvider, ProviderError,
};
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

    fn exchange<'a>(&'a self, _: CodeGrant<'a>) -> BoxFuture<'a, Result<Exchanged, ProviderError>> {
        Box::pin(async { Err(ProviderError::CodeRejected(None)) })
    }
}
