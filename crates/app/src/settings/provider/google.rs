use std::sync::Arc;

use belgie_domain::Issuer;
use belgie_ports::{Clock, IdentityProvider};
use belgie_provider_google::{AccessType, ClientCredentials, GoogleConfig};
use belgie_provider_http::HttpClient;
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use super::fields::{credentials, redirect_uri, scopes};
use crate::settings::reader::Reader;
use crate::settings::{address, table};

/// Sign-in with Google.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Google {
    /// From Google's console.
    pub client_id: String,
    /// From Google's console.
    pub client_secret: SecretString,
    /// The redirect URI, unless it is the default one.
    pub redirect_uri: Option<Url>,
    /// The scopes to request.
    pub scopes: Vec<String>,
    /// Whether to request refresh tokens.
    pub access_type: AccessType,
    /// The `prompt` parameter; may be empty.
    pub prompt: String,
    /// The only Workspace domain whose accounts may sign in.
    pub hosted_domain: Option<String>,
    /// Further client ids accepted as the audience of ID tokens that are posted.
    pub extra_client_ids: Vec<String>,
    /// Google's issuer, or an emulator's.
    pub issuer: Issuer,
}

impl Google {
    pub(super) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let client = credentials(
            reader,
            &table::GOOGLE_CLIENT_ID,
            &table::GOOGLE_CLIENT_SECRET,
            "Google",
        );
        let accesses = [AccessType::Offline, AccessType::Online];
        let redirect_uri = redirect_uri(reader, &table::GOOGLE_REDIRECT_URI);
        let scopes = scopes(reader, &table::GOOGLE_SCOPES);
        let access_type = reader.one_of(&table::GOOGLE_ACCESS_TYPE, &accesses);
        let prompt = reader.parsed(&table::GOOGLE_PROMPT, prompt)?;
        let hosted_domain = reader.parsed(&table::GOOGLE_HOSTED_DOMAIN, hosted_domain);
        let extra_client_ids = reader.list(&table::GOOGLE_EXTRA_CLIENT_IDS);
        let issuer = reader.parsed(&table::GOOGLE_ISSUER_URL, address::issuer)?;
        let (client_id, client_secret) = client?;
        if client_secret.expose_secret().trim().ends_with(CLIENT_IDS) {
            reader.refuse(&table::GOOGLE_CLIENT_SECRET, EXCHANGED);
        }
        Some(Self {
            client_id,
            client_secret,
            redirect_uri,
            scopes,
            access_type,
            prompt,
            hosted_domain,
            extra_client_ids,
            issuer,
        })
    }

    /// Returns whether this cannot be a Google client id.
    pub(in crate::settings) fn has_foreign_client_id(&self) -> bool {
        Some(self.issuer.as_str()) == table::GOOGLE_ISSUER_URL.default
            && !self.client_id.ends_with(CLIENT_IDS)
    }

    pub(super) fn build(
        &self,
        http: HttpClient,
        clock: Arc<dyn Clock>,
    ) -> anyhow::Result<Arc<dyn IdentityProvider>> {
        let client = ClientCredentials::new(&self.client_id, self.client_secret.expose_secret());
        let mut config = GoogleConfig::new(client)
            .issuer(self.issuer.as_str())
            .scopes(self.scopes.clone())
            .prompt(self.prompt.as_str())
            .access_type(self.access_type)
            .extra_client_ids(self.extra_client_ids.clone());
        if let Some(uri) = &self.redirect_uri {
            config = config.redirect_uri(uri.clone());
        }
        if let Some(domain) = &self.hosted_domain {
            config = config.hosted_domain(domain);
        }
        Ok(Arc::new(config.provider(http, clock)?))
    }
}

/// The ending of every Google client id.
const CLIENT_IDS: &str = ".apps.googleusercontent.com";
const EXCHANGED: &str =
    "is a client id: are BELGIE_GOOGLE_CLIENT_ID and BELGIE_GOOGLE_CLIENT_SECRET swapped?";

fn prompt(text: &str) -> Result<String, &'static str> {
    let words: Vec<&str> = text
        .split([',', ' '])
        .filter(|word| !word.is_empty())
        .collect();
    let known = |word: &&str| matches!(*word, "consent" | "select_account");
    match &*words {
        ["none"] => Ok(String::new()),
        [] => Err(PROMPTS),
        words if words.iter().all(known) => Ok(words.join(" ")),
        _ => Err(PROMPTS),
    }
}

const PROMPTS: &str = "must be `consent`, `select_account`, both, or `none`";

fn hosted_domain(text: &str) -> Result<String, &'static str> {
    match url::Host::parse(text) {
        Ok(url::Host::Domain(domain)) if domain.contains('.') => Ok(domain),
        _ => Err("must be a domain name such as example.com"),
    }
}
