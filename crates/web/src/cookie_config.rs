use url::Host;

use crate::site::Site;

/// The attributes of the session cookie.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CookieConfig {
    /// The name; `__Host-` is prepended where browsers allow it.
    pub name: String,
    /// Whether it is sent over HTTPS only. `None`: if the site uses HTTPS.
    pub secure: Option<bool>,
    /// Whether it is hidden from scripts.
    pub http_only: bool,
    /// Which cross-site requests carry it.
    pub same_site: SameSite,
    /// The domain whose hosts share it.
    pub domain: Option<String>,
}

/// Which cross-site requests carry a cookie (RFC 6265bis §5.6.7).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum SameSite {
    /// Top-level navigations.
    #[default]
    Lax,
    /// None.
    Strict,
    /// All.
    None,
}

/// Why browsers would reject a session cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CookieError {
    /// The name already has a prefix.
    #[error("must not begin with a prefix: `__Host-` is added where browsers allow it")]
    Prefix,
    /// The name belongs to another of our cookies.
    #[error("must not be `belgie_attempt` or `belgie_notice`: these cookies have another purpose")]
    Reserved,
    /// The name has invalid characters, or too many.
    #[error("must be 1 to 64 letters, digits, `-` and `_`")]
    Name,
    /// `SameSite=None` without `Secure`.
    #[error("must not be `SameSite=None` without `Secure`: browsers drop such cookies")]
    NoneWithoutSecure,
    /// `Secure` on a site that uses HTTP.
    #[error("must not be `Secure` on a site with an http address: browsers drop such cookies")]
    SecureWithoutHttps,
    /// The domain is not a domain name.
    #[error("must be a domain name such as example.com")]
    NotADomain,
    /// The domain does not contain the site's host.
    #[error("must be the site's own host or a parent domain of it")]
    ForeignDomain,
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

impl CookieConfig {
    /// Sets the name; `__Host-` is prepended where browsers allow it.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Sets whether it is sent over HTTPS only. By default, it is if the site uses HTTPS.
    #[must_use]
    pub fn secure(mut self, secure: bool) -> Self {
        self.secure = Some(secure);
        self
    }

    /// Sets whether it is hidden from scripts.
    #[must_use]
    pub fn http_only(mut self, http_only: bool) -> Self {
        self.http_only = http_only;
        self
    }

    /// Sets which cross-site requests carry it.
    #[must_use]
    pub fn same_site(mut self, same_site: SameSite) -> Self {
        self.same_site = same_site;
        self
    }

    /// Sets the domain whose hosts share it.
    #[must_use]
    pub fn domain(mut self, domain: impl Into<String>) -> Self {
        self.domain = Some(domain.into());
        self
    }

    /// Checks that browsers will accept this cookie from this site.
    ///
    /// # Errors
    /// A [`CookieError`] that gives the reason.
    pub fn check(&self, site: &Site) -> Result<(), CookieError> {
        Self::check_name(&self.name)?;
        if let Some(domain) = &self.domain {
            Self::check_domain(domain, site)?;
        }
        if self.same_site == SameSite::None && !self.is_secure(site) {
            return Err(CookieError::NoneWithoutSecure);
        }
        // Most browsers treat loopback addresses as secure.
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

    /// Checks a domain for the session cookie: browsers accept it only from a host within it (RFC 6265bis §5.7).
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
    fn cfg_01_a_cookie_that_browsers_would_drop_is_refused() {
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
    fn cfg_01_a_cookie_name_that_means_something_else_is_refused() {
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
}
