//! What opens a session, and what only looks like it (SES-04, SES-15).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::{Client, RequestBuilder};

use crate::support::browser::{Browser, client};
use crate::support::program::Node;
use crate::support::route::guarded_calls;
use crate::support::site::{Kind, Site};

/// A guarded route, asked without credentials from this site.
fn ask(client: &Client, node: &Node, (path, method): (&str, &str)) -> RequestBuilder {
    let request = client.request(method.parse().unwrap(), node.url(path));
    request.header("sec-fetch-site", "same-origin")
}

const NAMES: &[&str] = &[
    "token",
    "access_token",
    "session",
    "session_token",
    "sid",
    "authorization",
    "Authorization",
    "bearer",
    "belgie_session",
    "__Host-belgie_session",
    "belgie_attempt",
];

/// Everywhere in the address.
fn in_the_address(path: &str, token: &str) -> Vec<String> {
    let mut paths: Vec<_> = NAMES
        .iter()
        .map(|name| format!("{path}?{name}={token}"))
        .collect();
    paths.push(format!("{path}?{token}"));
    paths.push(format!("{path}?authorization=Bearer%20{token}"));
    paths
}

/// Everywhere in the headers but in the two places for it.
fn in_the_headers(token: &str) -> Vec<(String, String)> {
    let fields = [
        "x-access-token",
        "x-auth-token",
        "x-session-token",
        "x-authorization",
        "x-forwarded-authorization",
        "proxy-authorization",
        "token",
        "session",
        "belgie-session",
        "cookie2",
        "referer",
    ];
    let mut headers: Vec<_> = fields
        .iter()
        .flat_map(|name| [token.to_owned(), format!("Bearer {token}")].map(|text| (*name, text)))
        .map(|(name, text)| (name.to_owned(), text))
        .collect();
    let others = NAMES.iter().filter(|name| **name != "belgie_session");
    headers.extend(others.map(|name| ("cookie".to_owned(), format!("{name}={token}"))));
    for cookie in [
        format!("Belgie_Session={token}"),
        format!("belgie_session2={token}"),
        format!("xbelgie_session={token}"),
        format!("x=belgie_session={token}"),
        format!("belgie_session%3D{token}"),
        token.to_owned(),
    ] {
        headers.push(("cookie".to_owned(), cookie));
    }
    let basic = |pair: String| format!("Basic {}", STANDARD.encode(pair));
    for authorization in [
        token.to_owned(),
        format!("Token {token}"),
        format!("Bearer{token}"),
        format!("Bearer token={token}"),
        format!("Bearer Bearer {token}"),
        format!("Bearer {token}, Bearer {token}"),
        format!("Cookie belgie_session={token}"),
        basic(format!("{token}:")),
        basic(format!(":{token}")),
        basic(format!("bearer:{token}")),
    ] {
        headers.push(("authorization".to_owned(), authorization));
    }
    headers
}

/// In bodies of both kinds.
fn in_the_body(token: &str) -> Vec<(&'static str, String)> {
    NAMES
        .iter()
        .flat_map(|name| {
            [
                (
                    "application/x-www-form-urlencoded",
                    format!("{name}={token}"),
                ),
                ("application/json", format!("{{\"{name}\":\"{token}\"}}")),
            ]
        })
        .collect()
}

#[tokio::test]
async fn ses_04_no_route_takes_a_token_from_any_other_place() {
    let site = Site::new(Kind::Sqlite).await;
    let (node, browser, http) = (site.node().await, Browser::new(), client());
    browser.sign_in(&node, &site.idp, "jane").await;
    let token = browser.cookie(&node, "belgie_session").unwrap();
    let session = crate::origin::session_of(&browser, &node).await;

    for (route, method) in guarded_calls() {
        let path = route.path_of(&session);
        let by_address = in_the_address(&path, &token);
        let by_address = by_address
            .iter()
            .map(|path| (ask(&http, &node, (path, method)), path.clone()));
        let by_header = in_the_headers(&token).into_iter().map(|(name, value)| {
            let case = format!("{name}: {value}");
            (ask(&http, &node, (&path, method)).header(name, value), case)
        });
        let by_body = in_the_body(&token).into_iter().map(|(kind, body)| {
            let request = ask(&http, &node, (&path, method)).header("content-type", kind);
            (request.body(body.clone()), body)
        });
        for (request, case) in by_address.chain(by_header).chain(by_body) {
            let status = request.send().await.unwrap().status();
            assert_eq!(status, 401, "{method} {path}: {case}");
        }
    }

    assert!(browser.me(&node).await.is_some(), "the session was ended");
    let bearer = ask(&http, &node, ("/api/me", "GET")).bearer_auth(&token);
    assert_eq!(
        bearer.send().await.unwrap().status(),
        200,
        "the token itself"
    );
}

/// Signing out does not require being signed in: what it ends is named by the cookie or the header alone.
#[tokio::test]
async fn ses_04_signing_out_ends_no_session_that_is_named_elsewhere() {
    let site = Site::new(Kind::Sqlite).await;
    let (node, browser, http) = (site.node().await, Browser::new(), client());
    browser.sign_in(&node, &site.idp, "jane").await;
    let token = browser.cookie(&node, "belgie_session").unwrap();

    for path in in_the_address("/auth/signout", &token) {
        ask(&http, &node, (&path, "POST")).send().await.unwrap();
    }
    for (name, value) in in_the_headers(&token) {
        let request = ask(&http, &node, ("/auth/signout", "POST"));
        request.header(name, value).send().await.unwrap();
    }
    for (kind, body) in in_the_body(&token) {
        let request = ask(&http, &node, ("/auth/signout", "POST")).header("content-type", kind);
        request.body(body).send().await.unwrap();
    }

    assert!(browser.me(&node).await.is_some());
}

/// A few of the spellings that are no longer the token: the domain's own tests try them all.
fn altered(token: &str) -> Vec<String> {
    let (begin, end) = token.split_at(20);
    let swapped: String = { token.chars() }
        .map(|one| {
            if one.is_ascii_lowercase() {
                one.to_ascii_uppercase()
            } else {
                one.to_ascii_lowercase()
            }
        })
        .collect();
    vec![
        swapped,
        token[..token.len() - 1].to_owned(),
        token[1..].to_owned(),
        token["s_".len()..].to_owned(),
        format!("{begin}A{end}"),
        format!("{begin}%{:02X}{}", end.as_bytes()[0], &end[1..]),
        format!("{token}="),
        format!("{token}A"),
        format!("{token},"),
        format!("{token}{token}"),
        format!("\"{token}\""),
    ]
}

#[tokio::test]
async fn ses_15_no_altered_token_opens_a_session_by_cookie_or_by_bearer() {
    let site = Site::new(Kind::Sqlite).await;
    let (node, browser, http) = (site.node().await, Browser::new(), client());
    browser.sign_in(&node, &site.idp, "jane").await;
    let token = browser.cookie(&node, "belgie_session").unwrap();
    let statuses = async |token: &str| {
        let by_bearer = ask(&http, &node, ("/api/me", "GET")).bearer_auth(token);
        let cookie = format!("belgie_session={token}");
        let by_cookie = ask(&http, &node, ("/api/me", "GET")).header("cookie", cookie);
        [by_bearer, by_cookie].map(async |request| request.send().await.unwrap().status().as_u16())
    };

    for wrong in altered(&token) {
        for status in statuses(&wrong).await {
            assert_eq!(status.await, 401, "{wrong}");
        }
    }
    for status in statuses(&token).await {
        assert_eq!(status.await, 200, "the token itself");
    }
}
