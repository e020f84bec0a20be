//! The pages and forms that mails need.

mod refusals;

use belgie_testkit::{changed, identity};
use http::Method;
use serde_json::json;

use crate::answer::Answer;
use crate::browser::Browser;
use crate::json::{OTHER, RIGHT, registered};
use crate::mails::{mailed_token, mails};
use crate::password_forms::{EMAIL, LOGIN, assert_is_error_page, input, send};
use crate::request::TestRequest;
use crate::site::Site;

const FORGOT: &str = "/auth/password/forgot";
const RESET: &str = "/auth/password/reset";
const RESEND: &str = "/auth/email/resend";
const VERIFY: &str = "/auth/email/verify";
const CONFIRM: &str = "/auth/email/confirm";

/// Asks for a new password, and returns the token that is mailed.
async fn reset_token(site: &Site) -> String {
    let mut browser = Browser::new(site);
    let page = send(&mut browser, FORGOT, &[("email", EMAIL)]).await;
    assert_eq!(page.status, 202, "{page:?}");
    mailed_token(site).await
}

async fn can_sign_in(site: &Site, password: &str) -> bool {
    let mut browser = Browser::new(site);
    let fields = [("email", EMAIL), ("password", password)];
    send(&mut browser, LOGIN, &fields).await.status == 303
}

/// What follows after a redirect.
async fn follow(browser: &mut Browser<'_>, answer: &Answer) -> Answer {
    assert_eq!(answer.status, 303, "{answer:?}");
    let location = answer.location().to_owned();
    browser.open(&location).await
}

fn assert_notice(page: &Answer, text: &str) {
    let notice = "<div class=\"note good\" role=\"status\"";
    assert!(page.body.contains(notice), "{}", page.body);
    assert!(page.body.contains(text), "{}", page.body);
}

fn assert_dead(page: &Answer, action: &str) {
    assert_eq!(page.status, 400, "{page:?}");
    let dead = "<h1>This link no longer works</h1>";
    assert!(page.body.contains(dead), "{}", page.body);
    assert!(
        page.body.contains(&format!("action=\"{action}\"")),
        "{}",
        page.body
    );
}

async fn a_forgotten_password_is_replaced_on_the_pages() {
    let site = Site::new();
    let mut jane = registered(&site).await;
    mails(&site).await;
    let mut browser = Browser::new(&site);
    let page = browser.open("/signin?redirect_url=/notes").await;
    assert!(
        page.body.contains(
            "<a class=\"small\" href=\"/forgot?redirect_url=%2Fnotes\">Forgot password?</a>"
        ),
        "{}",
        page.body
    );
    let page = browser.open("/forgot?redirect_url=/notes").await;
    assert!(page.body.contains("action=\"/auth/password/forgot\""));
    assert!(page.body.contains("href=\"/signin?redirect_url=%2Fnotes\""));

    let fields = [("email", EMAIL), ("redirect_url", "/notes")];
    let sent = send(&mut browser, FORGOT, &fields).await;
    assert_eq!(sent.status, 202);
    assert!(sent.body.contains("<h1>Check your mail</h1>"));
    assert!(sent.body.contains("href=\"/forgot?redirect_url=%2Fnotes\""));
    let token = mailed_token(&site).await;
    let page = browser.open(&format!("/reset?token={token}")).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("At least 15 characters."));
    assert!(input(&page, "password").contains("autocomplete=\"new-password\""));
    let fields = [("token", &*token), ("password", OTHER)];
    let done = send(&mut browser, RESET, &fields).await;

    assert_eq!(done.location(), "/signin");
    let page = follow(&mut browser, &done).await;
    assert_notice(&page, "Your password is changed. Sign in with the new one.");
    assert!(!jane.is_signed_in().await);
    assert!(can_sign_in(&site, OTHER).await);
    assert!(!can_sign_in(&site, RIGHT).await);
}

async fn a_browser_whose_session_ends_by_a_reset_gets_the_notice_too() {
    let site = Site::new();
    let mut jane = registered(&site).await;
    mails(&site).await;
    let token = reset_token(&site).await;

    let fields = [("token", &*token), ("password", OTHER)];
    let done = send(&mut jane, RESET, &fields).await;

    let page = follow(&mut jane, &done).await;
    assert_notice(&page, "Your password is changed.");
    assert!(!page.body.contains("You have been signed out."));
}

async fn rat_08_the_page_after_asking_is_the_same_for_every_address() {
    let site = Site::new();
    let _jane = registered(&site).await;
    mails(&site).await;
    for path in [FORGOT, RESEND] {
        let mut bodies = Vec::new();
        // Further mails to one address within an hour are not sent, which the answer does not reveal.
        for email in [EMAIL; 7].into_iter().chain(["nobody@example.com"]) {
            let mut browser = Browser::new(&site);
            let page = send(&mut browser, path, &[("email", email)]).await;
            assert_eq!(page.status, 202, "{page:?}");
            assert!(page.set_cookies().is_empty());
            assert!(page.body.contains(email));
            bodies.push(page.body.replace(email, ""));
        }
        assert!(bodies.iter().all(|body| *body == bodies[0]), "{path}");
    }
}

