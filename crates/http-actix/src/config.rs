use actix_web::cookie::SameSite;
use ipnet::IpNet;
use url::Url;

/// How the routes and pages behave. Begin with [`WebConfig::new`] and change what should differ.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct WebConfig {
    /// The address that browsers see: an origin.
    pub base_url: Url,
    /// The name on the pages.
    pub app_name: String,
    /// What the session cookie is like.
    pub cookie: CookieConfig,
    /// Whose `X-Forwarded-For` and `Forwarded` are believed. Nobody's unless they are named here.
    pub trusted_proxies: Vec<IpNet>,
    /// Where the browser goes that has signed out: a path, or an address on a trusted origin.
    pub after_sign_out: String,
    /// Where a browser goes that must sign in first, as a path. `None`: our own page where it is mounted, else straight
    /// to the provider when there is exactly one, else nowhere (401).
    pub sign_in_page: Option<String>,
    /// What becomes of requests for a host that is not that of `base_url`.
    pub unknown_hosts: UnknownHosts,
    /// The command that makes a user admin, with `{user}` where the address or id goes: shown to the only user of a new installation.
    pub admin_command: Option<String>,
}

/// What the session cookie is like.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CookieConfig {
    /// Its name; `__Host-` is put before it where browsers allow that.
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

impl WebConfig {
    /// Returns the defaults for a site at this address: the cookie `belgie_session`, `Lax` and hidden from scripts,
    /// `Secure` when the address is https; no trusted proxies; sign-outs end at `/`.
    pub fn new(base_url: Url) -> Self {
        let cookie = CookieConfig {
            name: "belgie_session".to_owned(),
            secure: base_url.scheme() == "https",
            http_only: true,
            same_site: SameSite::Lax,
            domain: None,
        };
        Self {
            base_url,
            app_name: "Belgie".to_owned(),
            cookie,
            trusted_proxies: Vec::new(),
            after_sign_out: "/".to_owned(),
            sign_in_page: None,
            unknown_hosts: UnknownHosts::default(),
            admin_command: None,
        }
    }

    /// Returns the base address as an origin, without a trailing slash.
    pub fn origin(&self) -> String {
        self.base_url.origin().ascii_serialization()
    }

    /// Returns whether browsers reach the site by https.
    pub(crate) fn is_https(&self) -> bool {
        self.base_url.scheme() == "https"
    }
}
