use reqwest::{Method, StatusCode};

use crate::browser::{Browser, client, code};
use crate::site::{Kind, Site};

#[tokio::test]
async fn csr_01_unsafe_requests_by_cookie_come_from_this_site() {
    let mut site = Site::new(Kind::Sqlite).await;
    site.set("TRUSTED_ORIGINS", "https://app.example");
    let (node, browser) = (site.node().await, Browser::new());
    browser.sign_in(&node, &site.idp, "jane").await;
    let cookie = format!(
        "belgie_session={}",
        browser.cookie(&node, "belgie_session").unwrap()
    );
    let own = node.base_url().to_owned();

    for (fetch_site, origin, allowed) in [
        (Some("same-origin"), None, true),
        (Some("none"), None, true),
        (None, Some(own.as_str()), true),
        (Some("cross-site"), Some("https://app.example"), true),
        (Some("cross-site"), None, false),
        (Some("same-site"), None, false),
        (Some("cross-site"), Some("https://evil.example"), false),
        (None, Some("https://evil.example"), false),
        (None, Some("null"), false),
        (None, Some("https://app.example.evil.example"), false),
        (None, None, false),
    ] {
        let mut request = client()
            .delete(node.url("/auth/sessions"))
            .header("cookie", &cookie);
        for (name, value) in [("sec-fetch-site", fetch_site), ("origin", origin)] {
            if let Some(value) = value {
                request = request.header(name, value);
            }
        }
        let answer = request.send().await.unwrap();
        let case = format!("{fetch_site:?} {origin:?}");
        if allowed {
            assert_eq!(answer.status(), 200, "{case}");
        } else {
            assert_eq!(
                (answer.status(), code(answer).await.as_str()),
                (StatusCode::FORBIDDEN, "cross_origin"),
                "{case}"
            );
        }
    }
}

#[tokio::test]
async fn csr_05_only_trusted_origins_are_answered_by_cors() {
    let mut site = Site::new(Kind::Sqlite).await;
    site.set("TRUSTED_ORIGINS", "https://app.example");
    let node = site.node().await;

    for (origin, trusted) in [
        ("https://app.example", true),
        ("https://evil.example", false),
        ("https://app.example.evil.example", false),
        ("null", false),
    ] {
        let answer = client()
            .get(node.url("/api/me"))
            .header("origin", origin)
            .send()
            .await
            .unwrap();
        let allowed = answer
            .headers()
            .get("access-control-allow-origin")
            .map(|value| value.to_str().unwrap());
        assert_eq!(allowed, trusted.then_some(origin));
    }
}

#[tokio::test]
async fn csr_06_method_overrides_are_ignored() {
    let site = Site::new(Kind::Sqlite).await;
    let (node, browser) = (site.node().await, Browser::new());
    browser.sign_in(&node, &site.idp, "jane").await;

    for name in [
        "x-http-method-override",
        "x-http-method",
        "x-method-override",
    ] {
        let sneaky = browser
            .request(Method::GET, node.url("/auth/sessions?_method=DELETE"))
            .header(name, "DELETE");
        assert!(
            sneaky
                .send()
                .await
                .unwrap()
                .json::<serde_json::Value>()
                .await
                .unwrap()["sessions"]
                .is_array()
        );
    }
}
