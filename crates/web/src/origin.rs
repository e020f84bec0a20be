//! The origin rule: requests that change something must come from this site.

use belgie_domain::RedirectRule;
use url::Url;

use crate::header_name::HeaderName;
use crate::headers::{Given, Headers, text};

/// Where a request says that it comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// This site or a trusted origin.
    Trusted,
    /// Elsewhere.
    Foreign,
    /// It does not say: no browser of the last years.
    Unsaid,
}

/// Returns where a request says that it comes from: by `Sec-Fetch-Site`, else by `Origin`.
pub(crate) fn source(headers: &dyn Headers, rule: &RedirectRule) -> Source {
    let site = Given::under(headers, HeaderName::SecFetchSite);
    if matches!(site, Given::Once(b"same-origin" | b"none")) {
        return Source::Trusted;
    }
    match Given::under(headers, HeaderName::Origin) {
        Given::Once(origin) if is_trusted(rule, origin) => Source::Trusted,
        Given::Nothing if site == Given::Nothing => Source::Unsaid,
        Given::Nothing | Given::Once(_) | Given::Several => Source::Foreign,
    }
}

fn is_trusted(rule: &RedirectRule, origin: &[u8]) -> bool {
    text(origin).is_some_and(|origin| trusts(rule, origin))
}

/// Returns whether this text is an origin that is ours or trusted, spelt as browsers spell it (RFC 6454 §6.2): CORS
/// repeats it, so it must be the very text that stands on the list.
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
    fn csr_01_the_source_is_told_by_sec_fetch_site_and_then_by_origin() {
        let rule = RedirectRule::new(
            "https://a.example".parse().unwrap(),
            ["https://spa.example".parse().unwrap()],
        );
        let cases: &[(&[(HeaderName, &str)], Source)] = &[
            (&[], Source::Unsaid),
            (
                &[(HeaderName::SecFetchSite, "same-origin")],
                Source::Trusted,
            ),
            (&[(HeaderName::SecFetchSite, "none")], Source::Trusted),
            (&[(HeaderName::SecFetchSite, "same-site")], Source::Foreign),
            (&[(HeaderName::SecFetchSite, "cross-site")], Source::Foreign),
            (&[(HeaderName::SecFetchSite, "nonsense")], Source::Foreign),
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
                Source::Foreign,
            ),
            (&[(HeaderName::Origin, "null")], Source::Foreign),
            (&[(HeaderName::Origin, "")], Source::Foreign),
            (
                &[(HeaderName::Origin, "https://a.example.evil")],
                Source::Foreign,
            ),
            (&[(HeaderName::Origin, "http://a.example")], Source::Foreign),
            (
                &[(HeaderName::Origin, "https://a.example:444")],
                Source::Foreign,
            ),
            (
                &[(HeaderName::Origin, "https://a.example/x")],
                Source::Foreign,
            ),
            (
                &[(HeaderName::Origin, "https://a.example/")],
                Source::Foreign,
            ),
            (
                &[(HeaderName::Origin, "https://a.example:443")],
                Source::Foreign,
            ),
            (
                &[(HeaderName::Origin, "https://A.example")],
                Source::Foreign,
            ),
            (
                &[(HeaderName::Origin, "https://evil@a.example")],
                Source::Foreign,
            ),
            (&[(HeaderName::Origin, "https:a.example")], Source::Foreign),
            (
                &[
                    (HeaderName::Origin, "https://a.example"),
                    (HeaderName::Origin, "https://evil.example"),
                ],
                Source::Foreign,
            ),
        ];
        for (sent, source_of) in cases {
            assert_eq!(source(&sent.to_vec(), &rule), *source_of, "{sent:?}");
        }
    }
}
