//! A look at each part of a provider, for operators.

use std::sync::Arc;

use belgie_domain::{AuthorizationCode, CodeVerifier, Nonce};
use belgie_ports::{CodeGrant, Examined, ProviderError};
use belgie_provider_http::in_time;
use url::Url;

use super::OidcProvider;
use crate::discovery::{self, Metadata};
use crate::document;
use crate::fault::invalid;
use crate::token_endpoint::TokenEndpoint;

impl OidcProvider {
    /// Fetches the discovery document and the keys, and sends a code that was never issued to the token endpoint.
    pub(super) async fn examine_parts(&self, redirect_uri: &Url) -> Vec<Examined> {
        let metadata = match in_time(self.fetch_metadata()).await {
            Ok(metadata) => metadata,
            Err(error) => return vec![Examined::new("discovery", Err(error))],
        };
        let (issuer, authorization) = (&self.config.issuer, &metadata.authorization_endpoint);
        let userinfo = metadata.userinfo_endpoint.as_ref();
        let userinfo = userinfo.map_or("none".to_owned(), ToString::to_string);
        vec![
            Examined::new(
                "discovery",
                Ok(format!("the document of {issuer} is valid")),
            ),
            Examined::new("keys", in_time(self.count_keys(&metadata)).await),
            Examined::new("authorization endpoint", Ok(authorization.to_string())),
            Examined::new(
                "token endpoint",
                in_time(self.try_token_endpoint(&metadata, redirect_uri)).await,
            ),
            Examined::new("userinfo endpoint", Ok(userinfo)),
        ]
    }

    async fn fetch_metadata(&self) -> Result<Arc<Metadata>, ProviderError> {
        let fetch = discovery::fetch(&self.config, &self.http);
        Ok(self.metadata.fetch(fetch).await?)
    }

    async fn count_keys(&self, metadata: &Metadata) -> Result<String, ProviderError> {
        match self.keys.refetch(metadata, &self.http).await? {
            0 => Err(document::KEYS.malformed(NO_KEYS).into()),
            1 => Ok(format!("1 key at {}", metadata.jwks_uri)),
            keys => Ok(format!("{keys} keys at {}", metadata.jwks_uri)),
        }
    }

    /// A provider that looks at the client first also shows whether the client's credentials are right.
    async fn try_token_endpoint(
        &self,
        metadata: &Metadata,
        redirect_uri: &Url,
    ) -> Result<String, ProviderError> {
        let malformed = |error| document::DISCOVERY.malformed(error);
        let code = AuthorizationCode::parse(NEVER_ISSUED).map_err(malformed)?;
        let verifier = CodeVerifier::of_client(&"0".repeat(43)).map_err(malformed)?;
        let nonce = Nonce::of_client(NEVER_ISSUED).map_err(malformed)?;
        let grant = CodeGrant::new(&code, &verifier, &nonce, redirect_uri);
        let endpoint = TokenEndpoint {
            config: &self.config,
            metadata,
            http: &self.http,
        };
        match endpoint.exchange(grant).await {
            Err(ProviderError::CodeRejected(_)) => {
                let url = &metadata.token_endpoint;
                Ok(format!("{url} refuses a made-up code, as it should"))
            }
            Err(error) => Err(error),
            Ok(_) => Err(ProviderError::InvalidIdentity(invalid(ACCEPTS_ANY))),
        }
    }
}

const NEVER_ISSUED: &str = "belgie-provider-test";
const NO_KEYS: &str = "it has no key that can verify an ID token";
const ACCEPTS_ANY: &str = "the token endpoint accepts a code that was never issued";
