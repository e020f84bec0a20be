use belgie_testkit::{changed, identity};
use belgie_web::SameSite;
use chrono::TimeDelta;
use http::Method;
use serde_json::{Value, json};
use url::Url;

use crate::browser::{ATTEMPT, Browser, SESSION};
use crate::log::Log;
use crate::request::TestRequest;
use crate::site::{SPA, Site};

const LINK: &str = "/auth/provider/acme/link";

/// Makes the provider vouch for another person from now on.
fn change_identity(site: &Site) {
    site.provider.set_identity(changed(identity(), |identity| {
        identity.subject = "2".parse().unwrap();
        identity.email = Some("jane@work.example".to_owned());
    }));
}

fn state_of(url: &str) -> String {
    let url = Url::parse(url).unwrap();
    let state = url.query_pairs().find(|(name, _)| name == "state");
    state.unwrap().1.into_owned()
}

/// Adds an account by the forms of the account page.
async fn link(site: &Site, browser: &mut Browser<'_>) {
    site.clock.advance(TimeDelta::milliseconds(1));
    let answer = browser.submit(LINK).await;
    assert_eq!(answer.status, 303, "{answer:?}");
    let state = state_of(answer.location());
    let answer = browser.come_back(&format!("code=c&state={state}")).await;
    assert_eq!(
        (answer.status.as_u16(), answer.location()),
        (303, "/account")
    );
}

async fn accounts(browser: &mut Browser<'_>) -> Vec<Value> {
    let answer = browser.fetch(Method::GET, "/auth/accounts").await.json();
    answer["accounts"].as_array().unwrap().clone()
}

async fn aud_07_accounts_are_listed_without_the_providers_tokens() {
    let site = Site::new();
    let mut browser = Browser::signed_in(&site).await;

    let answer = browser.fetch(Method::GET, "/auth/accounts").await;

    let body = answer.json();
    let id = body["accounts"][0]["id"].as_str().unwrap();
    assert_eq!(
        body,
        json!({"accounts": [{
            "id": id,
            "provider": "acme",
            "issuer": "https://provider.example",
            "subject": "1",
            "email": "jane@example.com",
            "scope": "openid email profile",
            "created_at": "2026-01-01T00:00:00.000Z",
            "last_used_at": "2026-01-01T00:00:00.000Z",
        }], "has_password": false})
    );
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(site.get("/auth/accounts").await.code(), "not_authenticated");
}

async fn lnk_12_an_account_is_added_by_the_account_page() {
    let site = Site::new();
    let mut browser = Browser::signed_in(&site).await;
    let session = browser.cookies[SESSION].clone();
    change_identity(&site);

    link(&site, &mut browser).await;

    assert_eq!(browser.cookies[SESSION], session);
    let page = browser.open("/account").await.body;
    assert!(page.contains("The account is connected."), "{page}");
    assert!(page.contains("jane@work.example"), "{page}");
    assert_eq!(page.matches("/unlink").count(), 2, "{page}");
    assert_eq!(accounts(&mut browser).await.len(), 2);
    let me = browser.fetch(Method::GET, "/api/me").await.json();
    assert_eq!(me["email"], "jane@example.com");
}

async fn hdr_03_the_forms_of_the_account_page_may_lead_to_a_provider() {
    let site = Site::new();
    let mut browser = Browser::signed_in(&site).await;

    let page = browser.open("/account").await;

    let policy = page.header("content-security-policy").unwrap();
    assert!(!policy.contains("form-action"), "{policy}");
    assert!(policy.starts_with("default-src 'none';"), "{policy}");
    assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
}

