//! Whether an answer is for a person or for a program.

use actix_web::http::header::{ACCEPT, AUTHORIZATION, HeaderMap, HeaderName};

const SEC_FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");

/// Returns whether a browser asks for a page: it says that it navigates, or, where it says nothing of the kind, that it
/// would rather have HTML than JSON.
pub(crate) fn wants_page(headers: &HeaderMap) -> bool {
    if headers.contains_key(AUTHORIZATION) {
        return false;
    }
    if let Some(mode) = headers.get(SEC_FETCH_MODE) {
        return mode == "navigate";
    }
    let accepted = headers.get(ACCEPT).and_then(|value| value.to_str().ok());
    let accepted = accepted.unwrap_or_default();
    match (accepted.find("text/html"), accepted.find("json")) {
        (Some(html), Some(json)) => html < json,
        (html, _) => html.is_some(),
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn pages_are_for_browsers_that_navigate() {
        let firefox = "text/html,application/xhtml+xml,*/*;q=0.8";
        for (sent, page) in [
            (&[] as &[(&str, &str)], false),
            (&[("accept", "*/*")], false),
            (&[("accept", "application/json")], false),
            (&[("accept", "application/json, text/html")], false),
            (&[("accept", firefox)], true),
            (&[("sec-fetch-mode", "navigate")], true),
            (&[("sec-fetch-mode", "cors"), ("accept", firefox)], false),
            (&[("authorization", "Bearer x"), ("accept", firefox)], false),
        ] {
            let request = sent
                .iter()
                .fold(TestRequest::get(), |request, header| {
                    request.insert_header(*header)
                })
                .to_http_request();
            assert_eq!(wants_page(request.headers()), page, "{sent:?}");
        }
    }
}
