use std::sync::Arc;

use belgie_domain::ProviderId;
use belgie_ports::{Brand, Clock};
use belgie_provider_oidc::{
    ClientCredentials, ConfigError, EmailTrust, HttpClient, OidcConfig, OidcProvider,
    SigningAlgorithm,
};
use url::Url;

use crate::tenant::Tenant;

/// The address of Microsoft's public cloud, below which each tenant has its issuer.
pub const MICROSOFT_ISSUER_URL: &str = "https://login.microsoftonline.com";

/// The configuration of Microsoft as a provider.
#[derive(Clone, Debug)]
#[must_use]
pub struct MicrosoftConfig {
    client: ClientCredentials,
    tenant: Tenant,
    redirect_uri: Option<Url>,
    issuer_url: String,
    scopes: Vec<String>,
}

impl MicrosoftConfig {
    /// Creates a configuration from the application (client) id and a client secret of an app registration.
    ///
    /// Defaults: the scope `openid email profile`, all accounts of the public cloud ([`Tenant::Common`]).
    pub fn new(client: ClientCredentials) -> Self {
        Self {
            client,
            tenant: Tenant::default(),
            redirect_uri: None,
            issuer_url: MICROSOFT_ISSUER_URL.to_owned(),
            scopes: ["openid", "email", "profile"].map(str::to_owned).into(),
        }
    }

    /// Sets whose accounts may sign in.
    pub fn tenant(mut self, tenant: Tenant) -> Self {
        self.tenant = tenant;
        self
    }

    /// Sets the redirect URI registered with Microsoft; by default the usual one of the site.
    pub fn redirect_uri(mut self, uri: Url) -> Self {
        self.redirect_uri = Some(uri);
        self
    }

    /// Sets the address of another cloud, such as `https://login.microsoftonline.us`, or of an emulator. Below it, each
    /// tenant has the issuer `{issuer_url}/{tenant}/v2.0`.
    pub fn issuer_url(mut self, url: impl Into<String>) -> Self {
        self.issuer_url = url.into();
        self
    }

    /// Sets the scope to request. `openid` is always included.
    pub fn scopes<S: Into<String>>(mut self, scopes: impl IntoIterator<Item = S>) -> Self {
        self.scopes = scopes.into_iter().map(Into::into).collect();
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
        let base = self.issuer_url.trim_end_matches('/');
        let issuer = |tenant: &str| format!("{base}/{tenant}/v2.0");
        let mut oidc =
            OidcConfig::new(microsoft(), &issuer(&self.tenant.to_string()), self.client)?
                .tenants(&issuer("{tenantid}"), self.tenant.admitted())?
                .display_name("Microsoft")
                .brand(MARK)
                .scopes(self.scopes)?
                .algorithms([SigningAlgorithm::Rs256])
                .email_trust(EmailTrust::Never)
                .without_auth_time();
        if let Some(uri) = self.redirect_uri {
            oidc = oidc.redirect_uri(uri);
        }
        Ok(oidc)
    }
}

/// Microsoft's branding guidelines require its own mark in its own colours.
const MARK: Brand = Brand::new(include_str!("mark.svg"));

fn microsoft() -> ProviderId {
    "microsoft"
        .parse()
        .expect("nine lower-case letters are a provider id")
}
