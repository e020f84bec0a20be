use belgie_auth::{Policy, default_redirect_uri};
use belgie_domain::{ProviderId, RedirectRule};
use url::{Host, Url};

use crate::paths::Paths;
use crate::routes::Resource;

/// Where the site is and whom it trusts, said once for routes, pages, redirects and redirect URIs.
#[derive(Clone, Debug)]
pub struct Site {
    base_url: Url,
    base_path: String,
    trusted: Vec<Url>,
    redirects: RedirectRule,
}

/// Why a [`Site`] cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SiteError {
    /// An address is not `http://…` or `https://…` with a host.
    #[error("\"{0}\" is no web address such as https://login.example.com")]
    NotAnAddress(String),
    /// An address has more than scheme, host and port.
    #[error("\"{0}\" must be only scheme, host and port, without path, query or user name")]
    NotAnOrigin(String),
    /// The base path is not written as `/account`.
    #[error(
        "\"{0}\" is no base path: it begins with a slash, ends without one, and its segments are letters, digits, `-`, `.`, `_` and `~`"
    )]
    BasePath(String),
}

impl Site {
    /// Returns the site at this address, an origin such as `https://login.example.com`. A slash at its end is allowed.
    ///
    /// # Errors
    /// A [`SiteError`] when it is anything else.
    pub fn new(base_url: &str) -> Result<Self, SiteError> {
        let base_url = origin(base_url)?;
        Ok(Self {
            redirects: redirects(&base_url, "", &[]),
            base_url,
            base_path: String::new(),
            trusted: Vec::new(),
        })
    }

    /// Puts every route and page below a path, such as `/account`: it then stands before each of them, in redirect URIs,
    /// links and JSON too.
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

    /// Trusts further origins: redirects may lead there, and their pages may call with credentials.
    ///
    /// # Errors
    /// A [`SiteError`] when one is no origin.
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

    /// Returns the address of the site: an origin.
    pub fn base_url(&self) -> &Url {
        &self.base_url
    }

    /// Returns the path that stands before every route; empty at the root.
    pub fn base_path(&self) -> &str {
        &self.base_path
    }

    /// Returns the origin, without a slash at its end.
    pub fn origin(&self) -> String {
        self.base_url.origin().ascii_serialization()
    }

    /// Returns where redirects may go, and which origins are trusted.
    pub fn redirects(&self) -> &RedirectRule {
        &self.redirects
    }

    /// Returns the default policy for this site; sign-ins end at its page of one's own sessions.
    pub fn policy(&self) -> Policy {
        Policy::new(self.redirects.clone()).after_sign_in(self.paths().dashboard())
    }

    /// Returns the redirect URI to register with a provider.
    pub fn redirect_uri(&self, provider: &ProviderId) -> Url {
        default_redirect_uri(self.redirects.base(), provider)
    }

    /// Returns a path of the table of routes as this site has it.
    pub fn path(&self, below_base: &str) -> String {
        format!("{}{below_base}", self.base_path)
    }

    /// Returns the paths at which a resource is mounted: one, but for the start page below a base path, which also is there
    /// without a slash at the end.
    pub fn paths_of(&self, resource: &Resource) -> impl Iterator<Item = String> + use<> {
        let bare = resource.path == "/" && !self.base_path.is_empty();
        let bare = bare.then(|| self.base_path.clone());
        [self.path(resource.path)].into_iter().chain(bare)
    }

    pub(crate) fn paths(&self) -> Paths {
        Paths::below(&self.base_path)
    }

    /// Returns whether browsers reach the site by https.
    pub fn is_https(&self) -> bool {
        self.base_url.scheme() == "https"
    }

    /// Returns whether only this machine reaches the site.
    pub fn is_loopback(&self) -> bool {
        match self.base_url.host() {
            Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        }
    }
}

/// The rule of a site; its base is the address that redirect URIs begin with.
fn redirects(base_url: &Url, base_path: &str, trusted: &[Url]) -> RedirectRule {
    let mut base = base_url.clone();
    base.set_path(base_path);
    RedirectRule::new(base, trusted.iter().cloned())
}

/// Reads an address of the web that is an origin alone.
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
