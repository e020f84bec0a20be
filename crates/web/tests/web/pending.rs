//! The page of an address that is in use already, and what may be chosen there.

mod overtaken;

use belgie_auth::NewUser;
use belgie_domain::EmailStatus;
use belgie_testkit::{changed, identity};
use http::Method;
use serde_json::json;

use crate::answer::Answer;
use crate::browser::{ATTEMPT, Browser, NOTICE, SESSION};
use crate::site::{SPA, Site};

const PENDING: &str = "/auth/pending";
const FRESH: &str = "/auth/pending/fresh";
const CANCEL: &str = "/auth/pending/cancel";

/// Makes the provider vouch for a person who entered Jane's address and never confirmed it.
fn become_squatter(site: &Site) {
    site.provider.set_identity(changed(identity(), |identity| {
        identity.subject = "squatter".parse().unwrap();
        identity.email_verified = false;
    }));
}

/// A site where a squatter holds Jane's address; the provider vouches for Jane from now on.
async fn squatted() -> Site {
    let site = Site::new();
    become_squatter(&site);
    Browser::signed_in(&site).await;
    site.provider.set_identity(identity());
    site
}

/// A browser in which Jane's identity waits.
async fn waiting_in(site: &Site) -> Browser<'_> {
    let mut browser = Browser::new(site);
    assert_eq!(browser.sign_in().await.status, 409);
    browser
}

async fn choices(browser: &mut Browser<'_>) -> Answer {
    browser.fetch(Method::GET, PENDING).await
}

async fn lnk_04_the_person_reads_how_the_address_was_used_and_what_to_do() {
    let site = squatted().await;
    let mut browser = Browser::new(&site);

    let page = browser.sign_in().await;

    assert_eq!(page.status, 409);
    assert!(!browser.cookies.contains_key(SESSION));
    for text in [
        "<strong class=\"email\">jane@example.com</strong> is already in use here",
        "Someone signed up with it on 1 January 2026, with <bdi>Fake</bdi>, and never confirmed it. Was that you?",
        "<input type=\"hidden\" name=\"id\" value=\"",
        "Yes: connect <bdi>Fake</bdi> to that account",
        "href=\"/auth/provider/acme/signin?redirect_url=%2Fdashboard\"",
        "No: start with a new account",
        "action=\"/auth/pending/fresh\"",
        "action=\"/auth/pending/cancel\"",
    ] {
        assert!(page.body.contains(text), "{text}: {}", page.body);
    }
    assert_eq!(page.body.matches("primary").count(), 1);
    let policy = page.header("content-security-policy").unwrap();
    assert!(!policy.contains("form-action"), "{policy}");
    let again = browser.open(PENDING).await;
    assert_eq!((again.status.as_u16(), again.body), (200, page.body));
}

async fn flow_02_the_browser_keeps_its_binding_for_as_long_as_the_identity_waits() {
    let site = squatted().await;
    let mut browser = Browser::new(&site);

    let page = browser.sign_in().await;

    let [cookie] = page.set_cookies()[..] else {
        panic!("{page:?}");
    };
    let binding = &browser.cookies[ATTEMPT];
    assert!(cookie.starts_with(&format!("{ATTEMPT}={binding};")));
    assert!(cookie.ends_with("Max-Age=600"), "{cookie}");
}

async fn programs_get_the_choices_as_json() {
    let site = squatted().await;
    let mut browser = Browser::new(&site);
    let state = browser.begin("").await;
    let callback = format!("/auth/provider/acme/callback?code=c&state={state}");
    let answer = browser.fetch(Method::GET, &callback).await;
    assert_eq!(answer.code(), "account_exists");
    site.clock.advance(chrono::TimeDelta::seconds(60));

    let found = choices(&mut browser).await;

    let id = found.json()["id"].clone();
    assert_eq!(id.as_str().unwrap().len(), 43);
    assert_eq!(
        found.json(),
        json!({
            "id": id,
            "provider": "acme",
            "email": "jane@example.com",
            "choices": ["connect", "fresh"],
            "expires_in": 540,
        })
    );
    assert_eq!(found.header("cache-control"), Some("no-store"));
    assert_eq!(choices(&mut Browser::new(&site)).await.code(), "not_found");
    let mut other = Browser::new(&site);
    other.begin("").await;
    assert_eq!(choices(&mut other).await.code(), "not_found");
}

async fn lnk_04_a_form_starts_fresh_and_is_signed_in() {
    let site = squatted().await;
    let mut browser = waiting_in(&site).await;

    let answer = browser.submit(FRESH).await;

    assert_eq!(answer.status, 303, "{answer:?}");
    assert_eq!(answer.location(), "/dashboard");
    let me = browser.fetch(Method::GET, "/api/me").await.json();
    assert_eq!(me["email"], "jane@example.com");
    assert_eq!(me["email_proved"], true);
    assert_eq!(choices(&mut browser).await.code(), "not_found");
    assert_eq!(browser.submit(FRESH).await.status, 404);
    become_squatter(&site);
    let mut squatter = Browser::signed_in(&site).await;
    let them = squatter.fetch(Method::GET, "/api/me").await.json();
    assert_ne!(them["id"], me["id"]);
    assert_eq!(them["email"], json!(null));
}

