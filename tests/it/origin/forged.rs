//! Requests that change something, from wherever they may come (CSR-01, CSR-03).

use reqwest::{Method, Response, StatusCode};

use super::session_of;
use crate::support::browser::{Browser, code};
use crate::support::program::Node;
use crate::support::route::{ACCESS_TOKEN, LINK, TOKEN, changing_calls};
use crate::support::site::{Kind, Site, on_both_databases};
use crate::support::stored::dump;

/// A request that a page at `origin`, or a program that says so, sends with the cookie of the person.
async fn send(
    browser: &Browser,
    node: &Node,
    (method, path): (&str, &str),
    headers: &[(&str, &str)],
) -> Response {
    let request = browser.plain_request(method.parse().unwrap(), node.url(path));
    let request = headers.iter().fold(request, |request, (name, value)| {
        request.header(*name, *value)
    });
    request.send().await.unwrap()
}

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
const JSON: (&str, &str) = ("content-type", "application/json");

/// What no request of ours and of no trusted origin says of where it comes from.
fn foreign_sources(node: &Node) -> Vec<Vec<(&'static str, String)>> {
    let own = node.base_url();
    let port = own.rsplit(':').next().unwrap();
    let site = |value: &str| ("sec-fetch-site", value.to_owned());
    let origin = |value: &str| ("origin", value.to_owned());
    let mut sources = vec![
        vec![],
        vec![site("cross-site")],
        vec![site("same-site")],
        vec![site("")],
        vec![site("Same-Origin")],
        vec![site("same-origin, none")],
        vec![site("same-origin"), site("cross-site")],
        vec![site("same-origin"), site("same-origin")],
        vec![site("cross-site"), ("referer", format!("{own}/dashboard"))],
        vec![("referer", format!("{own}/dashboard"))],
        vec![site("cross-site"), origin("https://evil.example")],
        vec![site("same-site"), origin("https://evil.example")],
        vec![origin(own), origin("https://evil.example")],
        vec![origin("https://evil.example"), origin(own)],
        vec![origin(own), origin(own)],
        vec![
            origin("http://evil.example"),
            ("x-forwarded-host", "evil.example".to_owned()),
        ],
        vec![
            origin("http://evil.example"),
            ("x-forwarded-origin", own.to_owned()),
        ],
    ];
    let wrong = [
        "null".to_owned(),
        String::new(),
        "https://evil.example".to_owned(),
        "https://app.example.evil.example".to_owned(),
        "https://evil-app.example".to_owned(),
        "https://sub.app.example".to_owned(),
        "http://app.example".to_owned(),
        "https://app.example:444".to_owned(),
        "https://app.example.".to_owned(),
        "https://app.example, https://evil.example".to_owned(),
        "https://app.example https://evil.example".to_owned(),
        "https://evil.example@app.example".to_owned(),
        "app.example".to_owned(),
        "file://".to_owned(),
        format!("{own}/"),
        format!("{own}.evil.example"),
        format!("http://evil.example@127.0.0.1:{port}"),
        format!("http://127.0.0.1.:{port}"),
        format!("http://2130706433:{port}"),
        format!("http://0x7f.1:{port}"),
        format!("https://127.0.0.1:{port}"),
        format!("http://localhost:{port}"),
        "http://127.0.0.1".to_owned(),
    ];
    sources.extend(wrong.iter().map(|value| vec![origin(value)]));
    sources
}

#[tokio::test]
async fn csr_01_no_route_is_changed_by_a_request_from_elsewhere() {
    let mut site = Site::new(Kind::Sqlite).await;
    site.set("TRUSTED_ORIGINS", "https://app.example");
    let (node, browser) = (site.node().await, Browser::new());
    for browser in [&browser, &Browser::new()] {
        browser.sign_in(&node, &site.idp, "jane").await;
    }
    let session = session_of(&browser, &node).await;
    let before = dump(&site);

    for (route, method) in changing_calls() {
        for source in foreign_sources(&node) {
            let headers = source.iter().map(|(name, value)| (*name, value.as_str()));
            let headers: Vec<_> = headers.chain([FORM]).collect();
            let path = route.path_of(&session);
            let answer = send(&browser, &node, (method, &path), &headers).await;

            let case = format!("{method} {path} {source:?}");
            assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{case}");
            assert!(answer.headers().get("set-cookie").is_none(), "{case}");
            assert_eq!(code(answer).await, "cross_origin", "{case}");
        }
    }

    assert_eq!(dump(&site), before);
}

/// An origin that the site trusts.
const TRUSTED: &str = "https://app.example";

on_both_databases! {
    csr_01_every_route_takes_requests_of_this_site_and_of_trusted_origins,
}

