use std::sync::Arc;

use belgie_domain::ProviderId;
use belgie_ports::{Brand, Clock};
use belgie_provider_oidc::{
    ClientCredentials, ConfigError, EmailTrust, HttpClient, OidcConfig, OidcProvider,
    SigningAlgorithm,
};
use url::Url;

use crate::email_trust::google_runs_the_mailbox;

/// Google's issuer.
pub const GOOGLE_ISSUER: &str = "https://accounts.google.com";

/// The configuration of Google as a provider.
#[derive(Clone, Debug)]
#[must_use]
pub struct GoogleConfig {
    client: ClientCredentials,
    redirect_uri: Option<Url>,
    issuer: String,
    scopes: Vec<String>,
    access_type: AccessType,
    prompt: Option<String>,
    hosted_domain: Option<String>,
    extra_client_ids: Vec<String>,
}

/// Whether Google issues refresh tokens (`access_type`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum AccessType {
    /// Yes.
    #[default]
    Offline,
    /// No.
    Online,
}

impl GoogleConfig {
    /// Creates a configuration from the credentials shown in Google's console.
    ///
    /// Defaults: the scope `openid email profile`, `access_type=offline`, `prompt=consent`, accounts of any domain.
    pub fn new(client: ClientCredentials) -> Self {
        Self {
            client,
            redirect_uri: None,
            issuer: GOOGLE_ISSUER.to_owned(),
            scopes: ["openid", "email", "profile"].map(str::to_owned).into(),
            access_type: AccessType::default(),
            prompt: Some("consent".to_owned()),
            hosted_domain: None,
            extra_client_ids: Vec::new(),
        }
    }

    /// Sets the redirect URI registered with Google; by default the usual one of the site.
    pub fn redirect_uri(mut self, uri: Url) -> Self {
        self.redirect_uri = Some(uri);
        self
    }

    /// Sets another issuer, such as an emulator.
    pub fn issuer(mut self, issuer: impl Into<String>) -> Self {
        self.issuer = issuer.into();
        self
    }

    /// Sets the scope to request. `openid` is always included.
    pub fn scopes<S: Into<String>>(mut self, scopes: impl IntoIterator<Item = S>) -> Self {
        self.scopes = scopes.into_iter().map(Into::into).collect();
        self
    }

    /// Sets whether Google issues refresh tokens.
    pub fn access_type(mut self, access_type: AccessType) -> Self {
        self.access_type = access_type;
        self
    }

    /// Sets the `prompt` parameter; an empty text omits it.
    pub fn prompt(mut self, prompt: impl Into<String>) -> Self {
        self.prompt = Some(prompt.into()).filter(|prompt| !prompt.is_empty());
        self
    }

    /// Admits only accounts of this Workspace domain: Google's account chooser is restricted to it, and the signed `hd`
    /// claim is checked.
    pub fn hosted_domain(mut self, domain: impl Into<String>) -> Self {
        self.hosted_domain = Some(domain.into());
        self
    }

    /// Accepts ID tokens that are posted if they were issued to one of these clients: mobile apps, or another web client
    /// with One Tap.
    pub fn extra_client_ids<S: Into<String>>(mut self, ids: impl IntoIterator<Item = S>) -> Self {
        self.extra_client_ids = ids.into_iter().map(Into::into).collect();
        self
    }

    /// Creates the provider; nothing is fetched before the first sign-in.
    ///
    /// # Errors
    /// A [`ConfigError`] that names the invalid setting.
    pub fn provider(
        self,
        http: HttpClient,
        clock: Arc<dyn Clock>,
    ) -> Result<OidcProvider, ConfigError> {
        Ok(OidcProvider::new(self.into_oidc()?, http, clock))
    }

    fn into_oidc(self) -> Result<OidcConfig, ConfigError> {
        let access_type = match self.access_type {
            AccessType::Offline => "offline",
            AccessType::Online => "online",
        };
        let mut oidc = OidcConfig::new(google(), &self.issuer, self.client)?
            .display_name("Google")
            .brand(MARK)
            .scopes(self.scopes)?
            .algorithms([SigningAlgorithm::Rs256])
            .extra_client_ids(self.extra_client_ids)
            .email_trust(EmailTrust::Rule(google_runs_the_mailbox))
            .without_auth_time()
            .authorization_parameter("access_type", access_type)?;
        if let Some(uri) = self.redirect_uri {
            oidc = oidc.redirect_uri(uri);
        }
        if let Some(prompt) = self.prompt {
            oidc = oidc.authorization_parameter("prompt", prompt)?;
        }
        if let Some(domain) = self.hosted_domain {
            oidc = oidc
                .authorization_parameter("hd", domain.clone())?
                .hosted_domain(domain);
        }
        Ok(oidc)
    }
}

/// Google's branding guidelines require its own mark in its own colours.
const MARK: Brand = Brand::new(include_str!("mark.svg"));

fn google() -> ProviderId {
    "google"
        .parse()
        .expect("six lower-case letters are a provider id")
}
