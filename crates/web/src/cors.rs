//! Which front ends of other origins may call us with credentials.

use belgie_domain::RedirectRule;

use crate::header_name::HeaderName;
use crate::headers::{Given, Headers, contains, text};
use crate::origin::trusts;
use crate::reply::Reply;

/// Seconds for which a browser may remember what it was allowed.
const MAX_AGE: &str = "600";

/// Returns the origin of a request, when it is ours or trusted: no other is ever named in an answer.
pub(crate) fn allowed_origin<'h>(headers: &'h dyn Headers, rule: &RedirectRule) -> Option<&'h str> {
    let Given::Once(origin) = Given::under(headers, HeaderName::Origin) else {
        return None;
    };
    text(origin).filter(|origin| trusts(rule, origin))
}

/// Answers what a browser asks before it sends a request of another origin, when that origin is allowed
/// (Fetch §3.3.2).
pub(crate) fn preflight(
    headers: &dyn Headers,
    rule: &RedirectRule,
    methods: &str,
) -> Option<Reply> {
    if !contains(headers, HeaderName::AccessControlRequestMethod) {
        return None;
    }
    allowed_origin(headers, rule)?;
    let reply = Reply::new(200)
        .with_header(HeaderName::AccessControlAllowMethods, methods.to_owned())
        .with_header(
            HeaderName::AccessControlAllowHeaders,
            "accept, authorization, content-type",
        )
        .with_header(HeaderName::AccessControlMaxAge, MAX_AGE);
    Some(reply)
}

/// Lets an allowed origin read an answer, refusals too.
pub(crate) fn allow_reading(reply: &mut Reply, headers: &dyn Headers, rule: &RedirectRule) {
    if !contains(headers, HeaderName::Origin) {
        return;
    }
    reply.push(HeaderName::Vary, "Origin");
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
        let ask = |headers: Vec<(HeaderName, &str)>| preflight(&headers, &rule(), "GET, DELETE");
        let spa = (HeaderName::Origin, "https://spa.example");
        let method = (HeaderName::AccessControlRequestMethod, "DELETE");

        let answered = ask(vec![spa, method]).unwrap();
        let methods = answered.header(HeaderName::AccessControlAllowMethods);
        assert_eq!(methods, Some("GET, DELETE"));
        let max_age = answered.header(HeaderName::AccessControlMaxAge);
        assert_eq!(max_age, Some("600"));

        assert!(ask(vec![spa]).is_none());
        assert!(ask(vec![(HeaderName::Origin, "https://evil.example"), method]).is_none());
        assert!(ask(vec![method]).is_none());
    }
}
