//! The target is decided where the sign-in begins: neither the callback, nor a form, nor the referrer changes it.

use reqwest::Method;

use super::{APP, START, assert_refused, site, to};
use crate::origin::session_of;
use crate::support::browser::{Browser, client, header, with_parameter};
use crate::support::site::{Kind, Site};

#[tokio::test]
async fn red_03_nothing_at_the_callback_changes_the_target() {
    let (site, node) = site().await;
    let browser = Browser::new();
    for name in [
        "redirect_url",
        "return_to",
        "redirect_to",
        "next",
        "redirect_uri",
        "state_redirect",
        "mode",
    ] {
        let asked = browser
            .begin_at(&node, &format!("{START}?redirect_url=/wanted&state=mine"))
            .await;
        let callback = site.idp.authorize(&asked, "jane").await.unwrap();
        let callback = with_parameter(&callback, name, "https://evil.example/");
        let request = browser
            .request(Method::GET, callback)
            .header("referer", "https://evil.example/");
        let answer = request
            .header("origin", "https://evil.example")
            .send()
            .await
            .unwrap();
        assert_eq!(
            (answer.status().as_u16(), &*header(&answer, "location")),
            (303, "/wanted?state=mine"),
            "{name}"
        );
    }
}

#[tokio::test]
async fn red_03_a_target_that_is_trusted_no_longer_is_refused_at_the_callback() {
    let mut site = Site::new(Kind::Sqlite).await;
    site.set("TRUSTED_ORIGINS", APP);
    let (before, browser) = (site.node().await, Browser::new());
    let asked = browser
        .begin_at(&before, &format!("{START}?{}", to(APP)))
        .await;
    let callback = site.idp.authorize(&asked, "jane").await.unwrap();

    site.settings.retain(|(name, _)| name != "TRUSTED_ORIGINS");
    let after = site.node().await;
    let answer = browser
        .get(after.url(&callback[url::Position::BeforePath..]))
        .await;

    assert_refused(answer, APP).await;
    assert_eq!(browser.me(&after).await, None);
}

/// The answer to a form that is posted there: by a signed-in visitor, and by one who is not.
const POSTED: &[(&str, u16, u16)] = &[
    ("/auth/sessions/revoke-others", 303, 303),
    ("/auth/sessions/{own}/revoke", 303, 303),
    (
        "/auth/sessions/00000000-0000-7000-8000-000000000000/revoke",
        303,
        303,
    ),
    ("/auth/signout", 303, 303),
    ("/auth/signout/", 404, 404),
    ("//auth/signout", 404, 404),
    ("/auth/sessions", 405, 405),
    (START, 405, 405),
    ("/auth/provider/google/callback", 415, 415),
    ("/auth/exchange", 415, 415),
    ("/auth/register", 422, 422),
    ("/auth/login", 422, 422),
    ("/auth/password/forgot", 404, 404),
    ("/auth/password/reset", 404, 404),
    ("/auth/email/resend", 404, 404),
    ("/auth/email/verify", 404, 404),
    ("/auth/email/confirm", 404, 404),
    ("/signin", 405, 405),
    ("/dashboard", 405, 405),
    ("/", 405, 405),
    ("/nowhere", 404, 404),
];

#[tokio::test]
async fn red_06_a_post_is_redirected_by_303_alone() {
    let (site, node) = site().await;
    for (path, signed_in, signed_out) in POSTED {
        for (is_signed_in, expected) in [(true, *signed_in), (false, *signed_out)] {
            let browser = Browser::new();
            let mut path = (*path).to_owned();
            if is_signed_in {
                browser.sign_in(&node, &site.idp, "jane").await;
                path = path.replace("{own}", &session_of(&browser, &node).await);
            }
            let json = browser
                .request(Method::POST, node.url(&path))
                .header("content-type", "application/json");
            let json = json.body("{}").send().await.unwrap().status();
            assert!(!json.is_redirection(), "{path}: {json}");

            if is_signed_in {
                browser.sign_in(&node, &site.idp, "jane").await;
            }
            let form = browser.submit(node.url(&path), "a=b").await.status();
            assert_eq!(form, expected, "{path}, signed in: {is_signed_in}");
        }
    }
}

#[tokio::test]
async fn red_07_the_referrer_decides_nothing() {
    let (site, node) = site().await;
    let browser = Browser::new();
    browser.sign_in(&node, &site.idp, "jane").await;
    let dead = browser.cookie(&node, "belgie_session").unwrap();
    browser.submit(node.url("/auth/signout"), "").await;

    for referrer in [
        "https://evil.example/",
        "//evil.example",
        "/evil",
        "javascript:alert(1)",
    ] {
        for (method, path, expected) in [
            (
                Method::POST,
                "/auth/sessions/revoke-others",
                Some("/signin"),
            ),
            (Method::POST, "/auth/signout", Some("/")),
            (
                Method::GET,
                "/dashboard",
                Some("/signin?redirect_url=%2Fdashboard"),
            ),
            (Method::GET, "/signin", None),
            (
                Method::GET,
                "/auth/provider/google/callback?state=x&code=y",
                None,
            ),
        ] {
            let request = client()
                .request(method, node.url(path))
                .header("referer", referrer);
            let request = request
                .header("cookie", format!("belgie_session={dead}"))
                .header("accept", "text/html");
            let request = request
                .header("sec-fetch-mode", "navigate")
                .header("sec-fetch-site", "same-origin");
            let request = request.header("content-type", "application/x-www-form-urlencoded");
            let answer = request.send().await.unwrap();

            let location = answer
                .headers()
                .get("location")
                .map(|value| value.to_str().unwrap().to_owned());
            assert_eq!(location.as_deref(), expected, "{path} from {referrer}");
            assert!(
                !answer.text().await.unwrap().contains("evil"),
                "{path} from {referrer}"
            );
        }
    }
}
