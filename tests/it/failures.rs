//! What outsiders learn of failures inside.

use belgie_idp_emulator::{Answer, Endpoint, Fault};
use reqwest::{Method, Response};

use crate::support::broken;
use crate::support::browser::{Browser, header};
use crate::support::program::Node;
use crate::support::proxy::{Proxy, Way};
use crate::support::site::{Kind, Site, on_both_databases};
use crate::support::stored;

const OF_THE_PROVIDER: &str = "canary-of-the-provider";
const OF_THE_REQUEST: &str = "canary-of-the-request";

/// Words that only the inside knows.
const INSIDE: [&str; 20] = [
    OF_THE_PROVIDER,
    OF_THE_REQUEST,
    broken::SAID,
    "belgie_",
    "SELECT",
    "INSERT",
    "relation",
    "no such table",
    "constraint",
    "sqlite",
    "postgres",
    "diesel",
    "tokio",
    "reqwest",
    "openid",
    ".rs",
    "panick",
    "backtrace",
    "/tmp",
    "127.0.0.1",
];

on_both_databases! {
    cfg_04_errors_reveal_no_internals,
}

async fn cfg_04_errors_reveal_no_internals(site: Site) {
    let (node, browser) = (site.node().await, Browser::new());
    browser.sign_in(&node, &site.idp, "jane").await;

    bad_requests(&node, &browser).await;
    for body in ["plain", "{\"error\":"] {
        let body = format!("{body} {OF_THE_PROVIDER} SELECT * FROM belgie_users at /tmp/x.rs:1");
        for (endpoint, status) in [
            (Endpoint::Token, 500),
            (Endpoint::Token, 200),
            (Endpoint::Token, 400),
        ] {
            let (content_type, body) = ("application/json".to_owned(), body.clone());
            site.idp.fault(Fault::answer(
                endpoint,
                Answer::Reply {
                    status,
                    content_type,
                    body,
                },
            ));
            sign_in_fails(&site, &node, &[502]).await;
            site.idp.clear_faults();
        }
    }
    for fault in [
        Fault::token_error(OF_THE_PROVIDER),
        Fault::claim("nonce", OF_THE_PROVIDER),
        Fault::claim("iss", OF_THE_PROVIDER),
        Fault::token_reply("id_token", OF_THE_PROVIDER),
        Fault::authorization_error(OF_THE_PROVIDER, OF_THE_PROVIDER),
        Fault::callback("iss", OF_THE_PROVIDER),
    ] {
        site.idp.fault(fault);
        sign_in_fails(&site, &node, &[400, 401, 502]).await;
        site.idp.clear_faults();
    }
    for table in ["belgie_attempts", "belgie_sessions", "belgie_events"] {
        broken::refuse(&site, "INSERT", table);
        sign_in_fails(&site, &node, &[500]).await;
        broken::mend(&site, "INSERT", table);
    }
    stored::execute(&site, "ALTER TABLE belgie_sessions RENAME TO belgie_lost");
    for path in [
        "/",
        "/dashboard",
        "/api/me",
        "/auth/session",
        "/auth/sessions",
    ] {
        tell_both(&browser, Method::GET, &node.url(path), &[500]).await;
    }
    tell_both(&browser, Method::POST, &node.url("/auth/signout"), &[500]).await;
}

/// What is wrong with these is the request itself.
async fn bad_requests(node: &Node, browser: &Browser) {
    let header = format!("/api/me?{}", OF_THE_REQUEST.repeat(900));
    for (method, path, status) in [
        (Method::GET, format!("/{OF_THE_REQUEST}"), 404),
        (Method::GET, format!("/auth/{OF_THE_REQUEST}"), 404),
        (
            Method::GET,
            format!("/auth/provider/{OF_THE_REQUEST}/signin"),
            404,
        ),
        (
            Method::GET,
            format!("/auth/provider/{OF_THE_REQUEST}/callback?code=a&state=b"),
            404,
        ),
        (
            Method::GET,
            format!("/auth/provider/google/callback?code={OF_THE_REQUEST}&state={OF_THE_REQUEST}"),
            400,
        ),
        (
            Method::GET,
            format!("/auth/provider/google/callback?error={OF_THE_REQUEST}"),
            400,
        ),
        (
            Method::GET,
            format!("/auth/provider/google/signin?redirect_url=https://{OF_THE_REQUEST}"),
            400,
        ),
        (
            Method::GET,
            format!("/auth/provider/google/signin?{OF_THE_REQUEST}=%ff&mode=%zz&mode"),
            400,
        ),
        (
            Method::DELETE,
            format!("/auth/sessions/{OF_THE_REQUEST}"),
            404,
        ),
        (
            Method::from_bytes(b"CANARY").unwrap(),
            "/api/me".to_owned(),
            405,
        ),
        (Method::GET, header, 431),
    ] {
        tell_both(browser, method, &node.url(&path), &[status]).await;
    }
    for (content_type, body) in [
        ("application/json", format!("{{\"{OF_THE_REQUEST}\":")),
        ("text/plain", OF_THE_REQUEST.to_owned()),
        ("application/json", OF_THE_REQUEST.repeat(4_000)),
        (OF_THE_REQUEST, String::new()),
    ] {
        let request = Browser::new().request(Method::POST, node.url("/auth/signout"));
        let answer = request
            .header("content-type", content_type)
            .body(body)
            .send()
            .await
            .unwrap();
        assert_discreet(answer, &[204, 413, 415]).await;
    }
}

