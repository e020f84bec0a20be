use belgie_web::{CookieConfig, CookieError, SameSite};

use super::reader::Reader;
use super::site::Site;
use super::table;

/// The attributes of the session cookie.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Cookie {
    /// The name, without a prefix.
    pub name: String,
    /// Whether it is sent over https only.
    pub secure: bool,
    /// Whether it is hidden from scripts.
    pub http_only: bool,
    /// Which cross-site requests carry it.
    pub same_site: SameSite,
    /// The domain whose hosts share it.
    pub domain: Option<String>,
}

impl Cookie {
    pub(super) fn read(reader: &mut Reader<'_>, site: &Site) -> Self {
        let same_sites = [SameSite::Lax, SameSite::Strict, SameSite::None];
        let name = reader.parsed(&table::SESSION_COOKIE_NAME, cookie_name);
        let cookie = Self {
            name: name.unwrap_or_default(),
            secure: reader.flag(&table::COOKIE_SECURE),
            http_only: reader.flag(&table::COOKIE_HTTP_ONLY),
            same_site: reader.one_of(&table::COOKIE_SAME_SITE, &same_sites),
            domain: reader.parsed(&table::COOKIE_DOMAIN, |text| domain(text, site)),
        };
        if let Err(error) = cookie.config().check(&site.web) {
            refuse(error, reader);
        }
        cookie
    }

    /// Converts it to the web layer's configuration.
    pub fn config(&self) -> CookieConfig {
        let mut config = CookieConfig::default();
        config.name.clone_from(&self.name);
        config.secure = Some(self.secure);
        config.http_only = self.http_only;
        config.same_site = self.same_site;
        config.domain.clone_from(&self.domain);
        config
    }
}

/// Reports settings that are inconsistent with each other. Invalid values were refused when they were read.
fn refuse(error: CookieError, reader: &mut Reader<'_>) {
    match error {
        CookieError::NoneWithoutSecure => reader.refuse(
            &table::COOKIE_SAME_SITE,
            "must not be `none` while BELGIE_COOKIE_SECURE is off: browsers drop such cookies",
        ),
        CookieError::SecureWithoutHttps => reader.refuse(
            &table::COOKIE_SECURE,
            "is on, but BELGIE_BASE_URL is http: browsers would drop the cookie; use an https address, or turn it off",
        ),
        _ => {}
    }
}

fn cookie_name(text: &str) -> Result<String, String> {
    let checked = CookieConfig::check_name(text);
    checked.map_err(|error| error.to_string())?;
    Ok(text.to_owned())
}

/// Browsers accept a cookie's domain only from a host within it (RFC 6265bis §5.7).
fn domain(text: &str, site: &Site) -> Result<String, &'static str> {
    let domain = text.strip_prefix('.').unwrap_or(text).to_ascii_lowercase();
    match CookieConfig::check_domain(&domain, &site.web) {
        Ok(()) => Ok(domain),
        Err(CookieError::ForeignDomain) => {
            Err("must be the host of BELGIE_BASE_URL or a parent domain of it")
        }
        Err(_) => Err("must be a domain name such as example.com"),
    }
}
