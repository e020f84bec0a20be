//! Authenticating again while signed in.

use belgie_ports::Clock as _;
use belgie_testkit::{changed, identity};
use chrono::TimeDelta;
use http::Method;
use url::Url;

use crate::browser::{Browser, SESSION};
use crate::site::Site;

const AGAIN: &str = "?reauthenticate=1&redirect_url=/account";

/// A browser whose person signed in longer ago than a sensitive change allows.
async fn signed_in_long_ago(site: &Site) -> Browser<'_> {
    let browser = Browser::signed_in(site).await;
    site.clock.advance(TimeDelta::hours(2));
    browser
}

async fn authenticated_at(browser: &mut Browser<'_>) -> String {
    let session = browser.fetch(Method::GET, "/auth/session").await.json();
    session["session"]["authenticated_at"]
        .as_str()
        .unwrap()
        .to_owned()
}

async fn ses_03_the_session_becomes_fresh_and_gets_a_new_token() {
    let site = Site::new();
    let mut browser = signed_in_long_ago(&site).await;
    let before = (
        browser.cookies[SESSION].clone(),
        authenticated_at(&mut browser).await,
    );

    let state = browser.begin(AGAIN).await;
    let answer = browser.come_back(&format!("code=c&state={state}")).await;

    assert_eq!(
        (answer.status.as_u16(), answer.location()),
        (303, "/account")
    );
    let now = now_of(&site);
    assert_eq!(authenticated_at(&mut browser).await, now);
    assert_ne!(before.1, now);
    let mut old = Browser::new(&site);
    old.cookies.insert(SESSION.to_owned(), before.0);
    assert!(!old.is_signed_in().await);
}

fn now_of(site: &Site) -> String {
    let now = site.clock.now();
    now.to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
}

async fn idt_21_the_provider_is_asked_to_authenticate_anew() {
    let site = Site::new();
    let mut browser = signed_in_long_ago(&site).await;
    site.provider.report_authentication(site.clock.now());
    for (query, sent) in [("", None), (AGAIN, Some("0".to_owned()))] {
        let answer = browser
            .open(&format!("/auth/provider/acme/signin{query}"))
            .await;
        let url = Url::parse(answer.location()).unwrap();
        let max_age = url.query_pairs().find(|(name, _)| name == "max_age");
        assert_eq!(max_age.map(|(_, value)| value.into_owned()), sent);
    }
}

async fn only_who_is_signed_in_can_authenticate_again() {
    let site = Site::new();
    let mut browser = Browser::new(&site);
    let path = format!("/auth/provider/acme/signin{AGAIN}");

    let refused = browser.fetch(Method::GET, &path).await;
    assert_eq!(
        (refused.status.as_u16(), &*refused.code()),
        (401, "not_authenticated")
    );
    let page = browser.open(&path).await;
    assert_eq!(page.status, 401);
    assert!(
        page.body.contains("/auth/provider/acme/signin"),
        "{}",
        page.body
    );

    let mut browser = Browser::signed_in(&site).await;
    for value in ["0", "true", "2"] {
        let path = format!("/auth/provider/acme/signin?reauthenticate={value}");
        let refused = browser.fetch(Method::GET, &path).await;
        assert_eq!(refused.code(), "invalid_request", "{value}");
    }
}

async fn lnk_13_somebody_else_makes_no_session_fresh() {
    let site = Site::new();
    let mut browser = signed_in_long_ago(&site).await;
    let before = browser.cookies.clone();
    let at = authenticated_at(&mut browser).await;
    let state = browser.begin(AGAIN).await;
    site.provider.set_identity(changed(identity(), |identity| {
        identity.subject = "2".parse().unwrap();
        identity.email = Some("joe@example.com".to_owned());
    }));

    let page = browser.come_back(&format!("code=c&state={state}")).await;

    assert_eq!(page.status, 409);
    assert!(
        page.body.contains("That was another Fake account"),
        "{}",
        page.body
    );
    assert!(page.body.contains("href=\"/account\""), "{}", page.body);
    assert_eq!(browser.cookies[SESSION], before[SESSION]);
    assert_eq!(authenticated_at(&mut browser).await, at);

    let state = browser.begin(AGAIN).await;
    let page = browser
        .come_back(&format!("error=access_denied&state={state}"))
        .await;
    assert_eq!(page.status, 400);
    assert!(
        page.body.contains("you are still signed in"),
        "{}",
        page.body
    );
    let state = browser.begin(AGAIN).await;
    let callback = format!("/auth/provider/acme/callback?code=c&state={state}");
    let problem = browser.fetch(Method::GET, &callback).await;
    assert_eq!(problem.code(), "account_taken");
}

async fn lnk_12_who_must_sign_in_again_is_offered_a_provider_of_theirs() {
    let site = Site::new();
    let mut browser = signed_in_long_ago(&site).await;

    let page = browser.submit("/auth/provider/acme/link").await;

    assert_eq!(page.status, 403);
    for text in [
        "Continue with <bdi>Fake</bdi>",
        "href=\"/auth/provider/acme/signin?reauthenticate=1&#38;redirect_url=%2Faccount\"",
    ] {
        assert!(page.body.contains(text), "{text}: {}", page.body);
    }
    assert!(!page.body.contains("<input"), "there is no password");
    let problem = browser
        .fetch(Method::POST, "/auth/provider/acme/link")
        .await;
    assert_eq!(problem.code(), "fresh_sign_in_required");
    let state = browser.begin(AGAIN).await;
    browser.come_back(&format!("code=c&state={state}")).await;
    assert_eq!(browser.submit("/auth/provider/acme/link").await.status, 303);
}

crate::everywhere! {
    ses_03_the_session_becomes_fresh_and_gets_a_new_token,
    idt_21_the_provider_is_asked_to_authenticate_anew,
    only_who_is_signed_in_can_authenticate_again,
    lnk_13_somebody_else_makes_no_session_fresh,
    lnk_12_who_must_sign_in_again_is_offered_a_provider_of_theirs,
}
