//! The password on the page of sign-in methods.

use chrono::TimeDelta;
use http::Method;

use crate::answer::Answer;
use crate::browser::Browser;
use crate::password_forms::{
    EMAIL, LOGIN, REGISTER, RIGHT, WRONG, assert_is_error_page, input, send,
};
use crate::request::TestRequest;
use crate::site::Site;

const CHANGE: &str = "/auth/password/change";
const SET: &str = "/auth/password/set";
const OTHER: &str = "a second password of Jane";

async fn registered(site: &Site) -> Browser<'_> {
    let mut browser = Browser::new(site);
    let fields = [("email", EMAIL), ("password", RIGHT)];
    let answer = send(&mut browser, REGISTER, &fields).await;
    assert_eq!(answer.status, 303, "{answer:?}");
    browser
}

async fn log_in<'a>(site: &'a Site, password: &str) -> (Browser<'a>, Answer) {
    let mut browser = Browser::new(site);
    let answer = send(
        &mut browser,
        LOGIN,
        &[("email", EMAIL), ("password", password)],
    )
    .await;
    (browser, answer)
}

async fn pwd_12_the_forms_say_what_they_take() {
    let site = Site::new();
    let mut browser = registered(&site).await;
    let page = browser.open("/account").await;
    for (field, autocomplete) in [
        ("current_password", "current-password"),
        ("new_password", "new-password"),
    ] {
        let input = input(&page, field);
        assert!(input.contains("type=\"password\""), "{input}");
        assert!(
            input.contains(&format!("autocomplete=\"{autocomplete}\"")),
            "{input}"
        );
    }
    assert!(page.body.contains("<summary>Change password</summary>"));
    assert!(!page.body.contains("maxlength") && !page.body.contains("onpaste"));
    let without = Site::of_providers(&["acme"], |_| {});
    let page = Browser::signed_in(&without).await.open("/account").await;
    assert!(!page.body.contains("/auth/password/"), "{}", page.body);
}

async fn ses_12_a_password_is_changed_and_the_others_are_signed_out() {
    let site = Site::new();
    let mut browser = registered(&site).await;
    let (mut elsewhere, _) = log_in(&site, RIGHT).await;
    let fields = [("current_password", RIGHT), ("new_password", OTHER)];

    let changed = send(&mut browser, CHANGE, &fields).await;

    assert_eq!(
        (changed.status.as_u16(), changed.location()),
        (303, "/account")
    );
    let page = browser.open("/account").await;
    assert!(
        page.body.contains("Your password is changed."),
        "{}",
        page.body
    );
    assert!(browser.is_signed_in().await && !elsewhere.is_signed_in().await);
    assert_eq!(log_in(&site, RIGHT).await.1.status, 401);
    assert_eq!(log_in(&site, OTHER).await.1.status, 303);
}

async fn bad_input_shows_the_page_again_with_the_error_at_its_field() {
    let site = Site::new();
    let mut browser = registered(&site).await;
    for (current, new, field, error) in [
        (
            WRONG,
            OTHER,
            "current_password",
            "This is not your current password.",
        ),
        ("", OTHER, "current_password", "Enter your password."),
        (RIGHT, "", "new_password", "Choose a password."),
        (
            RIGHT,
            "too short",
            "new_password",
            "at least 15 characters.",
        ),
        (
            RIGHT,
            "guessable password",
            "new_password",
            "Many people use this password",
        ),
    ] {
        let fields = [("current_password", current), ("new_password", new)];

        let page = send(&mut browser, CHANGE, &fields).await;

        assert_eq!(page.status, 422, "{current} {new}");
        assert_is_error_page(&page);
        assert!(page.body.contains(error), "{}", page.body);
        assert!(page.body.contains(&format!("<a href=\"#{field}\">")));
        assert!(page.body.contains("<details class=\"more\" open>"));
        for field in ["current_password", "new_password"] {
            assert!(!input(&page, field).contains(" value="));
        }
        assert!(!page.body.contains("too short") && !page.body.contains(OTHER));
    }
    assert_eq!(log_in(&site, RIGHT).await.1.status, 303);
}

async fn a_first_password_is_set_soon_after_signing_in() {
    let site = Site::new();
    let mut browser = Browser::signed_in(&site).await;
    let page = browser.open("/account").await;
    assert!(
        page.body.contains("<summary>Set a password</summary>"),
        "{}",
        page.body
    );
    assert!(page.body.contains("your only way to sign in"));
    let short = send(&mut browser, SET, &[("password", "too short")]).await;
    assert_eq!(short.status, 422);
    assert_is_error_page(&short);
    site.clock.advance(TimeDelta::hours(1));
    let stale = send(&mut browser, SET, &[("password", RIGHT)]).await;
    assert_eq!(stale.status, 403);
    assert!(stale.body.contains("reauthenticate=1"), "{}", stale.body);

    let mut browser = Browser::signed_in(&site).await;
    let set = send(&mut browser, SET, &[("password", RIGHT)]).await;

    assert_eq!((set.status.as_u16(), set.location()), (303, "/account"));
    let page = browser.open("/account").await;
    assert!(page.body.contains("Your password is set."), "{}", page.body);
    assert!(
        !page.body.contains("your only way to sign in"),
        "{}",
        page.body
    );
    assert!(page.body.contains("<summary>Change password</summary>"));
    assert_eq!(log_in(&site, RIGHT).await.1.status, 303);
    let again = send(&mut browser, SET, &[("password", OTHER)]).await;
    assert_eq!((again.status.as_u16(), again.location()), (303, "/account"));
    assert_eq!(log_in(&site, OTHER).await.1.status, 401);
}

async fn csr_02_forms_of_other_sites_change_no_password() {
    let site = Site::new();
    let browser = registered(&site).await;
    for path in [CHANGE, SET] {
        for headers in [
            &[("origin", "https://evil.example")] as &[(&str, &str)],
            &[("sec-fetch-site", "cross-site")],
            &[],
        ] {
            let request: TestRequest = browser
                .request(Method::POST, path)
                .insert_header(("content-type", "application/x-www-form-urlencoded"))
                .set_payload("current_password=correct+horse+battery+staple&new_password=a+second+password+of+Jane");
            let request =
                { headers.iter() }.fold(request, |request, header| request.append_header(*header));
            let answer = site.send(request).await;
            assert_eq!(answer.status, 403, "{path} {headers:?}");
        }
    }
    assert_eq!(log_in(&site, RIGHT).await.1.status, 303);
}

crate::everywhere! {
    pwd_12_the_forms_say_what_they_take,
    ses_12_a_password_is_changed_and_the_others_are_signed_out,
    bad_input_shows_the_page_again_with_the_error_at_its_field,
    a_first_password_is_set_soon_after_signing_in,
    csr_02_forms_of_other_sites_change_no_password,
}
