//! The configuration of a provider, validated before anything is sent.

mod authorization_parameter;
mod client;
mod error;
mod issuer;
mod scope;
mod token_auth_method;

use belgie_domain::{Issuer, ProviderId};
use belgie_ports::Brand;
use url::Url;

use crate::issuer_rule::IssuerRule;
use crate::tenant::Tenants;
use crate::{EmailTrust, SigningAlgorithm};

pub use authorization_parameter::AuthorizationParameters;
pub(crate) use authorization_parameter::is_reserved;
pub use client::ClientCredentials;
pub use error::ConfigError;
pub use token_auth_method::TokenAuthMethod;

/// The configuration of a provider.
#[derive(Clone, Debug)]
#[must_use]
pub struct OidcConfig {
    pub(crate) id: ProviderId,
    pub(crate) display_name: String,
    pub(crate) issuer: Issuer,
    pub(crate) issuer_url: Url,
    pub(crate) issuer_rule: IssuerRule,
    pub(crate) client: ClientCredentials,
    pub(crate) token_auth_method: Option<TokenAuthMethod>,
    pub(crate) redirect_uri: Option<Url>,
    pub(crate) scopes: Vec<String>,
    pub(crate) parameters: AuthorizationParameters,
    pub(crate) trusted_audiences: Vec<String>,
    pub(crate) extra_client_ids: Vec<String>,
    pub(crate) algorithms: Vec<SigningAlgorithm>,
    pub(crate) email_trust: EmailTrust,
    pub(crate) hosted_domain: Option<String>,
    pub(crate) brand: Option<Brand>,
    pub(crate) reports_auth_time: bool,
}

impl OidcConfig {
    /// Creates a configuration from what every provider needs. Defaults: the scope `openid email profile`, all
    /// asymmetric algorithms, no additional audiences, and no trust in e-mail addresses.
    ///
    /// # Errors
    /// [`ConfigError::Issuer`] unless the issuer is an https URL without user, query and fragment (http for loopback
    /// only), [`ConfigError::ClientId`] when the client identifier is empty.
    pub fn new(
        id: ProviderId,
        issuer: &str,
        client: ClientCredentials,
    ) -> Result<Self, ConfigError> {
        let (issuer, issuer_url) = issuer::parse(issuer)?;
        if client.id.is_empty() {
            return Err(ConfigError::ClientId);
        }
        Ok(Self {
            display_name: id.as_str().to_owned(),
            id,
            issuer_rule: IssuerRule::Exact(issuer.clone()),
            issuer,
            issuer_url,
            client,
            token_auth_method: None,
            redirect_uri: None,
            scopes: ["openid", "email", "profile"].map(str::to_owned).into(),
            parameters: AuthorizationParameters::default(),
            trusted_audiences: Vec::new(),
            extra_client_ids: Vec::new(),
            algorithms: SigningAlgorithm::ALL.into(),
            email_trust: EmailTrust::Never,
            hosted_domain: None,
            brand: None,
            reports_auth_time: true,
        })
    }

    /// Expects an issuer of its own for each tenant: `template` with the ID token's `tid`, a GUID, in place of
    /// `{tenantid}`. The issuer given to [`Self::new`] then only says where the discovery document is, which must name
    /// the template or, where one tenant alone is admitted, that tenant's issuer. A key whose `issuer` member is that of
    /// another tenant is not used.
    ///
    /// # Errors
    /// [`ConfigError::Issuer`] unless the template is an issuer in which `{tenantid}` occurs once.
    pub fn tenants(mut self, template: &str, tenants: Tenants) -> Result<Self, ConfigError> {
        self.issuer_rule = issuer::parse_template(template, tenants).map(IssuerRule::Tenant)?;
        Ok(self)
    }

    /// Sets the display name; by default the id.
    pub fn display_name(mut self, name: impl Into<String>) -> Self {
        self.display_name = name.into();
        self
    }

    /// Sets the look of the provider's button; by default it shows the initial of the name.
    pub fn brand(mut self, brand: Brand) -> Self {
        self.brand = Some(brand);
        self
    }

    /// Sets the redirect URI registered with the provider; by default the caller chooses it.
    pub fn redirect_uri(mut self, uri: Url) -> Self {
        self.redirect_uri = Some(uri);
        self
    }

