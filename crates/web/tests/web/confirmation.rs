//! Confirming who one is, before a change that needs a recent sign-in.

use chrono::TimeDelta;
use http::Method;

use crate::answer::Answer;
use crate::browser::{Browser, NOTICE};
use crate::password_forms::{
    EMAIL, REGISTER, RIGHT, WRONG, assert_is_error_page, form, input, send,
};
use crate::request::TestRequest;
use crate::site::{SPA, Site};

const CONFIRM: &str = "/auth/reauthenticate";
const CHANGE_EMAIL: &str = "/auth/email/change";
const NEW: [(&str, &str); 1] = [("email", "jane@new.example")];

/// A browser whose person registered with a password longer ago than a sensitive change allows.
async fn registered_long_ago(site: &Site) -> Browser<'_> {
    let mut browser = Browser::new(site);
    let fields = [("email", EMAIL), ("password", RIGHT)];
    let answer = send(&mut browser, REGISTER, &fields).await;
    assert_eq!(answer.status, 303, "{answer:?}");
    site.clock.advance(TimeDelta::hours(2));
    browser
}

async fn ses_03_the_password_makes_the_session_fresh_and_leads_back() {
    let site = Site::new();
    let mut browser = registered_long_ago(&site).await;
    let refused = send(&mut browser, CHANGE_EMAIL, &NEW).await;
    assert_eq!(refused.status, 403);
    assert_asks_for_password(&refused, &site.path("/account"));

    let right = [("password", RIGHT)];
    let confirmed = send(&mut browser, CONFIRM, &right).await;

    assert_eq!(
        (confirmed.status.as_u16(), confirmed.location()),
        (303, "/account")
    );
    let page = browser.open("/account").await;
    assert!(page.body.contains("Thank you."), "{}", page.body);
    let sent = send(&mut browser, CHANGE_EMAIL, &NEW).await;
    assert_eq!(sent.status, 303);
}

/// The answer is a page with a form for the password that leads to `target`.
fn assert_asks_for_password(page: &Answer, target: &str) {
    assert!(page.body.contains("Confirm that it is you"), "{page:?}");
    let target = target.replace("/account/", "/");
    let hidden = format!("name=\"redirect_url\" value=\"{target}\"");
    assert!(page.body.contains(&hidden), "{}", page.body);
    assert!(input(page, "password").contains("autocomplete=\"current-password\""));
    assert!(!page.body.contains("reauthenticate=1"), "{}", page.body);
}

async fn ses_03_a_wrong_password_confirms_nothing() {
    let site = Site::new();
    let mut browser = registered_long_ago(&site).await;
    for (password, error) in [
        (WRONG, "This is not your current password."),
        ("", "Enter your password."),
    ] {
        let fields = [("password", password), ("redirect_url", "/notes")];

        let page = send(&mut browser, CONFIRM, &fields).await;

        assert_eq!(page.status, 422);
        assert_is_error_page(&page);
        assert!(page.body.contains(error), "{}", page.body);
        assert!(page.body.contains("<a href=\"#password\">"));
        assert_asks_for_password(&page, "/notes");
        assert!(!input(&page, "password").contains(" value="));
    }
    let refused = send(&mut browser, CHANGE_EMAIL, &NEW).await;
    assert_eq!(refused.status, 403);
}

async fn the_account_page_asks_before_the_form_is_filled_in() {
    let site = Site::new();
    let mut browser = registered_long_ago(&site).await;

    let page = browser.open("/account").await;

    let link = "href=\"/auth/reauthenticate?redirect_url=%2Faccount\"";
    assert!(page.body.contains(link), "{}", page.body);
    assert!(!page.body.contains("action=\"/auth/email/change\""));
    let page = browser
        .open(&format!(
            "/auth/reauthenticate?redirect_url={}",
            site.path("/notes")
        ))
        .await;
    assert_eq!(page.status, 200);
    assert_asks_for_password(&page, "/notes");
    let (path, right) = (site.path("/notes"), ("password", RIGHT));
    let confirmed = send(&mut browser, CONFIRM, &[right, ("redirect_url", &path)]).await;
    assert_eq!(
        (confirmed.status.as_u16(), confirmed.location()),
        (303, "/notes")
    );
    assert!(!browser.cookies.contains_key(NOTICE));
    let page = browser.open("/account").await;
    assert!(page.body.contains("action=\"/auth/email/change\""));
}

