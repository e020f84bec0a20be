//! Where a request may lead the browser, as far as it says so itself.

use belgie_web::UnknownHosts;
use url::Url;

use crate::answer::Answer;
use crate::browser::Browser;
use crate::request::TestRequest;
use crate::site::{SPA, Site};

/// Paths as callers write them who hope that they end a header or name another host.
const PATHS: &[&str] = &[
    "//evil.example/x",
    "///evil.example",
    "/\\evil.example",
    "/.//evil.example",
    "/@evil.example",
    "/.evil.example",
    "/:@evil.example",
    "/%0d%0aX-Injected:yes",
    "/%00",
    "/%2f%2fevil.example",
    "/signin?redirect_url=//evil.example",
    "/%E9?%E9",
    "/{}|^",
];

async fn navigate(site: &Site, path: &str, host: &str) -> Answer {
    let uri = path.parse::<http::Uri>().unwrap();
    let request = TestRequest::default()
        .uri(&uri.to_string())
        .insert_header(("host", host));
    site.send(request.insert_header(("sec-fetch-mode", "navigate")))
        .await
}

async fn red_05_a_visit_to_another_name_is_sent_on_whatever_its_path() {
    let site = Site::at("http://localhost:8000", |config| {
        config.unknown_hosts = UnknownHosts::Redirect;
    });
    for path in PATHS {
        let answer = navigate(&site, path, "127.0.0.1:8000").await;
        assert_eq!(answer.status, 303, "{path:?}: {answer:?}");
        let landed = Url::parse(answer.location()).unwrap();
        assert_eq!(
            landed.origin(),
            Url::parse("http://localhost:8000").unwrap().origin(),
            "{path:?}"
        );
    }
}

async fn red_01_after_a_required_sign_in_the_browser_returns_to_this_site_only() {
    let site = Site::new();
    for path in PATHS {
        let answer = navigate(&site, &format!("/dashboard?x={path}"), "a.example").await;
        assert_eq!(answer.status, 303, "{path:?}: {answer:?}");
        let page = Url::parse("https://a.example")
            .unwrap()
            .join(answer.location())
            .unwrap();
        let wanted = page.query_pairs().find(|(name, _)| name == "redirect_url");
        let wanted = wanted.map_or("/".to_owned(), |(_, wanted)| wanted.into_owned());
        assert_eq!(
            page.join(&wanted).unwrap().origin(),
            page.origin(),
            "{path:?}"
        );
    }
}

async fn red_03_the_target_cannot_be_changed_at_the_callback() {
    let site = Site::new();
    let mut browser = Browser::new(&site);
    let state = browser.begin("?redirect_url=/wanted").await;

    let extra = "redirect_url=/other&return_to=https://evil.example";
    let answer = browser
        .come_back(&format!("code=c&state={state}&{extra}"))
        .await;

    assert_eq!(answer.location(), "/wanted");
}

async fn red_04_a_malformed_target_is_refused_and_nothing_breaks() {
    let site = Site::new();
    let long = format!("/{}", "a".repeat(8000));
    let targets = [
        "http://[",
        "%25",
        "%ff",
        "//evil.example",
        "/%5Cevil",
        "https:evil",
        "%00",
    ];
    for target in targets {
        for path in ["/auth/provider/acme/signin", "/signin"] {
            let answer = site.get(&format!("{path}?redirect_url={target}")).await;
            assert_eq!(answer.status, 400, "{path} {target}");
            assert_eq!(answer.code(), "redirect_not_allowed");
        }
    }
    for (path, code) in [
        ("/auth/provider/acme/signin", "invalid_request"),
        ("/signin", "redirect_not_allowed"),
    ] {
        let answer = site.get(&format!("{path}?redirect_url={long}")).await;
        assert_eq!(answer.status, 400, "{path}");
        assert_eq!(answer.code(), code);
    }
}

async fn red_05_no_header_carries_control_characters_of_the_caller() {
    let site = Site::new();
    let mut browser = Browser::new(&site);
    for path in [
        "/signin?redirect_url=/%0d%0aX:y",
        "/auth/provider/acme/signin?redirect_url=/a%0d%0aX:y",
        "/auth/provider/acme/signin?state=%0d%0aX:y",
        "/auth/provider/acme/signin?state=%00",
        "/auth/provider/%0d%0aX:y/signin",
        "/auth/provider/acme/callback?state=%0d%0aX:y&code=%0d%0a",
        "/auth/sessions/%0d%0aX:y",
        "/%0d%0aX:y",
    ] {
        let answer = browser.open(path).await;
        assert!(answer.status.is_client_error(), "{path}");
        assert!(answer.header("x").is_none());
    }
    let state = browser
        .begin(&format!("?redirect_url={SPA}&state=X:y%20%26a%3Db"))
        .await;
    let answer = browser.come_back(&format!("code=c&state={state}")).await;
    assert_eq!(answer.location(), format!("{SPA}/?state=X%3Ay+%26a%3Db"));
}

crate::everywhere! {
    red_05_a_visit_to_another_name_is_sent_on_whatever_its_path,
    red_01_after_a_required_sign_in_the_browser_returns_to_this_site_only,
    red_03_the_target_cannot_be_changed_at_the_callback,
    red_04_a_malformed_target_is_refused_and_nothing_breaks,
    red_05_no_header_carries_control_characters_of_the_caller,
}
