//! Whether a request is for this host.

use std::sync::atomic::{AtomicBool, Ordering};

use actix_web::HttpRequest;
use actix_web::http::uri::{Authority, PathAndQuery};
use actix_web::http::{Method, StatusCode};

use crate::config::{UnknownHosts, WebConfig};
use crate::error::{ApiError, ErrorCode};
use crate::negotiate::wants_page;

/// Knows our host by the configured address.
#[derive(Debug)]
pub(crate) struct HostRule {
    unknown: UnknownHosts,
    origin: String,
    host: String,
    default_port: Option<&'static str>,
    told: AtomicBool,
}

impl HostRule {
    pub(crate) fn new(config: &WebConfig) -> Self {
        let origin = config.origin();
        let host = origin.split_once("://").map_or("", |(_, host)| host);
        Self {
            unknown: config.unknown_hosts,
            host: host.to_owned(),
            default_port: match config.base_url.scheme() {
                "https" => Some(":443"),
                "http" => Some(":80"),
                _ => None,
            },
            origin,
            told: AtomicBool::new(false),
        }
    }

    /// Checks that a request is for us. Those who ask whether we live may call us anything.
    pub(crate) fn check(&self, request: &HttpRequest) -> Result<(), ApiError> {
        let exempt = matches!(request.path(), "/healthz" | "/readyz");
        let host = host_of(request).unwrap_or_default();
        if exempt || self.is_ours(host) {
            return Ok(());
        }
        self.tell_once(host);
        match self.unknown {
            UnknownHosts::Redirect if Self::can_be_sent(request) => {
                let path = request.uri().path_and_query();
                let path = path.map_or("/", PathAndQuery::as_str);
                let path = if path.starts_with('/') { path } else { "/" };
                Err(ApiError::see_other(format!("{}{path}", self.origin)))
            }
            UnknownHosts::Serve | UnknownHosts::Redirect => Ok(()),
            UnknownHosts::Refuse => Err(ApiError::new(ErrorCode::InvalidRequest)
                .with_status(StatusCode::MISDIRECTED_REQUEST)
                .with_detail(format!("This site is at {} and nowhere else.", self.origin))),
        }
    }

    /// A browser that navigates would lose its cookies on the way through the provider; a program knows what it does.
    fn can_be_sent(request: &HttpRequest) -> bool {
        request.method() == Method::GET && wants_page(request.headers())
    }

    fn is_ours(&self, host: &str) -> bool {
        let bare = self
            .default_port
            .and_then(|port| host.strip_suffix(port))
            .unwrap_or(host);
        bare.eq_ignore_ascii_case(&self.host)
    }

    fn tell_once(&self, host: &str) {
        if !self.told.swap(true, Ordering::Relaxed) {
            tracing::warn!(?host, base_url = %self.origin, "a request for another host than BASE_URL's; further ones are not logged");
        }
    }
}

/// The host as the request has it: in its target (HTTP/2, proxies) or its header, if it has one.
fn host_of(request: &HttpRequest) -> Option<&str> {
    let authority = request.uri().authority();
    authority.map(Authority::as_str).or_else(|| {
        let header = request.headers().get(actix_web::http::header::HOST)?;
        header.to_str().ok()
    })
}
