//! Whether a response is for a person or for a program.

use crate::header_name::HeaderName;
use crate::headers::{Headers, contains, first, first_text};

/// Returns whether a browser is navigating to a page: by `Sec-Fetch-Mode` or, without it, because it prefers HTML to
/// JSON.
pub(crate) fn wants_page(headers: &dyn Headers) -> bool {
    if contains(headers, HeaderName::Authorization) {
        return false;
    }
    if let Some(mode) = first(headers, HeaderName::SecFetchMode) {
        return mode == b"navigate";
    }
    let accepted = first_text(headers, HeaderName::Accept).unwrap_or_default();
    match (accepted.find("text/html"), accepted.find("json")) {
        (Some(html), Some(json)) => html < json,
        (html, _) => html.is_some(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_for_browsers_that_navigate() {
        let firefox = "text/html,application/xhtml+xml,*/*;q=0.8";
        for (sent, page) in [
            (&[] as &[(HeaderName, &str)], false),
            (&[(HeaderName::Accept, "*/*")], false),
            (&[(HeaderName::Accept, "application/json")], false),
            (
                &[(HeaderName::Accept, "application/json, text/html")],
                false,
            ),
            (&[(HeaderName::Accept, firefox)], true),
            (&[(HeaderName::SecFetchMode, "navigate")], true),
            (
                &[
                    (HeaderName::SecFetchMode, "cors"),
                    (HeaderName::Accept, firefox),
                ],
                false,
            ),
            (
                &[
                    (HeaderName::Authorization, "Bearer x"),
                    (HeaderName::Accept, firefox),
                ],
                false,
            ),
        ] {
            assert_eq!(wants_page(&sent.to_vec()), page, "{sent:?}");
        }
    }
}
