//! Cross-origin requests with credentials.

use belgie_domain::RedirectRule;

use crate::header_name::HeaderName;
use crate::headers::{HeaderLines, Headers, contains, first_text, text};
use crate::origin::trusts;
use crate::reply::Reply;
use crate::request::Request;
use crate::web::Web;

/// The API's methods, over all paths.
const METHODS: [&str; 5] = ["GET", "HEAD", "POST", "PATCH", "DELETE"];
/// The request headers allowed beyond the safelisted ones.
const HEADERS: [&str; 3] = ["accept", "authorization", "content-type"];
/// How many seconds a browser may cache a preflight response.
const MAX_AGE: &str = "600";

/// For the application's own routes.
impl Web {
    /// Answers a preflight request (Fetch §4.8) for a route of the application: a trusted origin may use any method and any
    /// header. `None` when it is no preflight.
    pub fn preflight(&self, request: &Request<'_>) -> Option<Reply> {
        let headers = request.headers();
        let method = first_text(headers, HeaderName::AccessControlRequestMethod)?;
        if request.method() != "OPTIONS" || !contains(headers, HeaderName::Origin) {
            return None;
        }
        let mut reply = Reply::new(204);
        allow_reading(&mut reply, headers, self.auth.redirects());
        if allowed_origin(headers, self.auth.redirects()).is_some() {
            let named = first_text(headers, HeaderName::AccessControlRequestHeaders);
            let named = named.unwrap_or_default().to_owned();
            reply.push(HeaderName::AccessControlAllowMethods, method.to_owned());
            reply.push(HeaderName::AccessControlAllowHeaders, named);
            reply.push(HeaderName::AccessControlMaxAge, MAX_AGE);
        }
        Some(reply)
    }

    /// Returns a response that has only the headers by which a trusted origin may read the application's response.
    pub fn readable(&self, request: &Request<'_>) -> Reply {
        let mut reply = Reply::new(200);
        allow_reading(&mut reply, request.headers(), self.auth.redirects());
        reply
    }
}

/// Returns the request's origin if it is our own or trusted. No other origin is ever echoed.
pub(crate) fn allowed_origin<'h>(headers: &'h dyn Headers, rule: &RedirectRule) -> Option<&'h str> {
    let HeaderLines::One(origin) = HeaderLines::of(headers, HeaderName::Origin) else {
        return None;
    };
    text(origin).filter(|origin| trusts(rule, origin))
}

/// Answers a preflight request (Fetch §4.8) if its origin is allowed and it requests no more than the API supports.
pub(crate) fn preflight(headers: &dyn Headers, rule: &RedirectRule) -> Option<Reply> {
    let method = first_text(headers, HeaderName::AccessControlRequestMethod)?;
    let named = first_text(headers, HeaderName::AccessControlRequestHeaders).unwrap_or_default();
    let is_known = |name: &str| HEADERS.iter().any(|known| name.eq_ignore_ascii_case(known));
    let mut named = named
        .split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty());
    if !METHODS.contains(&method) || !named.all(is_known) {
        return None;
    }
    allowed_origin(headers, rule)?;
    let reply = Reply::new(200)
        .with_header(HeaderName::AccessControlAllowMethods, METHODS.join(", "))
        .with_header(HeaderName::AccessControlAllowHeaders, HEADERS.join(", "))
        .with_header(HeaderName::AccessControlMaxAge, MAX_AGE);
    Some(reply)
}

/// Adds the headers by which an allowed origin may read a response, even a refusal. A refused preflight gets none, so
/// that the browser does not send the request.
pub(crate) fn allow_reading(reply: &mut Reply, headers: &dyn Headers, rule: &RedirectRule) {
    if !contains(headers, HeaderName::Origin) {
        return;
    }
    reply.push(HeaderName::Vary, "Origin");
    let is_preflight = contains(headers, HeaderName::AccessControlRequestMethod);
    if is_preflight && reply.status() >= 400 {
        return;
    }
    if let Some(origin) = allowed_origin(headers, rule) {
        reply.push(HeaderName::AccessControlAllowOrigin, origin.to_owned());
        reply.push(HeaderName::AccessControlAllowCredentials, "true");
        reply.push(
            HeaderName::AccessControlExposeHeaders,
            "retry-after, x-request-id",
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule() -> RedirectRule {
        let spa = "https://spa.example".parse().unwrap();
        RedirectRule::new("https://a.example".parse().unwrap(), [spa])
    }

    #[test]
    fn csr_05_only_one_origin_that_is_on_the_list_may_read() {
        for (origins, allowed) in [
            (&[] as &[&str], None),
            (&["https://spa.example"], Some("https://spa.example")),
            (&["https://a.example"], Some("https://a.example")),
            (&["https://evil.example"], None),
            (&["null"], None),
            (&["https://spa.example", "https://spa.example"], None),
        ] {
            let line = |origin: &&'static str| (HeaderName::Origin, *origin);
            let headers: Vec<_> = origins.iter().map(line).collect();
            let mut reply = Reply::new(200);
            allow_reading(&mut reply, &headers, &rule());

            let named = reply.header(HeaderName::AccessControlAllowOrigin);
            assert_eq!(named, allowed, "{origins:?}");
            assert_eq!(reply.headers().is_empty(), origins.is_empty());
        }
    }

    #[test]
    fn csr_05_a_preflight_is_answered_for_an_allowed_origin_alone() {
        let ask = |headers: Vec<(HeaderName, &str)>| preflight(&headers, &rule());
        let spa = (HeaderName::Origin, "https://spa.example");
        let method = (HeaderName::AccessControlRequestMethod, "DELETE");

        let answered = ask(vec![spa, method]).unwrap();
        let methods = answered.header(HeaderName::AccessControlAllowMethods);
        assert_eq!(methods, Some("GET, HEAD, POST, PATCH, DELETE"));
        let max_age = answered.header(HeaderName::AccessControlMaxAge);
        assert_eq!(max_age, Some("600"));

        assert!(ask(vec![spa]).is_none());
        assert!(ask(vec![(HeaderName::Origin, "https://evil.example"), method]).is_none());
        assert!(ask(vec![method]).is_none());
        for too_much in [
            (HeaderName::AccessControlRequestMethod, "PUT"),
            (
                HeaderName::AccessControlRequestHeaders,
                "content-type, x-evil",
            ),
            (HeaderName::AccessControlRequestHeaders, "*"),
        ] {
            let mut asked = vec![spa, too_much];
            if too_much.0 == HeaderName::AccessControlRequestHeaders {
                asked.push(method);
            }
            assert!(ask(asked.clone()).is_none(), "{too_much:?}");
            let mut refused = Reply::new(405);
            allow_reading(&mut refused, &asked, &rule());
            let named = refused.header(HeaderName::AccessControlAllowOrigin);
            assert_eq!(named, None, "{too_much:?}");
        }
    }
}