async fn a_program_that_starts_fresh_gets_the_location() {
    let site = squatted().await;
    let mut browser = Browser::new(&site);
    let state = browser.begin("?redirect_url=/notes&state=x").await;
    browser.come_back(&format!("code=c&state={state}")).await;

    let answer = browser.fetch(Method::POST, FRESH).await;

    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.json(), json!({"location": "/notes?state=x"}));
    assert!(browser.is_signed_in().await);
}

async fn ses_03_starting_fresh_replaces_the_session_that_the_browser_holds() {
    let site = squatted().await;
    become_squatter(&site);
    let mut browser = Browser::signed_in(&site).await;
    let before = browser.cookies[SESSION].clone();
    site.provider.set_identity(identity());
    assert_eq!(browser.sign_in().await.status, 409);
    assert_eq!(browser.cookies[SESSION], before);

    assert_eq!(browser.submit(FRESH).await.status, 303);

    assert_ne!(browser.cookies[SESSION], before);
    let mut old = Browser::new(&site);
    old.cookies.insert(SESSION.to_owned(), before);
    assert!(!old.is_signed_in().await);
}

async fn lnk_04_the_holder_connects_by_signing_in_and_is_told_so() {
    let site = squatted().await;
    let mut browser = waiting_in(&site).await;
    become_squatter(&site);

    assert_eq!(browser.sign_in().await.status, 303);

    assert!(browser.cookies.contains_key(NOTICE));
    let page = browser.open("/dashboard").await.body;
    assert!(page.contains("The account is connected."), "{page}");
    let accounts = browser.fetch(Method::GET, "/auth/accounts").await.json();
    assert_eq!(accounts["accounts"].as_array().unwrap().len(), 2);
    let me = browser.fetch(Method::GET, "/api/me").await.json();
    assert_eq!(me["email_proved"], true);
}

async fn connecting_ends_as_the_sign_in_was_to_end() {
    let carried =
        "state=a%26b&#38;mode=code&#38;code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    let query = format!(
        "?redirect_url={SPA}/in&state=a%26b&mode=code&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    );
    // Of an address that was never proved, the page knows the provider; otherwise it leads to the sign-in page.
    let target = "redirect_url=https%3A%2F%2Fspa.example%2Fin";
    let proved = Site::new();
    Browser::signed_in(&proved).await;
    proved
        .provider
        .set_identity(changed(identity(), |identity| {
            identity.subject = "2".parse().unwrap();
        }));
    for (site, href) in [
        (
            squatted().await,
            format!("/auth/provider/acme/signin?{target}"),
        ),
        (proved, format!("/signin?again=1&#38;{target}")),
    ] {
        let mut browser = Browser::new(&site);
        let state = browser.begin(&query).await;
        let page = browser.come_back(&format!("code=c&state={state}")).await;
        assert_eq!(page.status, 409);
        let href = format!("href=\"{href}&#38;{carried}\"");
        assert!(page.body.contains(&href), "{}", page.body);

        let sign_in = format!("/signin?{}", &query[1..]);
        let sign_in = browser.open(&sign_in).await.body;
        let href = format!("href=\"/auth/provider/acme/signin?{target}&#38;{carried}\"");
        assert!(sign_in.contains(&href), "{sign_in}");
    }
}

async fn lnk_02_of_a_proved_address_nobody_learns_how_it_is_used() {
    let site = Site::new();
    Browser::signed_in(&site).await;
    site.provider.set_identity(changed(identity(), |identity| {
        identity.subject = "2".parse().unwrap();
    }));
    let mut browser = Browser::new(&site);

    let page = browser.sign_in().await;

    assert_eq!(page.status, 409);
    for text in [
        "Sign in the way you did before to connect <bdi>Fake</bdi>.",
        "href=\"/signin?again=1&#38;redirect_url=%2Fdashboard\"",
    ] {
        assert!(page.body.contains(text), "{text}: {}", page.body);
    }
    for text in ["Someone", "2026", "auth/pending/fresh", "/auth/provider/"] {
        assert!(!page.body.contains(text), "{text}: {}", page.body);
    }
    let found = choices(&mut browser).await.json();
    assert_eq!(found["choices"], json!(["connect"]));
    assert_eq!(browser.submit(FRESH).await.status, 409);
}

async fn an_address_that_was_only_entered_names_no_way_to_sign_in() {
    let site = Site::new();
    let new = NewUser::new("jane@example.com".parse().unwrap());
    let new = new.email_status(EmailStatus::Unverified);
    site.auth.operator().create(new).await.unwrap();

    let page = Browser::new(&site).sign_in().await;

    assert_eq!(page.status, 409);
    let text = "Someone signed up with it on 1 January 2026 and never confirmed it.";
    assert!(page.body.contains(text), "{}", page.body);
    assert!(!page.body.contains("Was that you?"), "{}", page.body);
    assert!(!page.body.contains("connect"), "{}", page.body);
    assert!(page.body.contains("Start with a new account"));
}

