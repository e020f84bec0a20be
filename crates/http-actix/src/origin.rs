//! The origin rule: requests that change something must come from this site.

use actix_web::http::Method;
use actix_web::http::header::{HeaderMap, HeaderName, ORIGIN};
use belgie_domain::RedirectRule;
use url::Url;

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

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Returns whether the method may change something (RFC 9110 §9.2.1).
pub(crate) fn is_unsafe(method: &Method) -> bool {
    ![Method::GET, Method::HEAD, Method::OPTIONS].contains(method)
}

/// Returns where a request says that it comes from: by `Sec-Fetch-Site`, else by `Origin`.
pub(crate) fn source(headers: &HeaderMap, rule: &RedirectRule) -> Source {
    let site = Told::by(headers, &SEC_FETCH_SITE);
    if matches!(site, Told::Once("same-origin" | "none")) {
        return Source::Trusted;
    }
    match Told::by(headers, &ORIGIN) {
        Told::Once(origin) if trusts(rule, origin) => Source::Trusted,
        Told::Nothing if site == Told::Nothing => Source::Unsaid,
        Told::Nothing | Told::Once(_) | Told::Nonsense => Source::Foreign,
    }
}

/// Returns whether this text is an origin that is ours or trusted, spelt as browsers spell it (RFC 6454 §6.2): CORS
/// repeats it, so it must be the very text that stands on the list.
pub(crate) fn trusts(rule: &RedirectRule, origin: &str) -> bool {
    Url::parse(origin).is_ok_and(|url| {
        let spelt = url.origin();
        spelt.ascii_serialization() == origin && rule.trusts(&spelt)
    })
}

/// What a header tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told<'a> {
    Nothing,
    Once(&'a str),
    /// It is there more than once, or no text.
    Nonsense,
}

impl<'a> Told<'a> {
    fn by(headers: &'a HeaderMap, name: &HeaderName) -> Self {
        let mut values = headers.get_all(name);
        match (values.next(), values.next()) {
            (None, _) => Self::Nothing,
            (Some(value), None) => value.to_str().map_or(Self::Nonsense, Self::Once),
            (Some(_), Some(_)) => Self::Nonsense,
        }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    #[test]
    fn csr_01_the_source_is_told_by_sec_fetch_site_and_then_by_origin() {
        let rule = RedirectRule::new(
            "https://a.example".parse().unwrap(),
            ["https://spa.example".parse().unwrap()],
        );
        let cases: &[(&[(&str, &str)], Source)] = &[
            (&[], Source::Unsaid),
            (&[("sec-fetch-site", "same-origin")], Source::Trusted),
            (&[("sec-fetch-site", "none")], Source::Trusted),
            (&[("sec-fetch-site", "same-site")], Source::Foreign),
            (&[("sec-fetch-site", "cross-site")], Source::Foreign),
            (&[("sec-fetch-site", "nonsense")], Source::Foreign),
            (&[("origin", "https://a.example")], Source::Trusted),
            (&[("origin", "https://spa.example")], Source::Trusted),
            (
                &[
                    ("sec-fetch-site", "cross-site"),
                    ("origin", "https://spa.example"),
                ],
                Source::Trusted,
            ),
            (
                &[
                    ("sec-fetch-site", "same-site"),
                    ("origin", "https://b.example"),
                ],
                Source::Foreign,
            ),
            (&[("origin", "null")], Source::Foreign),
            (&[("origin", "")], Source::Foreign),
            (&[("origin", "https://a.example.evil")], Source::Foreign),
            (&[("origin", "http://a.example")], Source::Foreign),
            (&[("origin", "https://a.example:444")], Source::Foreign),
            (&[("origin", "https://a.example/x")], Source::Foreign),
            (&[("origin", "https://a.example/")], Source::Foreign),
            (&[("origin", "https://a.example:443")], Source::Foreign),
            (&[("origin", "https://A.example")], Source::Foreign),
            (&[("origin", "https://evil@a.example")], Source::Foreign),
            (&[("origin", "https:a.example")], Source::Foreign),
            (
                &[
                    ("origin", "https://a.example"),
                    ("origin", "https://evil.example"),
                ],
                Source::Foreign,
            ),
            (&[("referer", "https://a.example/")], Source::Unsaid),
        ];
        for (sent, source_of) in cases {
            let mut headers = HeaderMap::new();
            for (name, value) in *sent {
                headers.append(
                    HeaderName::from_bytes(name.as_bytes()).unwrap(),
                    HeaderValue::from_str(value).unwrap(),
                );
            }
            assert_eq!(source(&headers, &rule), *source_of, "{sent:?}");
        }
    }
}
