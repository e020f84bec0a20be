//! Which pages of other origins read our answers (CSR-05).

use reqwest::{Method, Response};

use crate::support::browser::{Browser, code};
use crate::support::program::Node;
use crate::support::route::{JWKS, ROUTES};
use crate::support::site::{Kind, Site};

const TRUSTED: &str = "https://app.example";

/// What pages say who may not read: what looks like a trusted origin among them.
fn untrusted(node: &Node) -> Vec<String> {
    let own = node.base_url();
    let fixed = [
        "https://evil.example",
        "https://app.example.evil.example",
        "https://evil-app.example",
        "https://sub.app.example",
        "http://app.example",
        "https://app.example:8443",
        "https://app.example.",
        "https://APP.example",
        "https://evil.example@app.example",
        "https:app.example",
        "app.example",
        "null",
        "*",
        "",
    ];
    let fixed = fixed.into_iter().map(str::to_owned);
    let near = [
        format!("{own}/"),
        own.replace("127.0.0.1", "127.0.0.1."),
        own.replace("127.0.0.1", "2130706433"),
        own.replace("http://", "http://evil@"),
    ];
    fixed.chain(near).collect()
}

fn header_of<'a>(answer: &'a Response, name: &str) -> Option<&'a str> {
    let values: Vec<_> = answer.headers().get_all(name).iter().collect();
    assert!(values.len() <= 1, "{name} is there twice");
    values.first().map(|value| value.to_str().unwrap())
}

/// No page of another site may read the answer.
fn assert_not_shared(answer: &Response, case: &str) {
    let named = header_of(answer, "access-control-allow-origin");
    // Public keys are the same for everybody: any page may read them, without credentials.
    let is_public = answer.url().path() == JWKS && answer.status() == 200;
    assert_eq!(named, is_public.then_some("*"), "{case}");
    let credentials = header_of(answer, "access-control-allow-credentials");
    assert_eq!(credentials, None, "{case}");
}

/// The page of this very origin may read the answer, cookies and all.
fn assert_shared(answer: &Response, origin: &str, case: &str) {
    let named = header_of(answer, "access-control-allow-origin");
    assert_eq!(named, Some(origin), "{case}");
    let credentials = header_of(answer, "access-control-allow-credentials");
    assert_eq!(credentials, Some("true"), "{case}");
    let varies = answer.headers().get_all("vary").iter();
    let mut varies = varies.filter_map(|value| value.to_str().ok());
    assert!(
        varies.any(|value| value.to_ascii_lowercase().contains("origin")),
        "{case}"
    );
}

#[tokio::test]
async fn csr_05_no_answer_is_shared_with_an_origin_that_is_not_trusted() {
    let mut site = Site::new(Kind::Sqlite).await;
    site.set("TRUSTED_ORIGINS", TRUSTED);
    let (node, signed_in, nobody) = (site.node().await, Browser::new(), Browser::new());
    signed_in.sign_in(&node, &site.idp, "jane").await;

    for route in ROUTES {
        let url = node.url(&route.path_of("x"));
        for origin in untrusted(&node) {
            for browser in [&signed_in, &nobody] {
                let request = browser.plain_request(Method::GET, &url);
                let answer = request.header("origin", &origin).send().await.unwrap();
                assert_not_shared(&answer, &format!("{} {origin:?}", route.path));
            }
            let asked = preflight(&nobody, &node, route.path, &origin, "GET").await;
            assert_not_shared(&asked, &format!("preflight {} {origin:?}", route.path));
            assert_eq!(header_of(&asked, "access-control-allow-methods"), None);
        }
    }
}

#[tokio::test]
async fn csr_05_a_trusted_origin_reads_the_answers_of_the_api_and_no_pages() {
    let mut site = Site::new(Kind::Sqlite).await;
    site.set("TRUSTED_ORIGINS", TRUSTED);
    let (node, browser) = (site.node().await, Browser::new());
    let own = node.base_url().to_owned();

    for route in ROUTES {
        for origin in [TRUSTED, &own] {
            let asked = browser.plain_request(Method::GET, node.url(&route.path_of("x")));
            let answer = asked.header("origin", origin).send().await.unwrap();
            let asked = preflight(&browser, &node, route.path, origin, "DELETE").await;
            for (answer, case) in [(&answer, "get"), (&asked, "preflight")] {
                let case = format!("{case} {} {origin}", route.path);
                if route.is_called_by_others() {
                    assert_shared(answer, origin, &case);
                } else {
                    assert_not_shared(answer, &case);
                }
            }
        }
    }
}

async fn preflight(
    browser: &Browser,
    node: &Node,
    path: &str,
    origin: &str,
    method: &str,
) -> Response {
    let request = browser
        .plain_request(Method::OPTIONS, node.url(path))
        .header("origin", origin)
        .header("access-control-request-method", method)
        .header("access-control-request-headers", "content-type");
    request.send().await.unwrap()
}

/// A simple request is sent without a preflight (Fetch §3.3): what it may not read it must not change either.
#[tokio::test]
async fn csr_05_a_simple_request_from_elsewhere_neither_reads_nor_changes() {
    let site = Site::new(Kind::Sqlite).await;
    let (node, browser) = (site.node().await, Browser::new());
    browser.sign_in(&node, &site.idp, "jane").await;

    for content_type in [
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "text/plain",
    ] {
        for path in ["/auth/signout", "/auth/sessions/revoke-others"] {
            let request = browser
                .plain_request(Method::POST, node.url(path))
                .header("origin", "https://evil.example")
                .header("content-type", content_type);
            let answer = request.send().await.unwrap();
            assert_not_shared(&answer, path);
            let refused = code(answer).await;
            assert!(
                ["cross_origin", "unsupported_media_type"].contains(&refused.as_str()),
                "{path}: {refused}"
            );
        }
    }

    assert!(browser.me(&node).await.is_some());
}

#[tokio::test]
async fn csr_05_a_preflight_allows_no_more_than_the_api_takes() {
    let mut site = Site::new(Kind::Sqlite).await;
    site.set("TRUSTED_ORIGINS", TRUSTED);
    let (node, browser) = (site.node().await, Browser::new());

    for method in ["PUT", "TRACE", "CONNECT", "*"] {
        let answer = preflight(&browser, &node, "/auth/sessions", TRUSTED, method).await;
        assert_not_shared(&answer, method);
    }
    for headers in [
        "x-http-method-override",
        "cookie",
        "content-type,x-evil",
        "*",
    ] {
        let request = browser
            .plain_request(Method::OPTIONS, node.url("/auth/sessions"))
            .header("origin", TRUSTED)
            .header("access-control-request-method", "DELETE")
            .header("access-control-request-headers", headers);
        let answer = request.send().await.unwrap();
        assert_not_shared(&answer, headers);
    }
}
