use std::fmt;
use std::sync::Arc;

use ipnet::IpNet;
use url::Host;

use crate::error::Problem;
use crate::reply::Reply;
use crate::request::Request;
use crate::site::Site;

/// How the routes and pages behave. Begin with [`WebConfig::default`] and change what should differ.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct WebConfig {
    /// The name on the pages.
    pub app_name: String,
    /// What the session cookie is like.
    pub cookie: CookieConfig,
    /// The proxies whose `X-Forwarded-For` and `Forwarded` are believed. None unless they are named here.
    pub trusted_proxies: Vec<IpNet>,
    /// Where the browser goes that has signed out: a path, or an address on a trusted origin.
    pub after_sign_out: String,
    /// Where a browser goes that must sign in first, as a path. `None`: our own page where it is mounted, else straight
    /// to the provider when there is exactly one, else nowhere (401).
    pub sign_in_page: Option<String>,
    /// Where a browser goes whose sign-in failed, as a path: it gets `error`, the code, and `redirect_url`, where the
    /// person wanted to go, when that is known. `None`: a page of ours says what happened.
    pub error_page: Option<String>,
    /// What becomes of requests for a host that is not the site's.
    pub unknown_hosts: UnknownHosts,
    /// The command that makes a user admin, with `{user}` where the address or id goes: shown to the only user of a new installation.
    pub admin_command: Option<String>,
    /// Shows errors in the application's own way.
    pub renderer: Option<ProblemRenderer>,
}

/// What the session cookie is like.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CookieConfig {
    /// Its name; `__Host-` is put before it where browsers allow that.
    pub name: String,
    /// Sent over https only. `None`: when the site is at an https address.
    pub secure: Option<bool>,
    /// Hidden from scripts.
    pub http_only: bool,
    /// Which requests of other sites carry it.
    pub same_site: SameSite,
    /// The domain whose hosts share it.
    pub domain: Option<String>,
}

/// Which requests of other sites carry a cookie (RFC 6265bis §5.6.7).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SameSite {
    /// Navigations.
    #[default]
    Lax,
    /// None.
    Strict,
    /// All.
    None,
}

/// What becomes of requests for a host that is not ours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UnknownHosts {
    /// They are served: the host application judges.
    #[default]
    Serve,
    /// They get status 421 and the address that is right.
    Refuse,
    /// Browsers that navigate are sent to the address that is right, everything else is served.
    Redirect,
}

/// Shows errors in the application's own way, or leaves one to Belgie by `None`.
#[derive(Clone)]
pub struct ProblemRenderer(Arc<Render>);

type Render = dyn Fn(&Problem, &Request<'_>) -> Option<Reply> + Send + Sync;

/// Why routes cannot be made of a configuration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WebConfigError {
    /// The session cookie cannot be had like this.
    #[error(transparent)]
    Cookie(#[from] CookieError),
    /// Sign-outs may not end there.
    #[error(
        "sign-outs may not end at \"{0}\": it is no path of this site and on no trusted origin"
    )]
    AfterSignOut(String),
    /// The application's own sign-in page or error page is no path of this site.
    #[error("\"{0}\" is no path of this site")]
    Page(String),
    /// The use cases were built for redirects of another site.
    #[error("the use cases trust other origins than the site: build their policy from the site")]
    OtherRedirects,
}

/// Why browsers would not take or keep a session cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CookieError {
    /// The name has a prefix of its own.
    #[error("must not begin with a prefix: `__Host-` is added where it may be")]
    Prefix,
    /// The name is that of another cookie of ours.
    #[error("must not be `belgie_attempt` nor `belgie_notice`: those cookies serve something else")]
    Reserved,
    /// The name has other characters than cookies may have, or too many.
    #[error("must be 1 to 64 letters, digits, `-` and `_`")]
    Name,
    /// `SameSite=None` without `Secure`.
    #[error("must not be `SameSite=None` without `Secure`: browsers drop such cookies")]
    NoneWithoutSecure,
    /// `Secure` on a site that browsers reach by http.
    #[error(
        "must not be `Secure` on a site that is at an http address: browsers drop such cookies"
    )]
    SecureWithoutHttps,
    /// The domain is no domain name.
    #[error("must be a domain name such as example.com")]
    NotADomain,
    /// The domain does not contain the site's host.
    #[error("must be the site's own host or a domain that it lies in")]
    ForeignDomain,
}

