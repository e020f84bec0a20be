//! Checks that a request is for the site's host.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::code::Code;
use crate::config::UnknownHosts;
use crate::error::{Problem, Refusal};
use crate::header_name::HeaderName;
use crate::headers::first_text;
use crate::negotiate::wants_page;
use crate::request::Request;
use crate::site::Site;
use crate::text::detail;

/// Recognises the site's host by the configured base URL.
#[derive(Debug)]
pub(crate) struct HostRule {
    unknown: UnknownHosts,
    origin: String,
    host: String,
    default_port: &'static str,
    has_warned: AtomicBool,
}

impl HostRule {
    pub(crate) fn new(unknown: UnknownHosts, site: &Site) -> Self {
        let origin = site.origin();
        let host = origin.split_once("://").map_or("", |(_, host)| host);
        Self {
            unknown,
            host: host.to_owned(),
            default_port: if site.is_https() { ":443" } else { ":80" },
            origin,
            has_warned: AtomicBool::new(false),
        }
    }

    /// Checks that a request is for this site.
    ///
    /// # Errors
    /// A redirect to the right address, or `invalid_request` (421), depending on the configuration.
    pub(crate) fn check(&self, request: &Request<'_>) -> Result<(), Refusal> {
        let host = host_of(request).unwrap_or_default();
        if self.is_ours(host) {
            return Ok(());
        }
        self.warn_once(host);
        match self.unknown {
            UnknownHosts::Redirect if can_be_redirected(request) => {
                let target = request.target();
                let target = if target.starts_with('/') { target } else { "/" };
                Err(Refusal::Redirect(format!("{}{target}", self.origin)))
            }
            UnknownHosts::Serve | UnknownHosts::Redirect => Ok(()),
            UnknownHosts::Refuse => Err(self.refusal().into()),
        }
    }

    /// Checks that a request is for this site, whatever the configuration.
    ///
    /// # Errors
    /// `invalid_request` (421).
    pub(crate) fn require(&self, request: &Request<'_>) -> Result<(), Problem> {
        if self.is_ours(host_of(request).unwrap_or_default()) {
            return Ok(());
        }
        Err(self.refusal())
    }

    fn refusal(&self) -> Problem {
        Problem::new(Code::InvalidRequest)
            .with_status(421)
            .with_detail(detail::wrong_host(&self.origin))
    }

    fn is_ours(&self, host: &str) -> bool {
        let bare = host.strip_suffix(self.default_port).unwrap_or(host);
        bare.eq_ignore_ascii_case(&self.host)
    }

    fn warn_once(&self, host: &str) {
        if !self.has_warned.swap(true, Ordering::Relaxed) {
            tracing::warn!(?host, base_url = %self.origin, "request for a host other than the base URL's; further ones are not logged");
        }
    }
}

/// A navigating browser would lose its cookies on the way through the provider; programs are left alone.
fn can_be_redirected(request: &Request<'_>) -> bool {
    request.method() == "GET" && wants_page(request.headers())
}

/// Returns the host of the request: from its target (HTTP/2, proxies) or its `Host` header.
fn host_of<'a>(request: &Request<'a>) -> Option<&'a str> {
    let header = || first_text(request.headers(), HeaderName::Host);
    request.authority().or_else(header)
}
