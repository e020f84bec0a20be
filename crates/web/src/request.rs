use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use belgie_auth::Authenticated;
use tokio::sync::OnceCell;
use uuid::Uuid;

use crate::error::Problem;
use crate::headers::Headers;

/// A request, borrowed from the framework's own type.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    context: &'a RequestContext,
    method: &'a str,
    target: &'a str,
    headers: &'a dyn Headers,
    authority: Option<&'a str>,
    peer: Option<IpAddr>,
}

/// State shared by everything that handles one request: its id, and the authentication once it has been checked.
pub struct RequestContext {
    id: Uuid,
    pub(crate) authenticated: OnceCell<Result<Arc<Authenticated>, Problem>>,
}

impl RequestContext {
    /// Generates a request id.
    #[expect(
        clippy::disallowed_methods,
        reason = "the name of a request is neither a secret nor a time that a rule depends on"
    )]
    pub fn new() -> Self {
        Self {
            id: Uuid::now_v7(),
            authenticated: OnceCell::new(),
        }
    }
}

impl Default for RequestContext {
    fn default() -> Self {
        Self::new()
    }
}

impl<'a> Request<'a> {
    /// Creates a request from its method, such as `GET`, and its target, the path and query as they were sent.
    pub fn new(
        context: &'a RequestContext,
        method: &'a str,
        target: &'a str,
        headers: &'a dyn Headers,
    ) -> Self {
        Self {
            context,
            method,
            target,
            headers,
            authority: None,
            peer: None,
        }
    }

    /// Sets the authority of a target that has one (HTTP/2, proxies); otherwise the `Host` header is used.
    #[must_use]
    pub fn with_authority(mut self, authority: Option<&'a str>) -> Self {
        self.authority = authority;
        self
    }

    /// Sets the peer's address.
    #[must_use]
    pub fn with_peer(mut self, peer: Option<IpAddr>) -> Self {
        self.peer = peer;
        self
    }

    /// Returns the request id used in responses, logs and events.
    pub fn id(&self) -> Uuid {
        self.context.id
    }

    /// Returns the method.
    pub fn method(&self) -> &'a str {
        self.method
    }

    /// Returns the path and query as they were sent.
    pub fn target(&self) -> &'a str {
        self.target
    }

    /// Returns the path as it was sent, percent-encoded.
    pub fn path(&self) -> &'a str {
        self.target
            .split_once('?')
            .map_or(self.target, |(path, _)| path)
    }

    /// Returns the query as it was sent, without the question mark; empty if there is none.
    pub fn query(&self) -> &'a str {
        self.target.split_once('?').map_or("", |(_, query)| query)
    }

    /// Returns the headers.
    pub fn headers(&self) -> &'a dyn Headers {
        self.headers
    }

    pub(crate) fn authority(&self) -> Option<&'a str> {
        self.authority
    }

    pub(crate) fn peer(&self) -> Option<IpAddr> {
        self.peer
    }

    pub(crate) fn context(&self) -> &'a RequestContext {
        self.context
    }

    /// Returns whether the URL contains a code or state, which must not leak and cannot be used again.
    pub(crate) fn is_callback(&self) -> bool {
        self.path().ends_with("/callback")
    }

    /// Returns whether it is for a page to which a mailed link leads, or for the route of its form. The URL may contain a
    /// token, which must not leak.
    pub(crate) fn is_mailed_link(&self) -> bool {
        ["/reset", "/verify", "/confirm"]
            .iter()
            .any(|end| self.path().ends_with(end))
    }

    /// Returns whether repeating the request is safe and may help.
    pub(crate) fn is_repeatable(&self) -> bool {
        self.method == "GET" && !self.is_callback()
    }

    /// Returns whether the method may change state (RFC 9110 §9.2.1).
    pub(crate) fn is_unsafe(&self) -> bool {
        !matches!(self.method, "GET" | "HEAD" | "OPTIONS")
    }
}

impl fmt::Debug for Request<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("id", &self.context.id)
            .field("method", &self.method)
            .field("path", &self.path())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for RequestContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestContext")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}