impl Default for WebConfig {
    /// The cookie `belgie_session`, `Lax` and hidden from scripts; no trusted proxies; sign-outs end at `/`.
    fn default() -> Self {
        Self {
            app_name: "Belgie".to_owned(),
            cookie: CookieConfig::default(),
            trusted_proxies: Vec::new(),
            after_sign_out: "/".to_owned(),
            sign_in_page: None,
            error_page: None,
            unknown_hosts: UnknownHosts::default(),
            admin_command: None,
            renderer: None,
        }
    }
}

impl Default for CookieConfig {
    fn default() -> Self {
        Self {
            name: "belgie_session".to_owned(),
            secure: None,
            http_only: true,
            same_site: SameSite::Lax,
            domain: None,
        }
    }
}

impl WebConfig {
    /// Checks that all of it goes together on this site.
    ///
    /// # Errors
    /// The first [`WebConfigError`] that is found.
    pub fn check(&self, site: &Site) -> Result<(), WebConfigError> {
        self.cookie.check(site)?;
        if site.redirects().check(&self.after_sign_out).is_err() {
            return Err(WebConfigError::AfterSignOut(self.after_sign_out.clone()));
        }
        for page in [&self.sign_in_page, &self.error_page].into_iter().flatten() {
            let is_path = page.starts_with('/') && site.redirects().check(page).is_ok();
            if !is_path {
                return Err(WebConfigError::Page(page.clone()));
            }
        }
        Ok(())
    }
}

impl CookieConfig {
    /// Checks that browsers will take this cookie from this site and keep it.
    ///
    /// # Errors
    /// A [`CookieError`] that says why they would not.
    pub fn check(&self, site: &Site) -> Result<(), CookieError> {
        Self::check_name(&self.name)?;
        if let Some(domain) = &self.domain {
            Self::check_domain(domain, site)?;
        }
        if self.same_site == SameSite::None && !self.is_secure(site) {
            return Err(CookieError::NoneWithoutSecure);
        }
        // Loopback counts as secure for most browsers.
        if self.is_secure(site) && !site.is_https() && !site.is_loopback() {
            return Err(CookieError::SecureWithoutHttps);
        }
        Ok(())
    }

    /// Checks a name for the session cookie.
    ///
    /// # Errors
    /// [`CookieError::Prefix`], [`CookieError::Reserved`], [`CookieError::Name`].
    pub fn check_name(name: &str) -> Result<(), CookieError> {
        let lower = name.to_ascii_lowercase();
        if lower.starts_with("__host-") || lower.starts_with("__secure-") {
            return Err(CookieError::Prefix);
        }
        if ["belgie_attempt", "belgie_notice"].contains(&name) {
            return Err(CookieError::Reserved);
        }
        let is_token =
            |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        if name.is_empty() || name.len() > 64 || !name.bytes().all(is_token) {
            return Err(CookieError::Name);
        }
        Ok(())
    }

    /// Checks a domain for the session cookie: browsers take it only from a host within it (RFC 6265bis §5.7).
    ///
    /// # Errors
    /// [`CookieError::NotADomain`], [`CookieError::ForeignDomain`].
    pub fn check_domain(domain: &str, site: &Site) -> Result<(), CookieError> {
        let Ok(Host::Domain(parsed)) = Host::parse(domain) else {
            return Err(CookieError::NotADomain);
        };
        if parsed != domain {
            return Err(CookieError::NotADomain);
        }
        let host = site.base_url().host_str().unwrap_or_default();
        let within = host.strip_suffix(domain);
        let is_parent = within.is_some_and(|rest| rest.ends_with('.')) && domain.contains('.');
        if within == Some("") || is_parent {
            return Ok(());
        }
        Err(CookieError::ForeignDomain)
    }

