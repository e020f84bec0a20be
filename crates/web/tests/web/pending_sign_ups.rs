//! People whose provider has not verified the address, where that is required.

use http::Method;
use serde_json::json;

use crate::answer::Answer;
use crate::browser::Browser;
use crate::json::post;
use crate::mails::mailed_token;
use crate::site::Site;

const VERIFY: &str = "/auth/email/verify";
const CALLBACK: &str = "/auth/provider/acme/callback";
const HEADING: &str = "Confirm your e-mail address";

/// A site whose provider has not verified Jane's address.
fn site() -> Site {
    let site = Site::verifying_by_mail();
    let jane = belgie_testkit::identity().with_email("jane@example.com");
    site.provider.set_identity(jane);
    site
}

fn assert_problem(answer: &Answer, status: u16, code: &str) {
    let answered = (answer.status.as_u16(), &*answer.code());
    assert_eq!(answered, (status, code), "{answer:?}");
}

async fn lnk_12_a_mailed_link_makes_the_user_who_then_signs_in_with_the_provider() {
    let site = site();
    let mut browser = Browser::new(&site);

    let page = browser.sign_in().await;
    let token = mailed_token(&site).await;
    let body = json!({"token": token});
    let verified = post(&site, VERIFY, &body).await;

    assert_eq!(page.status, 403, "{page:?}");
    assert_eq!(verified.status, 204, "{verified:?}");
    assert!(verified.set_cookies().is_empty());
    assert!(!browser.is_signed_in().await);
    assert_problem(&post(&site, VERIFY, &body).await, 400, "invalid_request");
    assert_eq!(browser.sign_in().await.status, 303);
    let me = browser.open("/api/me").await.json();
    assert_eq!(
        (&me["email"], &me["email_verified"], &me["email_proved"]),
        (&json!("jane@example.com"), &json!(true), &json!(true))
    );
}

async fn the_page_says_that_a_mail_was_sent_and_what_to_do() {
    let site = site();
    let mut browser = Browser::new(&site);

    let page = browser.sign_in().await.body;

    for part in [
        HEADING,
        "Fake has not verified jane@example.com, so we sent you an e-mail.",
        "then sign in with Fake again.",
        "Sign in again with Fake",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
}

async fn a_mailed_link_leads_to_a_page_whose_button_creates_the_user() {
    let site = site();
    let mut browser = Browser::new(&site);
    browser.sign_in().await;
    let token = mailed_token(&site).await;

    let page = browser.open(&format!("/verify?token={token}")).await;
    let form = browser
        .request(Method::POST, VERIFY)
        .insert_header(("sec-fetch-site", "same-origin"))
        .insert_header(("content-type", "application/x-www-form-urlencoded"))
        .set_payload(format!("token={token}"));
    let done = browser.send(form).await;

    let warning = "If you did not just try to sign in with Fake, close this page.";
    assert!(page.body.contains(warning), "{}", page.body);
    assert!(!page.body.contains("type=\"password\""), "{}", page.body);
    assert_eq!((done.status.as_u16(), done.location()), (303, "/signin"));
    assert!(!browser.is_signed_in().await);
    assert_eq!(browser.sign_in().await.status, 303);
}

async fn rat_11_the_page_does_not_claim_a_mail_that_was_not_sent() {
    let site = site();
    let mut browser = Browser::new(&site);
    for _ in 0..5 {
        assert!(browser.sign_in().await.body.contains(HEADING));
    }

    let page = browser.sign_in().await;

    assert_eq!(page.status, 403, "{page:?}");
    assert!(!page.body.contains(HEADING), "{}", page.body);
    let text = "Verify it with Fake first, then sign in again.";
    assert!(page.body.contains(text), "{}", page.body);
}

async fn a_client_that_posts_a_code_gets_the_code_and_is_notified_of_the_mail() {
    let site = site();
    let body = json!({
        "code": "code",
        "code_verifier": "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
        "redirect_uri": "https://spa.example/callback",
        "nonce": "n-1",
    });

    let refused = post(&site, CALLBACK, &body).await;

    assert_problem(&refused, 403, "email_not_verified");
    let detail = refused.json()["detail"].as_str().unwrap().to_owned();
    assert!(detail.contains("a link was mailed to it"), "{detail}");
    let body = json!({"token": mailed_token(&site).await});
    assert_eq!(post(&site, VERIFY, &body).await.status, 204);
}

async fn another_origin_gets_the_code_in_the_query() {
    let site = site();
    let mut browser = Browser::new(&site);
    let state = browser
        .begin("?redirect_url=https%3A%2F%2Fspa.example%2Fin&state=theirs")
        .await;

    let query = format!("code=code&state={state}");
    let answer = browser.come_back(&query).await;

    let expected = "https://spa.example/in?error=email_not_verified&state=theirs";
    assert_eq!((answer.status.as_u16(), answer.location()), (303, expected));
    mailed_token(&site).await;
}

async fn lnk_01_a_link_for_an_address_that_is_in_use_by_now_is_refused() {
    let site = site();
    Browser::new(&site).sign_in().await;
    let token = mailed_token(&site).await;
    site.provider.set_identity(belgie_testkit::identity());
    assert_eq!(Browser::new(&site).sign_in().await.status, 303);

    let refused = post(&site, VERIFY, &json!({"token": token})).await;

    assert_problem(&refused, 409, "account_exists");
}

crate::everywhere! {
    lnk_12_a_mailed_link_makes_the_user_who_then_signs_in_with_the_provider,
    the_page_says_that_a_mail_was_sent_and_what_to_do,
    a_mailed_link_leads_to_a_page_whose_button_creates_the_user,
    rat_11_the_page_does_not_claim_a_mail_that_was_not_sent,
    a_client_that_posts_a_code_gets_the_code_and_is_notified_of_the_mail,
    another_origin_gets_the_code_in_the_query,
    lnk_01_a_link_for_an_address_that_is_in_use_by_now_is_refused,
}
