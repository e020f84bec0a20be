//! The origin rule: requests that change something must come from this site.

use belgie_domain::RedirectRule;
use url::Url;

use crate::header_name::HeaderName;
use crate::headers::{HeaderLines, Headers, text};

/// Where a request comes from, according to its headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// This site or a trusted origin.
    Trusted,
    /// Another site.
    CrossOrigin,
    /// Not stated; current browsers always state it.
    Unknown,
}

/// What to do with a request of unknown source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UnknownSource {
    /// Accept it.
    Allow,
    /// Refuse it.
    Refuse,
}

/// Returns where a request comes from: by `Sec-Fetch-Site`, else by `Origin`.
pub(crate) fn source(headers: &dyn Headers, rule: &RedirectRule) -> Source {
    let site = HeaderLines::of(headers, HeaderName::SecFetchSite);
    if matches!(site, HeaderLines::One(b"same-origin" | b"none")) {
        return Source::Trusted;
    }
    match HeaderLines::of(headers, HeaderName::Origin) {
        HeaderLines::One(origin) if is_trusted(rule, origin) => Source::Trusted,
        HeaderLines::None if site == HeaderLines::None => Source::Unknown,
        HeaderLines::None | HeaderLines::One(_) | HeaderLines::Several => Source::CrossOrigin,
    }
}

/// Returns whether a request comes from this very site, by the same headers; pages of trusted origins do not.
pub(crate) fn is_own_site(headers: &dyn Headers, rule: &RedirectRule) -> bool {
    let site = HeaderLines::of(headers, HeaderName::SecFetchSite);
    if matches!(site, HeaderLines::One(b"same-origin" | b"none")) {
        return true;
    }
    let own = rule.base().origin().ascii_serialization();
    matches!(HeaderLines::of(headers, HeaderName::Origin), HeaderLines::One(origin) if origin == own.as_bytes())
}

fn is_trusted(rule: &RedirectRule, origin: &[u8]) -> bool {
    text(origin).is_some_and(|origin| trusts(rule, origin))
}

/// Returns whether this text is our own or a trusted origin in its canonical serialization (RFC 6454 §6.2). CORS echoes
/// it, so it must match exactly.
pub(crate) fn trusts(rule: &RedirectRule, origin: &str) -> bool {
    Url::parse(origin).is_ok_and(|url| {
        let spelt = url.origin();
        spelt.ascii_serialization() == origin && rule.trusts(&spelt)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flow_11_a_trusted_origin_is_not_this_site() {
        let rule = RedirectRule::new(
            "https://a.example".parse().unwrap(),
            ["https://spa.example".parse().unwrap()],
        );
        let cases: &[(&[(HeaderName, &str)], bool)] = &[
            (&[(HeaderName::SecFetchSite, "same-origin")], true),
            (&[(HeaderName::SecFetchSite, "none")], true),
            (&[(HeaderName::Origin, "https://a.example")], true),
            (&[(HeaderName::Origin, "https://spa.example")], false),
            (
                &[
                    (HeaderName::SecFetchSite, "cross-site"),
                    (HeaderName::Origin, "https://spa.example"),
                ],
                false,
            ),
            (&[(HeaderName::SecFetchSite, "same-site")], false),
            (&[(HeaderName::Origin, "null")], false),
            (&[], false),
        ];
        for (sent, own) in cases {
            assert_eq!(is_own_site(&sent.to_vec(), &rule), *own, "{sent:?}");
        }
    }

    #[test]
    fn csr_01_the_source_is_read_from_sec_fetch_site_and_then_from_origin() {
        let rule = RedirectRule::new(
            "https://a.example".parse().unwrap(),
            ["https://spa.example".parse().unwrap()],
        );
        let cases: &[(&[(HeaderName, &str)], Source)] = &[
            (&[], Source::Unknown),
            (
                &[(HeaderName::SecFetchSite, "same-origin")],
                Source::Trusted,
            ),
            (&[(HeaderName::SecFetchSite, "none")], Source::Trusted),
            (
                &[(HeaderName::SecFetchSite, "same-site")],
                Source::CrossOrigin,
            ),
            (
                &[(HeaderName::SecFetchSite, "cross-site")],
                Source::CrossOrigin,
            ),
            (
                &[(HeaderName::SecFetchSite, "nonsense")],
                Source::CrossOrigin,
            ),
            (
                &[(HeaderName::Origin, "https://a.example")],
                Source::Trusted,
            ),
            (
                &[(HeaderName::Origin, "https://spa.example")],
                Source::Trusted,
            ),
            (
                &[
                    (HeaderName::SecFetchSite, "cross-site"),
                    (HeaderName::Origin, "https://spa.example"),
                ],
                Source::Trusted,
            ),
            (
                &[
                    (HeaderName::SecFetchSite, "same-site"),
                    (HeaderName::Origin, "https://b.example"),
                ],
                Source::CrossOrigin,
            ),
            (&[(HeaderName::Origin, "null")], Source::CrossOrigin),
            (&[(HeaderName::Origin, "")], Source::CrossOrigin),
            (
                &[(HeaderName::Origin, "https://a.example.evil")],
                Source::CrossOrigin,
            ),
            (
                &[(HeaderName::Origin, "http://a.example")],
                Source::CrossOrigin,
            ),
            (
                &[(HeaderName::Origin, "https://a.example:444")],
                Source::CrossOrigin,
            ),
            (
                &[(HeaderName::Origin, "https://a.example/x")],
                Source::CrossOrigin,
            ),
            (
                &[(HeaderName::Origin, "https://a.example/")],
                Source::CrossOrigin,
            ),
            (
                &[(HeaderName::Origin, "https://a.example:443")],
                Source::CrossOrigin,
            ),
            (
                &[(HeaderName::Origin, "https://A.example")],
                Source::CrossOrigin,
            ),
            (
                &[(HeaderName::Origin, "https://evil@a.example")],
                Source::CrossOrigin,
            ),
            (
                &[(HeaderName::Origin, "https:a.example")],
                Source::CrossOrigin,
            ),
            (
                &[
                    (HeaderName::Origin, "https://a.example"),
                    (HeaderName::Origin, "https://evil.example"),
                ],
                Source::CrossOrigin,
            ),
        ];
        for (sent, source_of) in cases {
            assert_eq!(source(&sent.to_vec(), &rule), *source_of, "{sent:?}");
        }
    }
}
