use belgie_domain::{EmailTrust, ProviderId, is_scope_token};
use secrecy::SecretString;
use url::Url;

use crate::config_error::ConfigError;
use crate::endpoints::GITHUB_URL;

/// The configuration of GitHub as a provider.
#[derive(Clone, Debug)]
#[must_use]
pub struct GithubConfig {
    pub(crate) id: ProviderId,
    pub(crate) display_name: String,
    pub(crate) client_id: String,
    pub(crate) client_secret: SecretString,
    pub(crate) redirect_uri: Option<Url>,
    pub(crate) scopes: Vec<String>,
    pub(crate) email_trust: EmailTrust,
    pub(crate) base_url: String,
    pub(crate) api_url: Option<String>,
}

impl GithubConfig {
    /// Creates a configuration from the credentials of an OAuth app or a GitHub App.
    ///
    /// Defaults: github.com, the scopes `read:user` and `user:email`, and no trust in e-mail addresses.
    pub fn new(client_id: impl Into<String>, client_secret: impl Into<String>) -> Self {
        Self {
            id: github(),
            display_name: "GitHub".to_owned(),
            client_id: client_id.into(),
            client_secret: client_secret.into().into(),
            redirect_uri: None,
            scopes: ["read:user", "user:email"].map(str::to_owned).into(),
            email_trust: EmailTrust::Never,
            base_url: GITHUB_URL.to_owned(),
            api_url: None,
        }
    }

    /// Sets another id than `github`, for a second GitHub beside the first.
    pub fn id(mut self, id: ProviderId) -> Self {
        self.id = id;
        self
    }

    /// Sets another display name than "GitHub".
    pub fn display_name(mut self, name: impl Into<String>) -> Self {
        self.display_name = name.into();
        self
    }

    /// Sets the callback URL registered with GitHub; by default the usual one of the site.
    pub fn redirect_uri(mut self, uri: Url) -> Self {
        self.redirect_uri = Some(uri);
        self
    }

    /// Sets the scopes to request.
    pub fn scopes<S: Into<String>>(mut self, scopes: impl IntoIterator<Item = S>) -> Self {
        self.scopes = scopes.into_iter().map(Into::into).collect();
        self
    }

    /// Sets the URL of GitHub Enterprise, such as `https://github.example.com`. It is the issuer of the identities:
    /// under another one, the same person is another identity.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = url.into();
        self
    }

    /// Sets the URL of the API. By default it follows from the URL of GitHub: `https://api.github.com`, the host `api.`
    /// of a subdomain of `ghe.com`, otherwise `/api/v3` below it.
    pub fn api_url(mut self, url: impl Into<String>) -> Self {
        self.api_url = Some(url.into());
        self
    }

    /// Sets for which verified e-mail addresses GitHub is trusted; by default for none.
    pub fn email_trust(mut self, rule: EmailTrust) -> Self {
        self.email_trust = rule;
        self
    }

    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        if self.client_id.is_empty() {
            return Err(ConfigError::ClientId);
        }
        match self.scopes.iter().find(|scope| !is_scope_token(scope)) {
            Some(scope) => Err(ConfigError::Scope(scope.clone())),
            None => Ok(()),
        }
    }
}

fn github() -> ProviderId {
    "github"
        .parse()
        .expect("six lower-case letters are a provider id")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cfg_03_the_client_secret_does_not_print_itself() {
        let config = GithubConfig::new("client", "c4nary");

        assert!(!format!("{config:?} {config:#?}").contains("c4nary"));
    }

    #[test]
    fn what_is_invalid_is_named() {
        let config = || GithubConfig::new("client", "secret");

        assert_eq!(config().check(), Ok(()));
        let without_id = GithubConfig::new("", "secret").check();
        assert_eq!(without_id, Err(ConfigError::ClientId));
        let two_in_one = config().scopes(["read:user", "a b"]).check();
        assert_eq!(two_in_one, Err(ConfigError::Scope("a b".to_owned())));
    }
}
