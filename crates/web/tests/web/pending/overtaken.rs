//! What a choice is about, when another sign-in in the same browser has taken its place.

use belgie_testkit::{changed, identity};
use http::Method;
use serde_json::json;

use super::{CANCEL, FRESH, PENDING, choices, squatted, waiting_in};
use crate::browser::Browser;
use crate::request::TestRequest;
use crate::site::Site;

/// A browser in which Joe's identity waits, and what its page would have sent while Jane's waited there.
async fn overtaken(site: &Site) -> (Browser<'_>, String) {
    let joe = changed(identity(), |identity| {
        identity.email = Some("joe@example.com".to_owned());
        identity.subject = "joe".parse().unwrap();
    });
    let squatter = changed(joe.clone(), |identity| {
        identity.email_verified = false;
        identity.subject = "other".parse().unwrap();
    });
    site.provider.set_identity(squatter);
    Browser::signed_in(site).await;
    site.provider.set_identity(identity());
    let mut browser = waiting_in(site).await;
    let page = browser.open(PENDING).await.body;
    let shown = page.split_once("name=\"id\" value=\"").unwrap().1;
    let shown = shown.split_once('"').unwrap().0.to_owned();
    let json = choices(&mut browser).await.json();
    assert_eq!(json["id"], shown);
    site.provider.set_identity(joe);
    assert_eq!(browser.sign_in().await.status, 409);
    (browser, shown)
}

fn choose_fresh(browser: &Browser<'_>, content_type: &str, body: String) -> TestRequest {
    let request = browser.request(Method::POST, FRESH);
    let request = request.insert_header(("content-type", content_type));
    request
        .insert_header(("sec-fetch-site", "same-origin"))
        .set_payload(body)
}

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";

async fn lnk_04_a_form_that_was_overtaken_by_another_sign_in_shows_what_waits_now() {
    let site = squatted().await;
    let (mut browser, shown) = overtaken(&site).await;

    let request = choose_fresh(&browser, FORM, format!("id={shown}"));
    let answer = browser
        .send(request.insert_header(("accept", "text/html")))
        .await;

    assert_eq!(answer.status, 409, "{answer:?}");
    let text = "<strong class=\"email\">joe@example.com</strong> is already in use here";
    assert!(answer.body.contains(text), "{}", answer.body);
    assert!(!browser.is_signed_in().await);
    let now = choices(&mut browser).await.json();
    let now = now["id"].as_str().unwrap();
    assert!(answer.body.contains(now), "{}", answer.body);
    let request = choose_fresh(&browser, FORM, format!("id={now}"));
    assert_eq!(browser.send(request).await.status, 303);
    let me = browser.fetch(Method::GET, "/api/me").await.json();
    assert_eq!(me["email"], "joe@example.com");
}

async fn lnk_04_a_program_that_was_overtaken_by_another_sign_in_is_told_so() {
    let site = squatted().await;
    let (mut browser, shown) = overtaken(&site).await;

    let request = choose_fresh(&browser, JSON, json!({"id": shown}).to_string());
    let answer = browser.send(request).await;

    assert_eq!(
        (answer.status.as_u16(), answer.code()),
        (409, "account_exists".to_owned())
    );
    assert!(!browser.is_signed_in().await);
    let now = choices(&mut browser).await.json()["id"].clone();
    let request = choose_fresh(&browser, JSON, json!({"id": now}).to_string());
    assert_eq!(browser.send(request).await.status, 200);
}

async fn a_malformed_choice_is_refused() {
    let site = squatted().await;
    let mut browser = waiting_in(&site).await;

    for (content_type, body) in [
        (JSON, "{\"id\":1}"),
        (JSON, "[\"x\"]"),
        (JSON, "{\"id\":\"x\",\"id\":\"y\"}"),
        (FORM, "id=x&id=y"),
    ] {
        let request = choose_fresh(&browser, content_type, body.to_owned());
        let answer = browser.send(request).await;
        assert_eq!(answer.code(), "invalid_request", "{body}");
    }

    let request = choose_fresh(&browser, JSON, "{}".to_owned());
    assert_eq!(browser.send(request).await.status, 200);
}

async fn csr_03_the_choice_takes_a_form_or_json() {
    let site = squatted().await;
    let mut browser = waiting_in(&site).await;
    for path in [FRESH, CANCEL] {
        let request = browser
            .request(Method::POST, path)
            .insert_header(("sec-fetch-site", "same-origin"))
            .insert_header(("content-type", "text/plain"));
        let answer = browser.send(request).await;
        assert_eq!(answer.code(), "unsupported_media_type");
    }
    assert_eq!(choices(&mut browser).await.status, 200);
}

crate::everywhere! {
    lnk_04_a_form_that_was_overtaken_by_another_sign_in_shows_what_waits_now,
    lnk_04_a_program_that_was_overtaken_by_another_sign_in_is_told_so,
    a_malformed_choice_is_refused,
    csr_03_the_choice_takes_a_form_or_json,
}