async fn csr_01_every_route_takes_requests_of_this_site_and_of_trusted_origins(site: Site) {
    let mut site = site;
    site.set("TRUSTED_ORIGINS", TRUSTED);
    let node = site.node().await;
    let own = node.base_url().to_owned();
    let sources: [&[(&str, &str)]; 6] = [
        &[("sec-fetch-site", "same-origin")],
        &[("sec-fetch-site", "none")],
        &[("origin", &own)],
        &[("origin", TRUSTED)],
        &[("sec-fetch-site", "cross-site"), ("origin", TRUSTED)],
        &[("sec-fetch-site", "same-site"), ("origin", TRUSTED)],
    ];

    for (route, method) in changing_calls() {
        for source in sources {
            let browser = Browser::new();
            browser.sign_in(&node, &site.idp, "jane").await;
            let path = route.path_of(&session_of(&browser, &node).await);
            let body = if route.path == ACCESS_TOKEN {
                JSON
            } else {
                FORM
            };
            let headers: Vec<_> = source.iter().copied().chain([body]).collect();

            let answer = send(&browser, &node, (method, &path), &headers).await;

            let is_own = source.iter().all(|(_, value)| *value != TRUSTED);
            let accepted: &[u16] = match route.path {
                LINK if !is_own => &[403],
                // The session's id is that of no account, nothing waits for a choice, and this site sends no mails.
                "/auth/accounts/{id}"
                | "/auth/pending/fresh"
                | "/auth/password/forgot"
                | "/auth/password/reset"
                | "/auth/email/resend"
                | "/auth/email/verify"
                | "/auth/email/confirm" => &[404],
                "/api/me" if method == "PATCH" => &[415],
                // An empty form is shown again.
                "/api/me/delete"
                | "/auth/register"
                | "/auth/login"
                | "/auth/password/change"
                | "/auth/password/set"
                | "/auth/email/change"
                | "/auth/reauthenticate" => &[422],
                // They take JSON alone, which they read after this check.
                "/auth/exchange" | "/auth/provider/google/callback" | TOKEN => &[415],
                _ => &[200, 204, 303],
            };
            let status = answer.status().as_u16();
            assert!(
                accepted.contains(&status),
                "{method} {path} {source:?}: {status}"
            );
        }
    }
}

#[tokio::test]
async fn csr_01_a_bearer_needs_no_origin_and_brings_no_cookie_along() {
    let site = Site::new(Kind::Sqlite).await;
    let (node, browser) = (site.node().await, Browser::new());
    browser.sign_in(&node, &site.idp, "jane").await;
    let token = browser.cookie(&node, "belgie_session").unwrap();
    let bearer = format!("Bearer {token}");
    let evil = ("origin", "https://evil.example");

    let own = send(
        &browser,
        &node,
        ("DELETE", "/auth/sessions"),
        &[evil, ("authorization", &bearer)],
    )
    .await;
    assert_eq!(own.status(), 200);
    for other in ["Bearer x", "Basic Og==", "Negotiate x", ""] {
        let headers = [evil, ("authorization", other), FORM];
        let answer = send(&browser, &node, ("DELETE", "/auth/sessions"), &headers).await;
        assert_eq!(answer.status(), 401, "{other:?}");
        let answer = send(&browser, &node, ("POST", "/auth/signout"), &headers).await;
        assert!(answer.headers().get("set-cookie").is_none(), "{other:?}");
    }

    assert!(browser.me(&node).await.is_some());
}

#[tokio::test]
async fn csr_03_every_route_that_takes_a_body_takes_only_its_own_types() {
    let site = Site::new(Kind::Sqlite).await;
    let (node, browser) = (site.node().await, Browser::new());
    browser.sign_in(&node, &site.idp, "jane").await;
    let session = session_of(&browser, &node).await;
    let before = dump(&site);

    for (route, method) in changing_calls().filter(|(_, method)| *method == "POST") {
        for content_type in [
            "text/plain",
            "text/plain; charset=application/json",
            "text/plain, application/json",
            "application/json, text/plain",
            "application/jsonp",
            "application/json-seq",
            "application/problem+json",
            "application/x-json",
            "text/json",
            "multipart/form-data; boundary=x",
            "application/octet-stream",
            "*/*",
            "",
        ] {
            let url = node.url(&route.path_of(&session));
            let request = browser.request(method.parse::<Method>().unwrap(), url);
            let request = request.header("content-type", content_type).body("{}");
            let answer = request.send().await.unwrap();

            let case = format!("{} {content_type:?}", route.path);
            assert_eq!(answer.status(), 415, "{case}");
            assert_eq!(code(answer).await, "unsupported_media_type", "{case}");
        }
    }

    assert_eq!(dump(&site), before);
}
