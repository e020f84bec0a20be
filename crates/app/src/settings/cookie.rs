use url::Host;

use super::reader::Reader;
use super::site::Site;
use super::table;

/// What the session cookie is like.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Cookie {
    /// Its name, without the prefix that it may get.
    pub name: String,
    /// Sent over https only.
    pub secure: bool,
    /// Hidden from scripts.
    pub http_only: bool,
    /// Which requests of other sites carry it.
    pub same_site: SameSite,
    /// The domain whose hosts share it.
    pub domain: Option<String>,
}

/// Which requests of other sites carry a cookie (RFC 6265bis §5.6.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SameSite {
    /// Navigations.
    Lax,
    /// None.
    Strict,
    /// All.
    None,
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
        if cookie.same_site == SameSite::None && !cookie.secure {
            let problem =
                "must not be `none` while BELGIE_COOKIE_SECURE is off: browsers drop such cookies";
            reader.refuse(&table::COOKIE_SAME_SITE, problem);
        }
        if cookie.secure && !site.is_https() && !site.is_loopback() {
            let problem = "is on, but BELGIE_BASE_URL is http: browsers would drop the cookie; use an https address, or turn it off";
            reader.refuse(&table::COOKIE_SECURE, problem);
        }
        cookie
    }
}

fn cookie_name(text: &str) -> Result<String, &'static str> {
    let lower = text.to_ascii_lowercase();
    if lower.starts_with("__host-") || lower.starts_with("__secure-") {
        return Err("must not begin with a prefix: `__Host-` is added where it may be");
    }
    if text == "belgie_attempt" {
        return Err("must not be `belgie_attempt`: that cookie serves sign-ins under way");
    }
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if text.len() > 64 || !text.bytes().all(allowed) {
        return Err("must be 1 to 64 letters, digits, `-` and `_`");
    }
    Ok(text.to_owned())
}

/// Browsers take a cookie's domain only from a host within it (RFC 6265bis §5.7).
fn domain(text: &str, site: &Site) -> Result<String, &'static str> {
    let domain = text.strip_prefix('.').unwrap_or(text);
    let Ok(Host::Domain(domain)) = Host::parse(domain) else {
        return Err("must be a domain name such as example.com");
    };
    let host = site.base_url.host_str().unwrap_or_default();
    let within = host.strip_suffix(domain.as_str());
    let parent = within.is_some_and(|rest| rest.ends_with('.')) && domain.contains('.');
    if within != Some("") && !parent {
        return Err("must be the host of BELGIE_BASE_URL or a domain that it lies in");
    }
    Ok(domain)
}
