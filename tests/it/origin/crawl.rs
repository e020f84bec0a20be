//! Every route, looked at by methods that must not change anything (CSR-04, CSR-06).

use reqwest::Method;

use super::session_of;
use crate::support::browser::Browser;
use crate::support::route::{ROUTES, changing_calls};
use crate::support::site::{Site, on_both_databases};
use crate::support::stored::{count, dump};

const BEGIN: &str = "/auth/provider/google/signin";

/// Who looks: a script of ours, a person, an image on another site's page.
const LOOKS: &[&[(&str, &str)]] = &[
    &[
        ("sec-fetch-site", "same-origin"),
        ("accept", "application/json"),
    ],
    &[("sec-fetch-mode", "navigate"), ("accept", "text/html")],
    &[
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-dest", "image"),
    ],
];

async fn look(browser: &Browser, method: Method, url: &str) {
    for headers in LOOKS {
        let request = headers.iter().fold(
            browser.plain_request(method.clone(), url),
            |request, (name, value)| request.header(*name, *value),
        );
        let answer = request.send().await.unwrap();
        assert!(!answer.status().is_server_error(), "{method} {url}");
    }
}

on_both_databases! {
    csr_04_a_get_of_every_route_changes_nothing,
    csr_04_beginning_a_sign_in_stores_an_attempt_and_a_callback_uses_it,
    csr_06_methods_and_paths_are_what_the_request_line_says,
}

async fn csr_04_a_get_of_every_route_changes_nothing(mut site: Site) {
    site.set("RATE_LIMIT", "off"); // an export is counted
    let (node, browser, other) = (site.node().await, Browser::new(), Browser::new());
    browser.sign_in(&node, &site.idp, "jane").await;
    other.sign_in(&node, &site.idp, "jane").await;
    let under_way = browser.authorized(&node, &site.idp, "jane").await;
    let session = session_of(&other, &node).await;
    let before = dump(&site);

    for route in ROUTES {
        for method in [Method::GET, Method::HEAD, Method::OPTIONS] {
            if (route.path, &method) != (BEGIN, &Method::GET) {
                look(&browser, method, &node.url(&route.path_of(&session))).await;
            }
        }
    }
    for method in [Method::HEAD, Method::OPTIONS] {
        look(&browser, method, under_way.as_str()).await;
    }

    assert_eq!(dump(&site), before);
    assert!(browser.me(&node).await.is_some() && other.me(&node).await.is_some());
    assert_eq!(
        browser.get(under_way).await.status(),
        303,
        "the sign-in under way was used up"
    );
}

async fn csr_04_beginning_a_sign_in_stores_an_attempt_and_a_callback_uses_it(site: Site) {
    let (node, browser) = (site.node().await, Browser::new());
    browser.sign_in(&node, &site.idp, "jane").await;
    let others = [
        "belgie_users",
        "belgie_accounts",
        "belgie_sessions",
        "belgie_events",
    ];
    let rows = || others.map(|table| count(&site, table));
    let before = rows();

    let asked = browser.begin(&node).await;
    assert_eq!((count(&site, "belgie_attempts"), rows()), (1, before));
    let stranger = Browser::new();
    let refused = stranger
        .get(node.url("/auth/provider/google/callback?code=c&state=s"))
        .await;
    assert_eq!(
        (
            refused.status().as_u16(),
            count(&site, "belgie_attempts"),
            rows()
        ),
        (400, 1, before)
    );

    let callback = site.idp.authorize(&asked, "jane").await.unwrap();
    assert_eq!(browser.get(callback).await.status(), 303);
    assert_eq!(count(&site, "belgie_attempts"), 0);
}

async fn csr_06_methods_and_paths_are_what_the_request_line_says(mut site: Site) {
    site.set("RATE_LIMIT", "off"); // an export is counted
    let (node, browser) = (site.node().await, Browser::new());
    browser.sign_in(&node, &site.idp, "jane").await;
    Browser::new().sign_in(&node, &site.idp, "jane").await;
    let session = session_of(&browser, &node).await;
    let before = dump(&site);

    for (route, method) in changing_calls() {
        let path = route.path_of(&session);
        for name in OVERRIDING_HEADERS {
            sneak(&browser, Method::GET, &node.url(&path), (name, method)).await;
            sneak(&browser, Method::OPTIONS, &node.url(&path), (name, method)).await;
        }
        for name in OVERRIDING_PARAMETERS {
            let path = format!("{path}?{name}={method}");
            sneak(
                &browser,
                Method::GET,
                &node.url(&path),
                ("sec-fetch-site", "same-origin"),
            )
            .await;
        }
        for name in [
            "x-original-url",
            "x-rewrite-url",
            "x-forwarded-uri",
            "x-forwarded-path",
        ] {
            for method in [Method::GET, Method::POST, Method::DELETE] {
                sneak(&browser, method, &node.url("/auth/session"), (name, &path)).await;
            }
        }
    }

    assert_eq!(dump(&site), before);
}

const OVERRIDING_HEADERS: &[&str] = &[
    "x-http-method-override",
    "x-http-method",
    "x-method-override",
    "x-original-method",
];
const OVERRIDING_PARAMETERS: &[&str] = &["_method", "method", "X-HTTP-Method-Override"];

async fn sneak(browser: &Browser, method: Method, url: &str, (name, value): (&str, &str)) {
    let request = browser.request(method, url).header(name, value);
    request.send().await.unwrap();
}

/// The other way round: a change that calls itself harmless is held to the origin rule all the same.
#[tokio::test]
async fn csr_06_no_override_turns_a_change_into_a_look() {
    let site = Site::new(crate::support::site::Kind::Sqlite).await;
    let (node, browser) = (site.node().await, Browser::new());
    browser.sign_in(&node, &site.idp, "jane").await;
    let session = session_of(&browser, &node).await;

    for (route, method) in changing_calls() {
        for name in OVERRIDING_HEADERS {
            let url = node.url(&format!("{}?_method=GET", route.path_of(&session)));
            let request = browser.plain_request(method.parse().unwrap(), &url);
            let request = request
                .header(*name, "GET")
                .header("origin", "https://evil.example")
                .header("content-type", "application/x-www-form-urlencoded")
                .body("_method=GET");
            let answer = request.send().await.unwrap();
            assert_eq!(answer.status(), 403, "{method} {url} {name}");
        }
    }
    for path in ["/auth/sessions", &format!("/auth/sessions/{session}")] {
        let form = browser
            .request(Method::POST, node.url(path))
            .header("content-type", "application/x-www-form-urlencoded")
            .header("x-http-method-override", "DELETE");
        let answer = form.body("_method=DELETE").send().await.unwrap();
        assert_eq!(answer.status(), 405, "{path}");
    }

    assert!(browser.me(&node).await.is_some());
}