/// Begins a sign-in and comes back from the provider, once as a program and once as a person; both must fail so.
async fn sign_in_fails(site: &Site, node: &Node, statuses: &[u16]) {
    for accept in ["application/json", "text/html"] {
        let browser = Browser::new();
        let sign_in = browser.request(Method::GET, node.url("/auth/provider/google/signin"));
        let begun = sign_in.header("accept", accept).send().await.unwrap();
        if begun.status() != 303 {
            assert_discreet(begun, statuses).await;
            continue;
        }
        let callback = site
            .idp
            .authorize(header(&begun, "location"), "jane")
            .await
            .unwrap();
        let callback = browser
            .request(Method::GET, callback)
            .header("accept", accept);
        assert_discreet(callback.send().await.unwrap(), statuses).await;
    }
}

/// Asks as a program and as a person.
async fn tell_both(browser: &Browser, method: Method, url: &str, statuses: &[u16]) {
    for accept in ["application/json", "text/html"] {
        let request = browser
            .request(method.clone(), url)
            .header("accept", accept);
        assert_discreet(request.send().await.unwrap(), statuses).await;
    }
}

/// An answer in our own words, with the name of the request by which the log is found.
async fn assert_discreet(answer: Response, statuses: &[u16]) {
    let (status, url) = (answer.status().as_u16(), answer.url().to_string());
    assert!(statuses.contains(&status), "{status} {url}");
    let request = header(&answer, "x-request-id");
    let headers = format!("{:?}", answer.headers());
    let content_type = answer.headers().get("content-type").cloned();
    let body = answer.text().await.unwrap();
    for word in INSIDE.into_iter().filter(|_| status >= 400) {
        assert!(
            !body.contains(word) && !headers.contains(word),
            "{word} at {url}: {headers} {body}"
        );
    }
    if content_type.is_some_and(|value| value == "application/problem+json") {
        let problem: serde_json::Value = serde_json::from_str(&body).unwrap();
        let names: Vec<_> = problem.as_object().unwrap().keys().cloned().collect();
        assert_eq!(
            names,
            ["code", "detail", "status", "title", "type"],
            "{url}"
        );
        assert_eq!(
            problem["detail"].as_str().unwrap().contains(&request),
            status == 500,
            "{url}: {body}"
        );
    } else if status >= 400 {
        assert!(
            body.contains("<html") && body.contains(&request),
            "{url}: {body}"
        );
    }
}

#[tokio::test]
async fn cfg_04_an_unreachable_database_is_reported_in_general_terms() {
    let mut site = Site::new(Kind::Postgres).await;
    let mut url = url::Url::parse(site.setting("DATABASE_URL")).unwrap();
    let proxy = Proxy::to(format!("127.0.0.1:{}", url.port().unwrap())).await;
    url.set_port(Some(proxy.port())).unwrap();
    site.set("DATABASE_URL", url.as_str());
    let (node, browser) = (site.node().await, Browser::new());
    browser.sign_in(&node, &site.idp, "jane").await;

    proxy.set(Way::Closed);

    for path in [
        "/",
        "/dashboard",
        "/api/me",
        "/auth/session",
        "/readyz",
        "/auth/provider/google/signin",
    ] {
        tell_both(&browser, Method::GET, &node.url(path), &[503]).await;
    }
    tell_both(&browser, Method::POST, &node.url("/auth/signout"), &[503]).await;
}
