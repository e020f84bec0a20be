use belgie_auth::{Policy, default_redirect_uri};
use belgie_domain::{ProviderId, RedirectRule};
use url::{Host, Url};

use crate::paths::Paths;
use crate::routes::Resource;

/// The site's address and the origins it trusts, shared by routes, pages, redirects and redirect URIs.
#[derive(Clone, Debug)]
pub struct Site {
    base_url: Url,
    base_path: String,
    trusted: Vec<Url>,
    redirects: RedirectRule,
}

/// Why a [`Site`] is invalid.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SiteError {
    /// An address is not `http://…` or `https://…` with a host.
    #[error("\"{0}\" is not a web address such as https://login.example.com")]
    NotAnAddress(String),
    /// An address has more than scheme, host and port.
    #[error("\"{0}\" must be only scheme, host and port, without path, query or user name")]
    NotAnOrigin(String),
    /// The base path is not written as `/account`.
    #[error(
        "\"{0}\" is not a base path: it must start with a slash, not end with one, and its segments may contain letters, digits, `-`, `.`, `_` and `~`"
    )]
    BasePath(String),
}

impl Site {
    /// Creates the site at this origin, such as `https://login.example.com`. A trailing slash is allowed.
    ///
    /// # Errors
    /// A [`SiteError`] for anything else.
    pub fn new(base_url: &str) -> Result<Self, SiteError> {
        let base_url = origin(base_url)?;
        Ok(Self {
            redirects: redirects(&base_url, "", &[]),
            base_url,
            base_path: String::new(),
            trusted: Vec::new(),
        })
    }

    /// Sets a base path, such as `/account`, as prefix of every route and page, including redirect URIs, links and
    /// JSON.
    ///
    /// # Errors
    /// [`SiteError::BasePath`].
    pub fn at_path(mut self, base_path: &str) -> Result<Self, SiteError> {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        let is_segment = |segment: &str| {
            let dots = [".", ".."].contains(&segment);
            !segment.is_empty() && !dots && segment.bytes().all(is_plain)
        };
        let is_sound = base_path
            .strip_prefix('/')
            .is_some_and(|rest| rest.split('/').all(is_segment));
        if !is_sound && !base_path.is_empty() {
            return Err(SiteError::BasePath(base_path.to_owned()));
        }
        base_path.clone_into(&mut self.base_path);
        self.redirects = redirects(&self.base_url, &self.base_path, &self.trusted);
        Ok(self)
    }

    /// Adds trusted origins: redirects may lead there, and their pages may call the API with credentials.
    ///
    /// # Errors
    /// A [`SiteError`] when one is not an origin.
    pub fn trusting<'a>(
        mut self,
        origins: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, SiteError> {
        for address in origins {
            self.trusted.push(origin(address)?);
        }
        self.redirects = redirects(&self.base_url, &self.base_path, &self.trusted);
        Ok(self)
    }

    /// Returns the site's address, an origin.
    pub fn base_url(&self) -> &Url {
        &self.base_url
    }

    /// Returns the base path; empty at the root.
    pub fn base_path(&self) -> &str {
        &self.base_path
    }

    /// Returns the origin, without a trailing slash.
    pub fn origin(&self) -> String {
        self.base_url.origin().ascii_serialization()
    }

    /// Returns where redirects may go, and which origins are trusted.
    pub fn redirects(&self) -> &RedirectRule {
        &self.redirects
    }

    /// Returns the default policy for this site; sign-ins end at its account page.
    pub fn policy(&self) -> Policy {
        Policy::new(self.redirects.clone()).after_sign_in(self.paths().dashboard())
    }

    /// Returns the redirect URI to register with a provider.
    pub fn redirect_uri(&self, provider: &ProviderId) -> Url {
        default_redirect_uri(self.redirects.base(), provider)
    }

    /// Returns a path of the route table with the base path.
    pub fn path(&self, below_base: &str) -> String {
        format!("{}{below_base}", self.base_path)
    }

    /// Returns the paths at which a resource is mounted: one, except that the start page below a base path also exists
    /// without the trailing slash.
    pub fn paths_of(&self, resource: &Resource) -> impl Iterator<Item = String> + use<> {
        let bare = resource.path == "/" && !self.base_path.is_empty();
        let bare = bare.then(|| self.base_path.clone());
        [self.path(resource.path)].into_iter().chain(bare)
    }

    pub(crate) fn paths(&self) -> Paths {
        Paths::below(&self.base_path)
    }

    /// Returns whether the site uses HTTPS.
    pub fn is_https(&self) -> bool {
        self.base_url.scheme() == "https"
    }

    /// Returns whether the site is only reachable from this machine.
    pub fn is_loopback(&self) -> bool {
        match self.base_url.host() {
            Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        }
    }
}

/// Creates the redirect rule of a site; its base is the address of its redirect URIs.
fn redirects(base_url: &Url, base_path: &str, trusted: &[Url]) -> RedirectRule {
    let mut base = base_url.clone();
    base.set_path(base_path);
    RedirectRule::new(base, trusted.iter().cloned())
}

/// Parses a web address that is only an origin.
fn origin(text: &str) -> Result<Url, SiteError> {
    let url = Url::parse(text).map_err(|_| SiteError::NotAnAddress(text.to_owned()))?;
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        return Err(SiteError::NotAnAddress(text.to_owned()));
    }
    let is_bare = url.path() == "/"
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    is_bare
        .then_some(url)
        .ok_or_else(|| SiteError::NotAnOrigin(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_is_at_an_origin() {
        for address in [
            "https://a.example",
            "https://a.example/",
            "http://localhost:8000",
            "https://[::1]:8443",
        ] {
            assert!(Site::new(address).is_ok(), "{address}");
        }
        for address in ["a.example", "ftp://a.example", "", "data:x"] {
            let refused = Site::new(address).unwrap_err();
            assert_eq!(refused, SiteError::NotAnAddress(address.to_owned()));
        }
        for address in [
            "https://a.example/x",
            "https://a.example?x",
            "https://a.example#x",
            "https://user@a.example",
        ] {
            let refused = Site::new(address).unwrap_err();
            assert_eq!(refused, SiteError::NotAnOrigin(address.to_owned()));
        }
    }

    #[test]
    fn a_base_path_is_made_of_plain_segments() {
        let site = Site::new("https://a.example").unwrap();

        for path in ["", "/account", "/a/b-c", "/.well-known"] {
            assert_eq!(site.clone().at_path(path).unwrap().base_path(), path);
        }
        for path in [
            "account",
            "/",
            "/account/",
            "//a",
            "/a/../b",
            "/{id}",
            "/a b",
            "/%41",
            "/a?b",
        ] {
            assert!(site.clone().at_path(path).is_err(), "{path}");
        }
    }

    #[test]
    fn redirect_uris_and_trusted_origins_belong_to_the_site() {
        let site = Site::new("https://a.example").unwrap();
        let site = site.at_path("/account").unwrap();
        let site = site.trusting(["https://spa.example"]).unwrap();

        let uri = site.redirect_uri(&"google".parse().unwrap());
        assert_eq!(
            uri.as_str(),
            "https://a.example/account/auth/provider/google/callback"
        );
        assert!(site.redirects().check("https://spa.example/x").is_ok());
        assert_eq!(site.policy().after_sign_in, "/account/dashboard");
        assert!(site.trusting(["https://spa.example/x"]).is_err());
    }
}