async fn what_waits_can_be_dropped() {
    let site = squatted().await;
    let mut browser = waiting_in(&site).await;
    let dropped = browser.fetch(Method::DELETE, PENDING).await;
    assert_eq!((dropped.status.as_u16(), &*dropped.body), (204, ""));
    assert_eq!(choices(&mut browser).await.code(), "not_found");
    let again = browser.fetch(Method::DELETE, PENDING).await;
    assert_eq!(again.status, 204);

    let mut browser = waiting_in(&site).await;
    let dropped = browser.submit(CANCEL).await;
    assert_eq!(
        (dropped.status.as_u16(), dropped.location()),
        (303, "/signin")
    );
    assert_eq!(choices(&mut browser).await.code(), "not_found");
}

async fn a_sign_in_from_another_origin_asks_first_and_reports_a_refusal_afterwards() {
    let site = squatted().await;
    let mut browser = Browser::new(&site);
    let state = browser
        .begin("?redirect_url=https://spa.example/in&state=x")
        .await;

    let page = browser.come_back(&format!("code=c&state={state}")).await;

    assert_eq!(page.status, 409);
    let connect =
        "/auth/provider/acme/signin?redirect_url=https%3A%2F%2Fspa.example%2Fin&#38;state=x";
    assert!(page.body.contains(connect), "{}", page.body);
    let cancelled = browser.submit(CANCEL).await;
    assert_eq!(
        cancelled.location(),
        "https://spa.example/in?error=account_exists&state=x"
    );
}

async fn csr_01_no_other_site_makes_the_choice() {
    let site = squatted().await;
    for (method, path) in [
        (Method::POST, FRESH),
        (Method::POST, CANCEL),
        (Method::DELETE, PENDING),
    ] {
        let form = ("content-type", "application/x-www-form-urlencoded");
        for (headers, refused) in [
            (
                &[
                    ("sec-fetch-site", "cross-site"),
                    ("origin", "https://evil.example"),
                ][..],
                true,
            ),
            (&[("sec-fetch-site", "same-site")], true),
            (&[("origin", "null")], true),
            (&[("sec-fetch-site", "same-origin")], false),
            (&[("sec-fetch-site", "cross-site"), ("origin", SPA)], false),
            (&[], false),
        ] {
            let mut browser = waiting_in(&site).await;
            let request = browser.request(method.clone(), path).insert_header(form);
            let request = headers
                .iter()
                .fold(request, |request, header| request.insert_header(*header));
            let answer = browser.send(request).await;

            if refused {
                assert_eq!(answer.code(), "cross_origin", "{path} {headers:?}");
                assert_eq!(choices(&mut browser).await.status, 200);
            } else {
                assert!(
                    answer.status.as_u16() < 400,
                    "{path} {headers:?}: {answer:?}"
                );
            }
            if browser.is_signed_in().await {
                // Jane has the address now: it goes back to a person who has not proved it.
                return_address(&site).await;
            }
        }
    }
}

/// Deletes everybody, and has a squatter hold the address again.
async fn return_address(site: &Site) {
    let users = site
        .auth
        .operator()
        .list(belgie_auth::UserQuery::first(9))
        .await;
    for user in users.unwrap() {
        site.auth.operator().delete(user.id).await.unwrap();
    }
    become_squatter(site);
    Browser::signed_in(site).await;
    site.provider.set_identity(identity());
}

async fn an_application_with_an_error_page_of_its_own_is_told_there() {
    let site = Site::with(|config| config.error_page = Some("/oops".to_owned()));
    become_squatter(&site);
    Browser::signed_in(&site).await;
    site.provider.set_identity(identity());
    let mut browser = Browser::new(&site);

    let answer = browser.sign_in().await;

    assert_eq!(answer.status, 303, "{answer:?}");
    assert_eq!(
        answer.location(),
        "/oops?error=account_exists&redirect_url=%2Fdashboard"
    );
    assert_eq!(choices(&mut browser).await.status, 200);
}

crate::everywhere! {
    lnk_04_the_person_reads_how_the_address_was_used_and_what_to_do,
    flow_02_the_browser_keeps_its_binding_for_as_long_as_the_identity_waits,
    programs_get_the_choices_as_json,
    lnk_04_a_form_starts_fresh_and_is_signed_in,
    a_program_that_starts_fresh_gets_the_location,
    ses_03_starting_fresh_replaces_the_session_that_the_browser_holds,
    lnk_04_the_holder_connects_by_signing_in_and_is_told_so,
    connecting_ends_as_the_sign_in_was_to_end,
    lnk_02_of_a_proved_address_nobody_learns_how_it_is_used,
    an_address_that_was_only_entered_names_no_way_to_sign_in,
    what_waits_can_be_dropped,
    a_sign_in_from_another_origin_asks_first_and_reports_a_refusal_afterwards,
    csr_01_no_other_site_makes_the_choice,
    an_application_with_an_error_page_of_its_own_is_told_there,
}
