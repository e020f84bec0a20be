use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};

use belgie_auth::Auth;
use belgie_domain::{ClientInfo, SessionToken};

use crate::assets::Assets;
use crate::client_address::client_address;
use crate::config::{WebConfig, WebConfigError};
use crate::cookie::Cookies;
use crate::error::Refusal;
use crate::header_name::HeaderName;
use crate::headers::first;
use crate::host::HostRule;
use crate::paths::Paths;
use crate::reply::Reply;
use crate::request::Request;
use crate::security_headers::SecurityHeaders;
use crate::site::Site;

/// The use cases with what the web needs around them. One is shared by everything that answers requests.
#[derive(Debug)]
pub struct Web {
    pub(crate) assets: Assets,
    pub(crate) auth: Auth,
    pub(crate) site: Site,
    pub(crate) config: WebConfig,
    pub(crate) cookies: Cookies,
    pub(crate) hosts: HostRule,
    pub(crate) paths: Paths,
    pub(crate) security: SecurityHeaders,
    is_draining: AtomicBool,
    has_pages: AtomicBool,
    has_home: AtomicBool,
}

impl Web {
    /// Puts the web layer of a site around its use cases.
    ///
    /// # Errors
    /// A [`WebConfigError`] when the parts do not go together: such a site would lose cookies or lead people astray.
    pub fn new(auth: Auth, site: Site, config: WebConfig) -> Result<Self, WebConfigError> {
        config.check(&site)?;
        if auth.redirects() != site.redirects() {
            return Err(WebConfigError::OtherRedirects);
        }
        let paths = site.paths();
        Ok(Self {
            assets: Assets::new(&config.app_name, &paths),
            cookies: Cookies::new(&config.cookie, &site, auth.session_policy()),
            hosts: HostRule::new(config.unknown_hosts, &site),
            paths,
            security: SecurityHeaders::new(&config, &site),
            auth,
            site,
            config,
            is_draining: AtomicBool::new(false),
            has_pages: AtomicBool::new(false),
            has_home: AtomicBool::new(false),
        })
    }

    /// Returns the use cases.
    pub fn auth(&self) -> &Auth {
        &self.auth
    }

    /// Returns where the site is.
    pub fn site(&self) -> &Site {
        &self.site
    }

    /// Lets `/readyz` answer 503 from now on and connections end with their next answer, so that no more requests are
    /// sent here while the server shuts down.
    pub fn begin_draining(&self) {
        self.is_draining.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_draining(&self) -> bool {
        self.is_draining.load(Ordering::Relaxed)
    }

    /// Says that our pages are mounted: guards and error pages then lead there.
    pub fn mount_pages(&self) {
        self.has_pages.store(true, Ordering::Relaxed);
    }

    pub(crate) fn has_pages(&self) -> bool {
        self.has_pages.load(Ordering::Relaxed)
    }

    /// Says that our start page is mounted; otherwise the start is the application's own, `/`.
    pub fn mount_home(&self) {
        self.has_home.store(true, Ordering::Relaxed);
    }

    pub(crate) fn has_home(&self) -> bool {
        self.has_home.load(Ordering::Relaxed)
    }

    /// Returns the `Cookie` line of a browser that holds this session, as tests send it.
    pub fn session_cookie(&self, token: &SessionToken) -> String {
        self.cookies.session_pair(token)
    }

    /// Returns what sessions and events keep of where a request came from.
    pub(crate) fn client_info(&self, request: &Request<'_>) -> ClientInfo {
        let agent = first(request.headers(), HeaderName::UserAgent);
        let agent = agent.map(String::from_utf8_lossy);
        ClientInfo {
            ip_address: self.client_address(request),
            user_agent: None,
            request_id: Some(request.id().to_string()),
        }
        .with_user_agent(&agent.unwrap_or_default())
    }

    pub(crate) fn client_address(&self, request: &Request<'_>) -> Option<IpAddr> {
        let proxies = &self.config.trusted_proxies;
        client_address(request.peer(), request.headers(), proxies)
    }
}

/// What an endpoint answers.
pub(crate) type Answer = Result<Reply, Refusal>;
