use url::Host;

use crate::site::Site;

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
