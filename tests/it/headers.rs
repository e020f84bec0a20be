use std::time::{Duration, Instant};

use belgie_idp_emulator::Person;
use reqwest::Method;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::browser::{Browser, client, header};
use crate::program::Node;
use crate::site::{Kind, Site};

const PAGES: &[&str] = &[
    "/",
    "/signin",
    "/dashboard",
    "/nowhere",
    "/auth/provider/google/callback",
    "/auth/provider/no/signin",
];

async fn page(browser: &Browser, node: &Node, path: &str) -> reqwest::Response {
    let request = browser
        .request(Method::GET, node.url(path))
        .header("accept", "text/html,*/*;q=0.8");
    request
        .header("sec-fetch-mode", "navigate")
        .header("sec-fetch-dest", "document")
        .send()
        .await
        .unwrap()
}

#[tokio::test]
async fn hdr_01_every_answer_about_a_person_is_not_stored() {
    let site = Site::new(Kind::Sqlite).await;
    let (node, browser) = (site.node().await, Browser::new());
    for signed_in in [false, true] {
        if signed_in {
            browser.sign_in(&node, &site.idp, "jane").await;
        }
        for path in [
            "/",
            "/signin",
            "/dashboard",
            "/auth/session",
            "/api/me",
            "/auth/sessions",
            "/auth/providers",
            "/auth/provider/google/signin",
            "/auth/provider/google/callback",
            "/auth/nowhere",
        ] {
            let answer = browser.get(node.url(path)).await;
            assert!(
                header(&answer, "cache-control").contains("no-store"),
                "{path}"
            );
        }
    }
}

#[tokio::test]
async fn hdr_02_addresses_do_not_leak_and_pages_load_nothing_from_outside() {
    let site = Site::new(Kind::Sqlite).await;
    let (node, browser) = (site.node().await, Browser::new());
    let callback = page(
        &browser,
        &node,
        "/auth/provider/google/callback?code=a&state=b",
    )
    .await;
    assert_eq!(header(&callback, "referrer-policy"), "no-referrer");

    for path in PAGES {
        let answer = page(&browser, &node, path).await;
        assert!(
            ["no-referrer", "same-origin"].contains(&header(&answer, "referrer-policy").as_str()),
            "{path}"
        );
        let text = answer.text().await.unwrap();
        for attribute in ["src=\"http", "src=\"//", "href=\"//", "url(http", "@import"] {
            assert!(!text.contains(attribute), "{attribute} in {path}");
        }
    }
}

#[tokio::test]
async fn hdr_03_every_page_has_a_strict_content_security_policy() {
    let site = Site::new(Kind::Sqlite).await;
    let (node, browser) = (site.node().await, Browser::new());
    for signed_in in [false, true] {
        if signed_in {
            browser.sign_in(&node, &site.idp, "jane").await;
        }
        for path in PAGES {
            let answer = page(&browser, &node, path).await;
            if answer.status().is_redirection() {
                continue;
            }
            let policy = header(&answer, "content-security-policy");
            for directive in [
                "default-src 'none'",
                "base-uri 'none'",
                "frame-ancestors 'none'",
            ] {
                assert!(
                    policy.contains(directive),
                    "{directive} at {path}: {policy}"
                );
            }
            assert!(
                !policy.contains("unsafe") && !policy.contains('*'),
                "{path}: {policy}"
            );
        }
    }
}

#[tokio::test]
async fn hdr_04_every_answer_has_the_protective_headers() {
    let site = Site::new(Kind::Sqlite).await;
    let (node, browser) = (site.node().await, Browser::new());
    for path in PAGES
        .iter()
        .chain(&["/api/me", "/auth/session", "/healthz"])
    {
        let answer = page(&browser, &node, path).await;
        assert_eq!(
            header(&answer, "x-content-type-options"),
            "nosniff",
            "{path}"
        );
        assert!(
            answer.headers().get("strict-transport-security").is_none(),
            "http has none: {path}"
        );
        assert_eq!(
            header(&answer, "cross-origin-opener-policy"),
            "same-origin",
            "{path}"
        );
    }
}

#[tokio::test]
async fn hdr_05_names_from_a_provider_are_escaped() {
    let site = Site::new(Kind::Sqlite).await;
    let (node, browser) = (site.node().await, Browser::new());
    let name = "<img src=x onerror=alert(1)>\"'&";
    site.idp.put_person(
        Person::new("mallory")
            .email("mallory@gmail.com")
            .email_verified(true)
            .name(name),
    );
    browser.sign_in(&node, &site.idp, "mallory").await;
    assert_eq!(browser.me(&node).await.unwrap()["name"], name);

    for path in ["/", "/dashboard"] {
        let text = page(&browser, &node, path).await.text().await.unwrap();
        assert!(!text.contains("<img src=x"), "{path}");
    }
}

/// Sends raw bytes and returns the first line of the answer.
async fn raw(node: &Node, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(node.base_url().trim_start_matches("http://"))
        .await
        .unwrap();
    let _ = stream.write_all(request).await;
    let mut answer = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(20), stream.read_to_end(&mut answer)).await;
    let _ = read.expect("the server ends the connection");
    String::from_utf8_lossy(&answer)
        .lines()
        .next()
        .unwrap_or_default()
        .to_owned()
}

#[tokio::test]
async fn hdr_07_bodies_headers_and_slow_headers_are_limited() {
    let site = Site::new(Kind::Sqlite).await;
    let (node, browser) = (site.node().await, Browser::new());
    browser.sign_in(&node, &site.idp, "jane").await;

    let body = "a".repeat(65 * 1024);
    let large = browser.request(Method::POST, node.url("/auth/signout"));
    let large = large
        .header("content-type", "application/x-www-form-urlencoded")
        .body(body);
    assert_eq!(large.send().await.unwrap().status(), 413);
    assert!(browser.me(&node).await.is_some());

    let padded = client()
        .get(node.url("/api/me"))
        .header("x-padding", "a".repeat(20 * 1024));
    assert_eq!(padded.send().await.unwrap().status(), 431);

    let begun = Instant::now();
    raw(&node, b"GET /api/me HTTP/1.1\r\nHost: ").await;
    assert!(
        begun.elapsed() < Duration::from_secs(15),
        "slow headers are cut off"
    );
}

#[tokio::test]
async fn hdr_08_unused_methods_are_refused_and_no_version_is_told() {
    let site = Site::new(Kind::Sqlite).await;
    let node = site.node().await;
    for (method, path) in [
        (Method::PUT, "/api/me"),
        (Method::DELETE, "/auth/session"),
        (Method::POST, "/auth/providers"),
        (Method::TRACE, "/api/me"),
        (Method::TRACE, "/"),
        (Method::from_bytes(b"FOO").unwrap(), "/auth/sessions"),
    ] {
        let answer = client()
            .request(method.clone(), node.url(path))
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 405, "{method} {path}");
        assert!(
            answer.headers().get("server").is_none()
                && answer.headers().get("x-powered-by").is_none()
        );
    }
}
