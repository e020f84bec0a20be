use belgie_domain::Issuer;
use belgie_provider_http::check_provider_url;
use url::Url;

use crate::config_error::ConfigError;

/// The URL of github.com.
pub const GITHUB_URL: &str = "https://github.com";

/// Where GitHub is reached.
#[derive(Clone, Debug)]
pub(crate) struct Endpoints {
    /// The URL of GitHub in its one spelling, without a trailing slash: the issuer of the identities.
    pub(crate) issuer: Issuer,
    /// The `iss` of authorization responses.
    pub(crate) response_issuer: String,
    pub(crate) authorization: Url,
    pub(crate) token: Url,
    /// The root of the API.
    pub(crate) api: Url,
    pub(crate) user: Url,
    pub(crate) emails: Url,
    /// The applications, each below its client identifier.
    pub(crate) applications: Url,
}

impl Endpoints {
    pub(crate) fn new(base_url: &str, api_url: Option<&str>) -> Result<Self, ConfigError> {
        let base = parse(base_url)?;
        let api = match api_url {
            Some(url) => parse(url)?,
            None => api_of(&base),
        };
        let issuer = without_slash(&base);
        Ok(Self {
            issuer: issuer
                .parse()
                .map_err(|_| refusal(issuer, "use at most 255 characters"))?,
            response_issuer: format!("{issuer}/login/oauth"),
            authorization: below(&base, "/login/oauth/authorize")?,
            token: below(&base, "/login/oauth/access_token")?,
            user: below(&api, "/user")?,
            // As many as a page may have; hardly any account has more.
            emails: below(&api, "/user/emails?per_page=100")?,
            applications: below(&api, "/applications")?,
            api: below(&api, "/")?,
        })
    }
}

fn parse(text: &str) -> Result<Url, ConfigError> {
    let url = Url::parse(text).map_err(|_| refusal(text, "it is not a URL"))?;
    check_provider_url(&url).map_err(|reason| refusal(text, reason))?;
    Ok(url)
}

fn refusal(url: &str, reason: &'static str) -> ConfigError {
    ConfigError::Url {
        url: url.chars().take(255).collect(),
        reason,
    }
}

/// Returns the API of github.com, of a subdomain of `ghe.com` (GitHub Enterprise Cloud with data residency), or of a
/// GitHub Enterprise Server.
fn api_of(base: &Url) -> Url {
    let host = base.host_str().unwrap_or_default();
    let mut api = base.clone();
    if host == "github.com" || host.ends_with(".ghe.com") {
        let host = format!("api.{host}");
        if api.set_host(Some(&host)).is_ok() {
            return api;
        }
    }
    api.set_path(&format!("{}/api/v3", base.path().trim_end_matches('/')));
    api
}

fn below(url: &Url, path: &str) -> Result<Url, ConfigError> {
    let joined = format!("{}{path}", without_slash(url));
    Url::parse(&joined).map_err(|_| refusal(&joined, "it is not a URL"))
}

fn without_slash(url: &Url) -> &str {
    url.as_str().trim_end_matches('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_api_follows_from_the_url_of_github() {
        for (base_url, user) in [
            ("https://github.com", "https://api.github.com/user"),
            ("https://acme.ghe.com", "https://api.acme.ghe.com/user"),
            ("https://git.example", "https://git.example/api/v3/user"),
            ("http://127.0.0.1:9400", "http://127.0.0.1:9400/api/v3/user"),
            (
                "https://github.com.example",
                "https://github.com.example/api/v3/user",
            ),
            (
                "https://notghe.com/git/",
                "https://notghe.com/git/api/v3/user",
            ),
        ] {
            let endpoints = Endpoints::new(base_url, None).unwrap();

            assert_eq!(endpoints.user.as_str(), user);
        }
    }

    #[test]
    fn the_api_may_be_elsewhere() {
        let endpoints = Endpoints::new(GITHUB_URL, Some("https://proxy.example/github/")).unwrap();

        let emails = "https://proxy.example/github/user/emails?per_page=100";
        assert_eq!(endpoints.emails.as_str(), emails);
        assert_eq!(endpoints.api.as_str(), "https://proxy.example/github/");
        assert_eq!(endpoints.issuer.as_str(), "https://github.com");
    }

    #[test]
    fn mix_06_an_issuer_has_one_spelling() {
        for text in [
            "https://github.com",
            "https://github.com/",
            "https://GitHub.com",
            "https://github.com:443",
        ] {
            let endpoints = Endpoints::new(text, None).unwrap();

            assert_eq!(endpoints.issuer.as_str(), "https://github.com", "{text}");
            let response_issuer = "https://github.com/login/oauth";
            assert_eq!(endpoints.response_issuer, response_issuer, "{text}");
        }
    }

    #[test]
    fn idt_20_plain_http_is_for_loopback_urls_only() {
        for text in [
            "http://github.com",
            "https://user@github.com",
            "https://github.com?x=1",
            "github.com",
            "",
        ] {
            for (base_url, api_url) in [(text, None), (GITHUB_URL, Some(text))] {
                let outcome = Endpoints::new(base_url, api_url);
                assert!(matches!(outcome, Err(ConfigError::Url { .. })), "{text}");
            }
        }
    }
}