    pub(crate) fn is_secure(&self, site: &Site) -> bool {
        self.secure.unwrap_or(site.is_https())
    }
}

impl ProblemRenderer {
    /// Makes a renderer of a function from an error and the request to an answer; `None` leaves it to Belgie.
    pub fn new(
        render: impl Fn(&Problem, &Request<'_>) -> Option<Reply> + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(render))
    }

    pub(crate) fn render(&self, problem: &Problem, request: &Request<'_>) -> Option<Reply> {
        (self.0)(problem, request)
    }
}

impl fmt::Debug for ProblemRenderer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProblemRenderer").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(address: &str) -> Site {
        Site::new(address).unwrap()
    }

    fn cookie(change: impl FnOnce(&mut CookieConfig)) -> CookieConfig {
        let mut cookie = CookieConfig::default();
        change(&mut cookie);
        cookie
    }

    #[test]
    fn cfg_02_a_cookie_that_browsers_would_drop_is_refused() {
        let (https, http) = (site("https://auth.a.example"), site("http://a.example"));
        let cases: &[(&Site, CookieConfig, Option<CookieError>)] = &[
            (&https, cookie(|_| {}), None),
            (
                &https,
                cookie(|cookie| cookie.domain = Some("a.example".into())),
                None,
            ),
            (
                &https,
                cookie(|cookie| cookie.domain = Some("auth.a.example".into())),
                None,
            ),
            (
                &https,
                cookie(|cookie| cookie.domain = Some("b.example".into())),
                Some(CookieError::ForeignDomain),
            ),
            (
                &https,
                cookie(|cookie| cookie.domain = Some("example".into())),
                Some(CookieError::ForeignDomain),
            ),
            (
                &https,
                cookie(|cookie| cookie.domain = Some("a.example; Path=/x".into())),
                Some(CookieError::NotADomain),
            ),
            (
                &https,
                cookie(|cookie| cookie.same_site = SameSite::None),
                None,
            ),
            (
                &http,
                cookie(|cookie| cookie.same_site = SameSite::None),
                Some(CookieError::NoneWithoutSecure),
            ),
            (
                &http,
                cookie(|cookie| cookie.secure = Some(true)),
                Some(CookieError::SecureWithoutHttps),
            ),
            (
                &site("http://localhost:8000"),
                cookie(|cookie| cookie.secure = Some(true)),
                None,
            ),
        ];
        for (site, cookie, refused) in cases {
            assert_eq!(cookie.check(site).err(), *refused, "{cookie:?}");
        }
    }

    #[test]
    fn cfg_02_a_name_that_means_something_else_is_refused() {
        for (name, refused) in [
            ("sid", None),
            ("__Host-sid", Some(CookieError::Prefix)),
            ("__secure-sid", Some(CookieError::Prefix)),
            ("belgie_attempt", Some(CookieError::Reserved)),
            ("belgie_notice", Some(CookieError::Reserved)),
            ("a b", Some(CookieError::Name)),
            ("a=b", Some(CookieError::Name)),
            ("", Some(CookieError::Name)),
        ] {
            assert_eq!(CookieConfig::check_name(name).err(), refused, "{name}");
        }
    }

    #[test]
    fn red_01_no_configured_target_leads_to_an_origin_that_is_not_trusted() {
        let site = site("https://a.example");
        let site = site.trusting(["https://spa.example"]).unwrap();
        let mut config = WebConfig::default();

        for (target, is_fine) in [
            ("/bye", true),
            ("https://spa.example/bye", true),
            ("https://evil.example", false),
            ("//evil.example", false),
        ] {
            target.clone_into(&mut config.after_sign_out);
            assert_eq!(config.check(&site).is_ok(), is_fine, "{target}");
        }
        config = WebConfig::default();
        for (page, is_fine) in [("/login", true), ("https://spa.example/login", false)] {
            config.error_page = Some(page.to_owned());
            assert_eq!(config.check(&site).is_ok(), is_fine, "{page}");
        }
    }
}
