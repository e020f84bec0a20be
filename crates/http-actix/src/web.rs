//! What all requests share.

use std::sync::atomic::{AtomicBool, Ordering};

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponseBuilder};
use belgie_auth::Auth;
use belgie_domain::ProviderId;
use url::form_urlencoded;

use crate::config::WebConfig;
use crate::cookie::Cookies;
use crate::error::ApiError;
use crate::header::SecurityHeaders;
use crate::host::HostRule;
use crate::notice::Notice;
use crate::page::Icon;

/// The use cases with what the web needs around them. One for all workers.
#[derive(Debug)]
pub(crate) struct Web {
    pub auth: Auth,
    pub config: WebConfig,
    pub cookies: Cookies,
    pub headers: SecurityHeaders,
    pub hosts: HostRule,
    pub icon: Icon,
    draining: AtomicBool,
    has_pages: AtomicBool,
}

/// Where signing in with a provider begins.
pub(crate) fn sign_in_path(provider: &ProviderId) -> String {
    format!("/auth/provider/{provider}/signin")
}

/// Where our own sign-in page is, when it is mounted.
pub(crate) const SIGN_IN_PAGE: &str = "/signin";
/// Where the page of one's own sessions is, when it is mounted.
pub(crate) const DASHBOARD: &str = "/dashboard";

/// Adds to the address of a sign-in where to land afterwards.
pub(crate) fn with_redirect(page: &str, target: &str) -> String {
    let target: String = form_urlencoded::byte_serialize(target.as_bytes()).collect();
    let separator = if page.contains('?') { '&' } else { '?' };
    format!("{page}{separator}redirect_url={target}")
}

impl Web {
    pub(crate) fn new(auth: Auth, config: WebConfig) -> Self {
        Self {
            cookies: Cookies::new(&config, auth.session_policy()),
            headers: SecurityHeaders::new(&config),
            hosts: HostRule::new(&config),
            icon: Icon::of(&config.app_name),
            auth,
            config,
            draining: AtomicBool::new(false),
            has_pages: AtomicBool::new(false),
        }
    }

    /// Finds what the host application mounted.
    pub(crate) fn of(request: &HttpRequest) -> Result<&Data<Self>, ApiError> {
        request.app_data::<Data<Self>>().ok_or_else(|| {
            tracing::error!(
                path = request.path(),
                "a handler asks who is signed in, but the application was not given \
                 Belgie's routes: call `App::configure(routes.auth())`"
            );
            ApiError::internal()
        })
    }

    pub(crate) fn is_draining(&self) -> bool {
        self.draining.load(Ordering::Relaxed)
    }

    pub(crate) fn begin_draining(&self) {
        self.draining.store(true, Ordering::Relaxed);
    }

    pub(crate) fn has_pages(&self) -> bool {
        self.has_pages.load(Ordering::Relaxed)
    }

    pub(crate) fn mount_pages(&self) {
        self.has_pages.store(true, Ordering::Relaxed);
    }

    /// Returns where a browser signs in and then goes on to `return_to`, if there is such a place.
    pub(crate) fn sign_in_location(&self, return_to: Option<&str>) -> Option<String> {
        let page = self.sign_in_page()?;
        let Some(target) = return_to.filter(|target| self.may_return_to(target)) else {
            return Some(page);
        };
        Some(with_redirect(&page, target))
    }

    fn sign_in_page(&self) -> Option<String> {
        if let Some(page) = &self.config.sign_in_page {
            return Some(page.clone());
        }
        if self.has_pages() {
            return Some(SIGN_IN_PAGE.to_owned());
        }
        match &*self.auth.providers() {
            [only] => Some(sign_in_path(&only.id)),
            _ => None,
        }
    }

    /// Returns where one signs in although one is signed in.
    pub(crate) fn sign_in_again_location(&self) -> Option<String> {
        let location = self.sign_in_location(None)?;
        let ours = location == SIGN_IN_PAGE;
        Some(if ours {
            format!("{location}?again=1")
        } else {
            location
        })
    }

    fn may_return_to(&self, target: &str) -> bool {
        self.auth.redirects().check(target).is_ok()
    }

    /// Returns where a form about one's sessions leads back to.
    pub(crate) fn sessions_page(&self) -> &str {
        if self.has_pages() {
            return DASHBOARD;
        }
        self.auth.after_sign_in()
    }

    /// Leaves a notice for the next page, where pages of ours are mounted that will show it.
    pub(crate) fn leave_notice(&self, answer: &mut HttpResponseBuilder, notice: Notice) {
        if self.has_pages() {
            answer.cookie(self.cookies.leave_notice(notice));
        }
    }
}