async fn a_mail_is_sent_again_from_the_page_that_says_when_it_was_asked_for() {
    let site = Site::new();
    let _jane = registered(&site).await;
    mails(&site).await;
    let mut browser = Browser::new(&site);
    let page = send(&mut browser, FORGOT, &[("email", EMAIL)]).await;
    let time = site.auth.now().format("%-d %b %Y, %H:%M UTC").to_string();
    assert!(page.body.contains(&format!("Requested on {time}.")));
    let address = format!("<input type=\"hidden\" name=\"email\" value=\"{EMAIL}\">");
    assert!(page.body.contains(&address), "{}", page.body);
    assert!(!page.body.contains("role=\"status\""));

    let fields = [("email", EMAIL), ("again", "1")];
    let again = send(&mut browser, FORGOT, &fields).await;

    assert_notice(&again, "We have received your new request.");
    assert_eq!(mails(&site).await.len(), 2);
}

async fn lnk_04_an_address_is_verified_with_the_password_that_is_entered() {
    let site = Site::verifying_by_mail();
    let mut browser = Browser::new(&site);
    let jane = [("email", EMAIL), ("password", RIGHT)];
    let page = send(&mut browser, "/auth/register", &jane).await;
    assert_eq!(page.status, 202);
    assert!(page.body.contains("action=\"/auth/email/resend\""));
    assert!(page.body.contains("href=\"/signup\""));
    assert!(!can_sign_in(&site, RIGHT).await);
    let token = mailed_token(&site).await;

    let page = browser.open(&format!("/verify?token={token}")).await;
    assert!(page.body.contains("The one you chose when you signed up"));
    assert!(input(&page, "password").contains("autocomplete=\"current-password\""));
    let fields = [("token", &*token), ("password", "too short")];
    let weak = send(&mut browser, VERIFY, &fields).await;
    assert_eq!(weak.status, 422);
    assert_is_error_page(&weak);
    assert!(weak.body.contains("Choose a longer password"));
    assert!(weak.body.contains(&format!("value=\"{token}\"")));
    let fields = [("token", &*token), ("password", RIGHT)];
    let done = send(&mut browser, VERIFY, &fields).await;

    assert_eq!(done.location(), "/signin");
    let page = follow(&mut browser, &done).await;
    assert_notice(&page, "Your e-mail address is confirmed.");
    assert!(can_sign_in(&site, RIGHT).await);
    let page = browser.open(&format!("/verify?token={token}")).await;
    assert_dead(&page, RESEND);
}

/// Has people sign in with an address that the provider has not verified.
fn unverify(site: &Site) {
    site.provider.set_identity(changed(identity(), |identity| {
        (identity.email_verified, identity.email_trusted) = (false, false);
    }));
}

async fn lnk_06_where_there_are_no_passwords_one_signs_in_before_verifying() {
    let site = Site::new().without_passwords();
    unverify(&site);
    let mut jane = Browser::signed_in(&site).await;
    let mut stranger = Browser::new(&site);
    send(&mut stranger, RESEND, &[("email", EMAIL)]).await;
    let token = mailed_token(&site).await;

    let fields = [("token", &*token)];
    for page in [
        stranger.open(&format!("/verify?token={token}")).await,
        send(&mut stranger, VERIFY, &fields).await,
    ] {
        assert_eq!(page.status, 401, "{page:?}");
        assert!(page.body.contains("Please sign in"), "{}", page.body);
        assert!(!page.body.contains(&*token), "{}", page.body);
    }

    let done = send(&mut jane, VERIFY, &fields).await;
    assert_notice(
        &follow(&mut jane, &done).await,
        "Your e-mail address is confirmed.",
    );
}

async fn lnk_06_the_page_says_that_accounts_are_disconnected() {
    let site = Site::new();
    unverify(&site);
    let mut jane = Browser::signed_in(&site).await;
    let mut stranger = Browser::new(&site);
    send(&mut stranger, RESEND, &[("email", EMAIL)]).await;
    let token = mailed_token(&site).await;

    for (browser, is_said) in [(&mut jane, false), (&mut stranger, true)] {
        let page = browser.open(&format!("/verify?token={token}")).await;
        let said = page.body.contains("To keep them, sign in first,");
        assert_eq!(said, is_said, "{}", page.body);
    }
}

