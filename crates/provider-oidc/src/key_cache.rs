use std::sync::Arc;

use belgie_domain::ProviderId;
use belgie_ports::Clock;

use crate::cached::Cached;
use crate::discovery::Metadata;
use crate::document;
use crate::fault::ProviderFault;
use crate::jwt::{self, JwtError, VerifiedJwt};
use crate::keys::{self, Keys};
use belgie_provider_http::HttpClient;

/// The cached signing keys of a provider.
#[derive(Debug)]
pub(crate) struct KeyCache {
    keys: Cached<Keys>,
}

impl KeyCache {
    pub(crate) fn new(provider: &ProviderId, clock: Arc<dyn Clock>) -> Self {
        Self {
            keys: Cached::new(provider, document::KEYS, clock),
        }
    }

    /// Verifies a JWT, refetching the keys once if newer ones might verify it (OpenID Connect Core §10.1.1).
    ///
    /// The inner error is the JWT's, the outer one that of fetching the keys.
    pub(crate) async fn verify(
        &self,
        token: &str,
        metadata: &Metadata,
        http: &HttpClient,
    ) -> Result<Result<VerifiedJwt, JwtError>, ProviderFault> {
        let verify = |keys: &Keys| jwt::verify(token, keys, &metadata.algorithms);
        let fits = |keys: &Keys| keys.source == metadata.jwks_uri;
        let keys = self.keys.get(fits, keys::fetch(metadata, http)).await?;
        let outcome = verify(&keys);
        if !outcome.as_ref().is_err_and(JwtError::newer_keys_may_help) {
            return Ok(outcome);
        }
        let fetch = keys::fetch(metadata, http);
        let newer = self.keys.newer_than(&keys, fits, fetch);
        Ok(newer.await.map_or(outcome, |newer| verify(&newer)))
    }

    /// Fetches the keys, ignoring the cached ones. Returns how many may verify an ID token.
    pub(crate) async fn refetch(
        &self,
        metadata: &Metadata,
        http: &HttpClient,
    ) -> Result<usize, ProviderFault> {
        let keys = self.keys.fetch(keys::fetch(metadata, http)).await?;
        Ok(keys.count())
    }
}