async fn red_01_a_confirmation_leads_to_no_other_site() {
    let site = Site::new();
    let mut browser = registered_long_ago(&site).await;
    let evil = "https://evil.example/";

    let fields = [("password", RIGHT), ("redirect_url", evil)];
    let refused = send(&mut browser, CONFIRM, &fields).await;
    let page = format!("/auth/reauthenticate?redirect_url={evil}");
    let page = browser.open(&page).await;

    assert_eq!((refused.status.as_u16(), page.status.as_u16()), (400, 400));
    assert!(!refused.body.contains("evil") && !page.body.contains("evil"));
    let refused = send(&mut browser, CHANGE_EMAIL, &NEW).await;
    assert_eq!(refused.status, 403);
    let spa = format!("{SPA}/profile");
    let fields = [("password", RIGHT), ("redirect_url", &*spa)];
    assert_eq!(send(&mut browser, CONFIRM, &fields).await.location(), spa);
}

async fn csr_02_forms_of_other_sites_confirm_nothing() {
    let site = Site::new();
    let mut browser = registered_long_ago(&site).await;
    for path in [CONFIRM, CHANGE_EMAIL] {
        for header in [
            ("origin", "https://evil.example"),
            ("sec-fetch-site", "cross-site"),
            ("x-none", ""),
        ] {
            let fields = [("password", RIGHT), ("email", "mallory@evil.example")];
            let request: TestRequest = form(browser.request(Method::POST, path), &fields);
            let answer = browser.send(request.insert_header(header)).await;
            assert_eq!(answer.status, 403, "{path} {header:?}");
        }
    }
    let refused = send(&mut browser, CHANGE_EMAIL, &NEW).await;
    assert!(refused.body.contains("Confirm that it is you"));
    assert!(site.mailer.take_sent().is_empty());
}

async fn a_person_without_any_other_way_signs_in_anew() {
    let site = Site::new();
    let cookies = Browser::signed_in(&site).await.cookies;
    let site = site.without_providers();
    let mut browser = Browser::new(&site);
    browser.cookies = cookies;
    site.clock.advance(TimeDelta::hours(2));

    let answer = browser.open(CONFIRM).await;
    let refused = send(&mut browser, "/auth/password/set", &[("password", RIGHT)]).await;

    assert_eq!(
        (answer.status.as_u16(), answer.location()),
        (303, "/signin?again=1&redirect_url=%2Faccount")
    );
    assert_eq!(refused.status, 403);
    assert!(
        refused.body.contains("href=\"/signin?again=1\""),
        "{}",
        refused.body
    );
}

async fn programs_are_refused_as_before() {
    let site = Site::new();
    let mut browser = registered_long_ago(&site).await;

    let page = browser.fetch(Method::GET, CONFIRM).await;
    let change = browser.fetch(Method::POST, CHANGE_EMAIL).await;

    assert_eq!(
        (page.status.as_u16(), &*page.code()),
        (405, "method_not_allowed")
    );
    assert_eq!(page.header("allow"), Some("POST"));
    assert_eq!(change.code(), "fresh_sign_in_required");
}

crate::everywhere! {
    ses_03_the_password_makes_the_session_fresh_and_leads_back,
    ses_03_a_wrong_password_confirms_nothing,
    the_account_page_asks_before_the_form_is_filled_in,
    red_01_a_confirmation_leads_to_no_other_site,
    csr_02_forms_of_other_sites_confirm_nothing,
    a_person_without_any_other_way_signs_in_anew,
    programs_are_refused_as_before,
}
