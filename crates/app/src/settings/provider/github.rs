use std::sync::Arc;

use belgie_domain::{EmailTrust, Issuer};
use belgie_ports::{Clock, IdentityProvider};
use belgie_provider_github::GithubConfig;
use belgie_provider_http::HttpClient;
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use super::fields::{any_scopes, credentials, redirect_uri, trust_email};
use crate::settings::reader::Reader;
use crate::settings::{address, table};

/// Sign-in with GitHub or GitHub Enterprise.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Github {
    /// The client id of the app.
    pub client_id: String,
    /// A client secret of the app.
    pub client_secret: SecretString,
    /// The redirect URI, unless it is the default one.
    pub redirect_uri: Option<Url>,
    /// The scopes to request.
    pub scopes: Vec<String>,
    /// The URL of GitHub, which is the issuer of the identities.
    pub base_url: Issuer,
    /// The URL of the API, unless it follows from that of GitHub.
    pub api_url: Option<Url>,
    /// The addresses for which GitHub's `verified` is trusted.
    pub trust_email: EmailTrust,
}

impl Github {
    pub(super) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let client = credentials(
            reader,
            &table::GITHUB_CLIENT_ID,
            &table::GITHUB_CLIENT_SECRET,
            "GitHub",
        );
        let redirect_uri = redirect_uri(reader, &table::GITHUB_REDIRECT_URI);
        let scopes = any_scopes(reader, &table::GITHUB_SCOPES);
        let base_url = reader.parsed(&table::GITHUB_BASE_URL, address::issuer)?;
        let api_url = reader.parsed(&table::GITHUB_API_URL, address::provider);
        let trust_email = trust_email(reader, &table::GITHUB_TRUST_EMAIL);
        let (client_id, client_secret) = client?;
        Some(Self {
            client_id,
            client_secret,
            redirect_uri,
            scopes,
            base_url,
            api_url,
            trust_email,
        })
    }

    pub(super) fn build(
        &self,
        http: HttpClient,
        clock: Arc<dyn Clock>,
    ) -> anyhow::Result<Arc<dyn IdentityProvider>> {
        let mut config = GithubConfig::new(&self.client_id, self.client_secret.expose_secret())
            .scopes(self.scopes.clone())
            .base_url(self.base_url.as_str())
            .email_trust(self.trust_email.clone());
        if let Some(uri) = &self.redirect_uri {
            config = config.redirect_uri(uri.clone());
        }
        if let Some(url) = &self.api_url {
            config = config.api_url(url.as_str());
        }
        Ok(Arc::new(config.provider(http, clock)?))
    }
}