async fn a_signed_in_person_verifies_by_a_button_and_stays_signed_in() {
    let site = Site::new();
    let mut jane = registered(&site).await;
    let token = mailed_token(&site).await;
    let page = jane.open(&format!("/verify?token={token}")).await;
    assert!(!page.body.contains("type=\"password\""), "{}", page.body);

    let done = send(&mut jane, VERIFY, &[("token", &token)]).await;

    assert_eq!(done.location(), "/account");
    let page = follow(&mut jane, &done).await;
    assert_notice(&page, "Your e-mail address is confirmed.");
    assert!(can_sign_in(&site, RIGHT).await);
}

async fn a_person_signed_in_as_another_user_is_led_to_where_one_signs_in() {
    let site = Site::new();
    let _jane = registered(&site).await;
    let token = mailed_token(&site).await;
    let mut joe = Browser::new(&site);
    let fields = [("email", "joe@example.com"), ("password", RIGHT)];
    send(&mut joe, "/auth/register", &fields).await;

    let fields = [("token", &*token), ("password", OTHER)];
    let done = send(&mut joe, VERIFY, &fields).await;

    assert_eq!(done.location(), "/signin?again=1");
    let page = follow(&mut joe, &done).await;
    assert_notice(&page, "Your e-mail address is confirmed.");
    assert!(joe.is_signed_in().await);
    assert!(can_sign_in(&site, OTHER).await);
}

async fn an_address_is_changed_by_a_button() {
    let site = Site::new();
    let mut jane = registered(&site).await;
    mails(&site).await;
    let request = jane
        .request(Method::POST, "/auth/email/change")
        .insert_header(("sec-fetch-site", "same-origin"))
        .insert_header(("content-type", "application/json"))
        .set_payload(json!({"email": "jane@new.example"}).to_string());
    assert_eq!(jane.send(request).await.status, 202);
    let token = mailed_token(&site).await;

    let page = jane.open(&format!("/verify?token={token}")).await;
    assert!(page.body.contains("action=\"/auth/email/confirm\""));
    assert!(page.body.contains("jane@new.example"));
    let done = send(&mut jane, CONFIRM, &[("token", &token)]).await;

    assert_eq!(done.location(), "/account");
    let page = follow(&mut jane, &done).await;
    assert_notice(&page, "Your e-mail address is changed.");
    let me = jane.fetch(Method::GET, "/api/me").await.json();
    assert_eq!(me["email"], "jane@new.example");
}

async fn pwd_12_password_managers_know_whose_password_it_is() {
    let site = Site::new();
    let _jane = registered(&site).await;
    let verifying = mailed_token(&site).await;
    let resetting = reset_token(&site).await;
    for address in [
        format!("/verify?token={verifying}"),
        format!("/reset?token={resetting}"),
    ] {
        let page = site.get(&address).await;
        let username = format!("autocomplete=\"username\" value=\"{EMAIL}\"");
        assert!(page.body.contains(&username), "{}", page.body);
        assert!(input(&page, "password").contains("type=\"password\""));
        for never in ["maxlength", "<script", "autocomplete=\"off\""] {
            assert!(!page.body.contains(never), "{address} {never}");
        }
    }
}

async fn pwd_11_opening_a_link_uses_nothing_up() {
    let site = Site::new();
    let mut jane = registered(&site).await;
    let verifying = mailed_token(&site).await;
    let resetting = reset_token(&site).await;
    let mut scanner = Browser::new(&site);
    for browser in [&mut scanner, &mut jane] {
        for _ in 0..3 {
            for address in [
                format!("/verify?token={verifying}"),
                format!("/reset?token={resetting}"),
            ] {
                let page = browser.open(&address).await;
                assert_eq!(page.status, 200, "{page:?}");
                assert!(page.set_cookies().is_empty());
            }
        }
    }
    let head = TestRequest::with_uri(&format!("/verify?token={verifying}"));
    assert_eq!(site.send(head.method(Method::HEAD)).await.status, 200);

    let done = send(&mut jane, VERIFY, &[("token", &verifying)]).await;
    assert_eq!(done.status, 303, "{done:?}");
    assert!(jane.is_signed_in().await);
}

crate::everywhere! {
    a_forgotten_password_is_replaced_on_the_pages,
    a_browser_whose_session_ends_by_a_reset_gets_the_notice_too,
    rat_08_the_page_after_asking_is_the_same_for_every_address,
    a_mail_is_sent_again_from_the_page_that_says_when_it_was_asked_for,
    lnk_04_an_address_is_verified_with_the_password_that_is_entered,
    lnk_06_the_page_says_that_accounts_are_disconnected,
    lnk_06_where_there_are_no_passwords_one_signs_in_before_verifying,
    a_signed_in_person_verifies_by_a_button_and_stays_signed_in,
    a_person_signed_in_as_another_user_is_led_to_where_one_signs_in,
    an_address_is_changed_by_a_button,
    pwd_12_password_managers_know_whose_password_it_is,
    pwd_11_opening_a_link_uses_nothing_up,
}
