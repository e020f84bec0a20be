use std::net::SocketAddr;

use belgie_domain::{RedirectRule, ReturnTo};
use belgie_web as web;
use ipnet::IpNet;
use url::Url;

use super::reader::Reader;
use super::table::{self, Setting};
use super::{address, brand};

/// The site's addresses, name and trusted origins and proxies.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Site {
    /// The public base URL: an origin.
    pub base_url: Url,
    /// The address to listen on.
    pub bind: SocketAddr,
    /// The name on the pages.
    pub name: String,
    /// How the pages look and what they link to.
    pub brand: web::Brand,
    /// The front end, if there is one.
    pub frontend_url: Option<Url>,
    /// The site for the web layer, with the trusted origins.
    pub web: web::Site,
    /// The configured trusted origins, including the front end's.
    pub trusted_origins: Vec<Url>,
    /// The proxies whose client-address headers are trusted.
    pub trusted_proxies: Vec<IpNet>,
    /// The target after signing in.
    pub after_sign_in: ReturnTo,
    /// The target after signing out.
    pub after_sign_out: ReturnTo,
}

/// The longest name, in characters, for which the pages have room.
const MAX_NAME_LENGTH: usize = 64;

impl Site {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let base_url = reader
            .parsed(&table::BASE_URL, address::origin)
            .expect("the default of BASE_URL is an origin");
        let frontend_url = reader.parsed(&table::FRONTEND_URL, address::web);
        let mut trusted_origins = reader.parsed_list(&table::TRUSTED_ORIGINS, address::origin);
        trusted_origins.extend(frontend_url.clone());
        let web = web_site(&base_url, &trusted_origins).expect("each is an origin");
        Self {
            bind: reader
                .parsed(&table::BIND, address::socket)
                .expect("the default of BIND is an address"),
            name: reader.parsed(&table::APP_NAME, name).unwrap_or_default(),
            brand: brand::read(reader, frontend_url.as_ref()),
            trusted_proxies: reader.parsed_list(&table::TRUSTED_PROXIES, address::network),
            after_sign_in: redirect(reader, &table::SIGNIN_REDIRECT_URL, web.redirects()),
            after_sign_out: redirect(reader, &table::SIGNOUT_REDIRECT_URL, web.redirects()),
            base_url,
            frontend_url,
            web,
            trusted_origins,
        }
    }

    /// Returns the base URL without a trailing slash.
    pub fn base(&self) -> String {
        self.base_url.origin().ascii_serialization()
    }

    /// Returns whether the site uses https.
    pub fn is_https(&self) -> bool {
        self.base_url.scheme() == "https"
    }

    /// Returns whether the site is only reachable from this machine.
    pub fn is_loopback(&self) -> bool {
        address::is_loopback(&self.base_url)
    }
}

fn web_site(base_url: &Url, trusted: &[Url]) -> Result<web::Site, web::SiteError> {
    let origin = |url: &Url| url.origin().ascii_serialization();
    let trusted: Vec<_> = trusted.iter().map(origin).collect();
    web::Site::new(base_url.as_str())?.trusting(trusted.iter().map(String::as_str))
}

fn name(text: &str) -> Result<String, String> {
    if text.chars().count() > MAX_NAME_LENGTH {
        return Err(format!("is longer than {MAX_NAME_LENGTH} characters"));
    }
    Ok(text.to_owned())
}

fn redirect(reader: &mut Reader<'_>, setting: &Setting, rule: &RedirectRule) -> ReturnTo {
    let check = |text: &str| {
        rule.check(text).map_err(|_| {
            "must be a path of this site, or an address on an origin of BELGIE_TRUSTED_ORIGINS or BELGIE_FRONTEND_URL"
        })
    };
    reader
        .parsed(setting, check)
        .expect("the default is a path of this site")
}
