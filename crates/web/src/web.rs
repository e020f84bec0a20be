use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};

use belgie_auth::{Auth, HousekeepingTask, ProviderSummary};
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

/// The use cases with everything the web layer needs. One instance is shared by all requests.
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
    _housekeeping: Option<HousekeepingTask>,
}

impl Web {
    /// Creates the web layer of a site.
    ///
    /// # Errors
    /// A [`WebConfigError`] when the parts are inconsistent: such a site would lose cookies or redirect to the wrong
    /// place.
    pub fn new(auth: Auth, site: Site, config: WebConfig) -> Result<Self, WebConfigError> {
        config.check(&site)?;
        if auth.redirects() != site.redirects() {
            return Err(WebConfigError::OtherRedirects);
        }
        let paths = site.paths();
        Ok(Self {
            assets: Assets::new(&config.app_name, &config.brand, &paths),
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
            _housekeeping: None,
        })
    }

    /// Starts [housekeeping](Auth::spawn_housekeeping), which goes on until the last route of this site is dropped.
    ///
    /// # Panics
    /// When it is called outside of a tokio runtime.
    #[must_use]
    pub fn with_housekeeping(self) -> Self {
        Self {
            _housekeeping: Some(self.auth.spawn_housekeeping()),
            ..self
        }
    }

    /// Returns the use cases.
    pub fn auth(&self) -> &Auth {
        &self.auth
    }

    /// Returns the provider with this id, if it is configured.
    pub(crate) fn provider(&self, id: &str) -> Option<ProviderSummary> {
        let mut providers = self.auth.providers().into_iter();
        providers.find(|provider| provider.id.as_str() == id)
    }

    /// Returns the site.
    pub fn site(&self) -> &Site {
        &self.site
    }

    /// Makes `/readyz` return 503 and connections close after their next response, so that load balancers stop sending
    /// requests before the shutdown.
    pub fn begin_draining(&self) {
        self.is_draining.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_draining(&self) -> bool {
        self.is_draining.load(Ordering::Relaxed)
    }

    /// Records that our pages are mounted, so that guards and error pages lead there.
    pub fn mount_pages(&self) {
        self.has_pages.store(true, Ordering::Relaxed);
    }

    pub(crate) fn has_pages(&self) -> bool {
        self.has_pages.load(Ordering::Relaxed)
    }

    /// Records that our start page is mounted; otherwise the home page is the application's `/`.
    pub fn mount_home(&self) {
        self.has_home.store(true, Ordering::Relaxed);
    }

    pub(crate) fn has_home(&self) -> bool {
        self.has_home.load(Ordering::Relaxed)
    }

    /// Returns whether this is a development server, which has routes of its own.
    pub fn is_for_development(&self) -> bool {
        self.config.mailbox.is_some()
    }

    /// Returns the `Cookie` header of a browser that holds this session, for tests.
    pub fn session_cookie(&self, token: &SessionToken) -> String {
        self.cookies.session_pair(token)
    }

    /// Returns where a request came from, for sessions and events.
    pub fn client_info(&self, request: &Request<'_>) -> ClientInfo {
        let agent = first(request.headers(), HeaderName::UserAgent);
        let agent = agent.map(String::from_utf8_lossy);
        let mut client = ClientInfo::default()
            .with_user_agent(&agent.unwrap_or_default())
            .with_request_id(request.id().to_string());
        client.ip_address = self.client_address(request);
        client
    }

    pub(crate) fn client_address(&self, request: &Request<'_>) -> Option<IpAddr> {
        let proxies = &self.config.trusted_proxies;
        client_address(request.peer(), request.headers(), proxies)
    }
}

/// The result of an endpoint.
pub(crate) type Answer = Result<Reply, Refusal>;