async fn lnk_12_programs_get_the_address_to_open_and_choose_where_it_ends() {
    let site = Site::new();
    let mut browser = Browser::signed_in(&site).await;
    change_identity(&site);
    let request = browser
        .request(Method::POST, LINK)
        .insert_header(("accept", "application/json"))
        .insert_header(("content-type", "application/json"))
        .insert_header(("sec-fetch-site", "same-origin"))
        .set_payload(r#"{"redirect_url":"/settings?tab=2"}"#);

    let answer = browser.send(request).await;

    assert_eq!(answer.status, 200, "{answer:?}");
    assert!(browser.cookies.contains_key(ATTEMPT));
    let state = state_of(answer.json()["url"].as_str().unwrap());
    let answer = browser.come_back(&format!("code=c&state={state}")).await;
    assert_eq!(answer.location(), "/settings?tab=2");
    assert_eq!(accounts(&mut browser).await.len(), 2);
}

async fn lnk_12_with_strict_cookies_the_callback_adds_the_account_without_the_session_cookie() {
    let site = Site::with(|config| config.cookie.same_site = SameSite::Strict);
    let mut browser = Browser::new(&site);
    assert_eq!(browser.sign_in().await.status, 200);
    change_identity(&site);
    let answer = browser.submit(LINK).await;
    let state = state_of(answer.location());
    let session = browser.cookies.remove(SESSION).unwrap();

    let answer = browser.come_back(&format!("code=c&state={state}")).await;

    assert_eq!(answer.status, 200, "{answer:?}");
    assert!(answer.body.contains("href=\"/account\""), "{}", answer.body);
    assert!(!browser.cookies.contains_key(SESSION));
    browser.cookies.insert(SESSION.to_owned(), session);
    assert_eq!(accounts(&mut browser).await.len(), 2);
}

async fn flow_11_a_link_is_started_by_post_from_this_very_site_only() {
    let site = Site::new();
    let mut browser = Browser::signed_in(&site).await;

    assert_eq!(browser.open(LINK).await.status, 405);
    for (header, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://evil.example"),
        ("origin", SPA),
        ("origin", "null"),
    ] {
        let request = browser
            .request(Method::POST, LINK)
            .insert_header(("content-type", "application/json"))
            .insert_header((header, value));
        assert_eq!(site.send(request).await.code(), "cross_origin", "{value}");
    }
    let silent = browser.request(Method::POST, LINK);
    assert_eq!(site.send(silent).await.code(), "cross_origin");
    let stranger = TestRequest::post()
        .uri(LINK)
        .insert_header(("sec-fetch-site", "same-origin"));
    assert_eq!(site.send(stranger).await.code(), "not_authenticated");
}

async fn lnk_12_changes_of_accounts_need_a_recent_sign_in() {
    let site = Site::new();
    let mut browser = Browser::signed_in(&site).await;
    change_identity(&site);
    link(&site, &mut browser).await;
    let id = accounts(&mut browser).await[1]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    site.clock.advance(TimeDelta::hours(1));

    let page = browser.submit(LINK).await;

    assert_eq!(page.status, 403);
    assert!(
        page.body.contains("Confirm that it is you"),
        "{}",
        page.body
    );
    let unlink = format!("/auth/accounts/{id}");
    let answer = browser.fetch(Method::DELETE, &unlink).await;
    assert_eq!(answer.code(), "fresh_sign_in_required");
    assert_eq!(
        browser.submit(&format!("{unlink}/unlink")).await.status,
        403
    );
    assert_eq!(accounts(&mut browser).await.len(), 2);
}

async fn lnk_13_an_account_of_somebody_else_is_refused_with_a_page() {
    let site = Site::new();
    change_identity(&site);
    Browser::signed_in(&site).await;
    site.provider.set_identity(identity());
    let mut jane = Browser::signed_in(&site).await;
    change_identity(&site);
    let answer = jane.submit(LINK).await;
    let state = state_of(answer.location());

    let page = jane.come_back(&format!("code=c&state={state}")).await;

    assert_eq!(page.status, 409);
    assert!(page.body.contains("in use already"), "{}", page.body);
    assert!(page.body.contains("href=\"/account\""), "{}", page.body);
    assert_eq!(accounts(&mut jane).await.len(), 1);
}

async fn a_cancelled_link_does_not_say_that_the_person_is_signed_out() {
    let site = Site::new();
    let mut browser = Browser::signed_in(&site).await;
    let answer = browser.submit(LINK).await;
    let state = state_of(answer.location());

    let query = format!("error=access_denied&state={state}");
    let page = browser.come_back(&query).await;

    assert_eq!(page.status, 400);
    assert!(
        page.body.contains("you are still signed in"),
        "{}",
        page.body
    );
    assert!(!page.body.contains("not signed in"), "{}", page.body);
    assert!(!page.body.contains("/signin"), "{}", page.body);
    assert!(browser.is_signed_in().await);
}

async fn a_link_that_has_expired_is_shown_and_logged_as_one() {
    let (site, log) = (Site::new(), Log::start());
    let mut browser = Browser::signed_in(&site).await;
    let answer = browser.submit(LINK).await;
    let state = state_of(answer.location());
    site.clock.advance(TimeDelta::minutes(10));
    log.take();

    let page = browser.come_back(&format!("code=c&state={state}")).await;

    assert_eq!(page.status, 400);
    for text in ["was not connected", "you are still signed in"] {
        assert!(page.body.contains(text), "{text}: {}", page.body);
    }
    assert!(!page.body.contains("/signin"), "{}", page.body);
    let log = log.take();
    assert!(log.contains("linking failed"), "{log}");
    assert!(!log.contains("sign-in failed"), "{log}");
}

async fn lnk_14_an_account_of_an_issuer_that_is_gone_is_shown_as_no_way_in() {
    let site = Site::new();
    let mut browser = Browser::signed_in(&site).await;
    site.provider.set_identity(changed(identity(), |identity| {
        identity.issuer = "https://former.example".parse().unwrap();
    }));
    link(&site, &mut browser).await;
    site.provider.serve_only(identity().issuer);

    let page = browser.open("/account").await.body;

    assert!(page.contains("your only way to sign in"), "{page}");
    assert_eq!(page.matches("/unlink").count(), 1, "{page}");
}

async fn lnk_14_an_account_is_removed_but_never_the_last() {
    let site = Site::new();
    let mut browser = Browser::signed_in(&site).await;
    change_identity(&site);
    link(&site, &mut browser).await;
    let ids: Vec<String> = accounts(&mut browser)
        .await
        .iter()
        .map(|account| account["id"].as_str().unwrap().to_owned())
        .collect();

    let answer = browser
        .submit(&format!("/auth/accounts/{}/unlink", ids[1]))
        .await;
    assert_eq!(
        (answer.status.as_u16(), answer.location()),
        (303, "/account")
    );
    let page = browser.open("/account").await.body;
    assert!(page.contains("The account is disconnected."), "{page}");
    assert!(page.contains("your only way to sign in"), "{page}");
    assert!(!page.contains("/unlink"), "{page}");

    let last = browser
        .fetch(Method::DELETE, &format!("/auth/accounts/{}", ids[0]))
        .await;
    assert_eq!(
        (last.status.as_u16(), &*last.code()),
        (409, "last_sign_in_method")
    );
    let gone = browser
        .fetch(Method::DELETE, &format!("/auth/accounts/{}", ids[1]))
        .await;
    assert_eq!(gone.code(), "not_found");
    link(&site, &mut browser).await;
    let again = accounts(&mut browser).await[1]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let removed = browser
        .fetch(Method::DELETE, &format!("/auth/accounts/{again}"))
        .await;
    assert_eq!(removed.status, 204);
}

async fn lnk_14_accounts_of_others_cannot_be_removed() {
    let site = Site::new();
    let mut joe = Browser::signed_in(&site).await;
    change_identity(&site);
    link(&site, &mut joe).await;
    let of_joe = accounts(&mut joe).await[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    site.provider.set_identity(changed(identity(), |identity| {
        identity.subject = "3".parse().unwrap();
        identity.email = Some("eve@example.com".to_owned());
    }));
    let mut eve = Browser::signed_in(&site).await;

    let answer = eve
        .fetch(Method::DELETE, &format!("/auth/accounts/{of_joe}"))
        .await;

    assert_eq!(answer.code(), "not_found");
    assert_eq!(accounts(&mut joe).await.len(), 2);
}

async fn a_link_with_a_malformed_body_is_refused() {
    let site = Site::new();
    let browser = Browser::signed_in(&site).await;
    for (content_type, body, code) in [
        ("application/json", "{", "invalid_request"),
        ("application/json", "[1]", "invalid_request"),
        ("application/json", r#"["/settings"]"#, "invalid_request"),
        ("application/json", "null", "invalid_request"),
        (
            "application/json",
            r#"{"redirect_url":1}"#,
            "invalid_request",
        ),
        (
            "application/json",
            r#"{"redirect_url":"https://evil.example"}"#,
            "redirect_not_allowed",
        ),
        (
            "application/x-www-form-urlencoded",
            "redirect_url=/&redirect_url=/",
            "invalid_request",
        ),
        ("text/plain", "{}", "unsupported_media_type"),
    ] {
        let request = browser
            .request(Method::POST, LINK)
            .insert_header(("sec-fetch-site", "same-origin"))
            .insert_header(("content-type", content_type))
            .set_payload(body);
        assert_eq!(site.send(request).await.code(), code, "{body}");
    }
}

crate::everywhere! {
    aud_07_accounts_are_listed_without_the_providers_tokens,
    lnk_12_an_account_is_added_by_the_account_page,
    hdr_03_the_forms_of_the_account_page_may_lead_to_a_provider,
    lnk_12_programs_get_the_address_to_open_and_choose_where_it_ends,
    lnk_12_with_strict_cookies_the_callback_adds_the_account_without_the_session_cookie,
    flow_11_a_link_is_started_by_post_from_this_very_site_only,
    lnk_12_changes_of_accounts_need_a_recent_sign_in,
    lnk_13_an_account_of_somebody_else_is_refused_with_a_page,
    a_cancelled_link_does_not_say_that_the_person_is_signed_out,
    a_link_that_has_expired_is_shown_and_logged_as_one,
    lnk_14_an_account_of_an_issuer_that_is_gone_is_shown_as_no_way_in,
    lnk_14_an_account_is_removed_but_never_the_last,
    lnk_14_accounts_of_others_cannot_be_removed,
    a_link_with_a_malformed_body_is_refused,
}