    /// Sets how the client authenticates at the token endpoint, as it is registered with the provider. By default the
    /// discovery document decides; a client without a secret is public.
    ///
    /// # Errors
    /// [`ConfigError::NoClientSecret`] when the method needs a secret that is missing,
    /// [`ConfigError::UnusedClientSecret`] when it uses none and there is one.
    pub fn token_auth_method(mut self, method: TokenAuthMethod) -> Result<Self, ConfigError> {
        method.check(&self.client)?;
        self.token_auth_method = Some(method);
        Ok(self)
    }

    /// Sets the scope to request. `openid` is always included.
    ///
    /// # Errors
    /// [`ConfigError::Scope`] for a value that RFC 6749 §3.3 does not allow.
    pub fn scopes<S: Into<String>>(
        mut self,
        scopes: impl IntoIterator<Item = S>,
    ) -> Result<Self, ConfigError> {
        self.scopes = scope::normalise(scopes.into_iter().map(Into::into))?;
        Ok(self)
    }

    /// Sets further parameters of every authorization request. A configured `max_age` is also checked: the ID token must
    /// say that the person authenticated no longer ago (OpenID Connect Core §3.1.3.7 (13)).
    pub fn authorization_parameters(mut self, parameters: AuthorizationParameters) -> Self {
        self.parameters = parameters;
        self
    }

    /// Sets one further parameter of every authorization request: one of [`AuthorizationParameters::NAMES`], or Google's
    /// `access_type`.
    ///
    /// # Errors
    /// [`ConfigError::ReservedParameter`], [`ConfigError::UnknownParameter`], or [`ConfigError::ParameterValue`].
    pub fn authorization_parameter(
        mut self,
        name: impl Into<String>,
        value: impl Into<String>,
    ) -> Result<Self, ConfigError> {
        self.parameters.set(name.into(), value.into())?;
        Ok(self)
    }

    /// Accepts ID tokens that also name these audiences, provided that `azp` is the client.
    pub fn trusted_audiences<S: Into<String>>(
        mut self,
        audiences: impl IntoIterator<Item = S>,
    ) -> Self {
        self.trusted_audiences = audiences.into_iter().map(Into::into).collect();
        self
    }

    /// Accepts ID tokens that are posted if they were issued to one of these clients, such as the application's mobile
    /// apps. They have no part in the authorization code flow.
    pub fn extra_client_ids<S: Into<String>>(mut self, ids: impl IntoIterator<Item = S>) -> Self {
        self.extra_client_ids = ids.into_iter().map(Into::into).collect();
        self
    }

    /// Sets the allowed signing algorithms of ID tokens. Discovery can narrow but never widen them.
    pub fn algorithms(mut self, algorithms: impl IntoIterator<Item = SigningAlgorithm>) -> Self {
        self.algorithms = algorithms.into_iter().collect();
        self
    }

    /// Sets for which e-mail addresses the provider is trusted; by default for none.
    pub fn email_trust(mut self, rule: EmailTrust) -> Self {
        self.email_trust = rule;
        self
    }

    /// States that the provider does not report when the person authenticated (`auth_time`), although OpenID Connect Core
    /// §3.1.2.1 requires that of a request with `max_age`. Re-authentication is then an ordinary sign-in.
    pub fn without_auth_time(mut self) -> Self {
        self.reports_auth_time = false;
        self
    }

    /// Accepts only accounts of this organisation, according to the signed `hd` claim.
    pub fn hosted_domain(mut self, domain: impl Into<String>) -> Self {
        self.hosted_domain = Some(domain.into());
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config() -> OidcConfig {
        OidcConfig::new(
            "corporate-sso".parse().unwrap(),
            "https://id.example.com",
            ClientCredentials::new("client", "c4nary-secret"),
        )
        .unwrap()
    }

    #[test]
    fn cfg_03_the_client_secret_does_not_print_itself() {
        assert!(!format!("{:?}", config()).contains("c4nary"));
    }

    #[test]
    fn a_client_without_a_name_is_refused() {
        let error = OidcConfig::new(
            "x".parse().unwrap(),
            "https://id.example.com",
            ClientCredentials::new("", "secret"),
        )
        .unwrap_err();

        assert_eq!(error, ConfigError::ClientId);
    }

    #[test]
    fn a_parameter_is_set_once() {
        let config = config()
            .authorization_parameter("prompt", "consent")
            .and_then(|config| config.authorization_parameter("prompt", "select_account"))
            .unwrap();

        let parameters: Vec<_> = config.parameters.iter().collect();
        assert_eq!(parameters, [("prompt", "select_account")]);
    }
}
