//! What the pages and forms refuse, and what they keep to themselves.

use belgie_web::LogoSource;
use chrono::TimeDelta;

use super::{CONFIRM, FORGOT, RESEND, RESET, VERIFY, assert_dead, reset_token};
use crate::browser::{Browser, NOTICE};
use crate::json::{OTHER, RIGHT, registered};
use crate::mails::{UNKNOWN, mailed_token, mails};
use crate::password_forms::{EMAIL, assert_is_error_page, input, send};
use crate::site::Site;

const PAGES: [&str; 3] = ["/forgot", "/reset", "/verify"];

async fn pwd_07_a_link_that_cannot_be_used_offers_another() {
    let site = Site::new();
    let _jane = registered(&site).await;
    let verifying = mailed_token(&site).await;
    let used = reset_token(&site).await;
    let mut browser = Browser::new(&site);
    let fields = [("token", &*used), ("password", OTHER)];
    send(&mut browser, RESET, &fields).await;
    mails(&site).await;
    let older = reset_token(&site).await;
    let newest = reset_token(&site).await;
    browser.cookies.clear();

    for token in [UNKNOWN, "t_", "x", &used, &older, &verifying] {
        for page in [
            browser.open(&format!("/reset?token={token}")).await,
            send(
                &mut browser,
                RESET,
                &[("token", token), ("password", RIGHT)],
            )
            .await,
        ] {
            assert_dead(&page, FORGOT);
            assert!(!page.body.contains(EMAIL), "{}", page.body);
        }
        for page in [
            browser.open(&format!("/verify?token={token}")).await,
            send(&mut browser, VERIFY, &[("token", token)]).await,
            send(&mut browser, CONFIRM, &[("token", token)]).await,
        ] {
            assert_dead(&page, RESEND);
        }
    }
    site.clock.advance(TimeDelta::minutes(60));
    assert_dead(
        &browser.open(&format!("/reset?token={newest}")).await,
        FORGOT,
    );
    for (path, action) in [("/reset", FORGOT), ("/verify", RESEND)] {
        let page = browser.open(path).await;
        assert_eq!(page.status, 200);
        assert!(page.body.contains(&format!("action=\"{action}\"")));
        assert!(!page.body.contains("no longer works"));
    }
    assert_eq!(site.get("/reset?token=a&token=b").await.status, 400);
}

async fn hdr_02_the_token_is_passed_on_to_nobody() {
    let site = Site::with(|config| {
        let url = "https://cdn.example/logo.svg".parse().unwrap();
        config.brand.logo = Some(LogoSource::Url(url));
    });
    let mut jane = registered(&site).await;
    let verifying = mailed_token(&site).await;
    let resetting = reset_token(&site).await;
    let mut stranger = Browser::new(&site);
    let expired = [("token", &*verifying), ("password", "too short")];
    let weak = send(&mut stranger, VERIFY, &expired).await;
    let mut pages = vec![weak];
    for address in [
        format!("/verify?token={verifying}"),
        format!("/reset?token={resetting}"),
        format!("/reset?token={verifying}"),
    ] {
        pages.push(stranger.open(&address).await);
    }
    for (path, token) in [(RESET, &resetting), (VERIFY, &verifying)] {
        let fields = [("token", &**token), ("password", OTHER)];
        let answer = send(&mut jane, path, &fields).await;
        let headers = format!("{:?}", answer.headers);
        assert!(!headers.contains(&**token), "{headers}");
    }
    site.store.go_down();
    let down = stranger.open(&format!("/reset?token={resetting}")).await;
    assert_eq!(down.status, 503);
    pages.push(down);
    for page in &pages {
        let policy = if page.status == 503 {
            "no-referrer"
        } else {
            "same-origin"
        };
        assert_eq!(page.header("referrer-policy"), Some(policy));
        assert_eq!(page.header("cache-control"), Some("no-store"));
        let policy = page.header("content-security-policy").unwrap();
        assert!(policy.contains("img-src 'self';"), "{policy}");
        assert!(!page.body.contains("cdn.example"), "{}", page.body);
        for line in page.body.lines() {
            let is_field = line.starts_with("<input type=\"hidden\" name=\"token\"");
            let has_token = line.contains(&*verifying) || line.contains(&*resetting);
            assert_eq!(has_token, is_field, "{line}");
        }
    }
}

async fn bad_input_shows_the_pages_again() {
    let site = Site::new();
    let _jane = registered(&site).await;
    mails(&site).await;
    let token = reset_token(&site).await;
    let mut browser = Browser::new(&site);
    for path in [FORGOT, RESEND] {
        for typed in ["", "nobody", "a@example.com,b@example.com"] {
            let page = send(&mut browser, path, &[("email", typed)]).await;
            assert_eq!(page.status, 422);
            assert_is_error_page(&page);
            assert!(page.body.contains("Enter an e-mail address, such as"));
            let kept = format!("value=\"{typed}\"");
            assert_eq!(input(&page, "email").contains(&kept), !typed.is_empty());
        }
    }
    for (typed, error) in [
        ("", "Choose a password."),
        ("too short", "at least 15 characters."),
        ("a guessable password", "Many people use this password"),
    ] {
        let fields = [("token", &*token), ("password", typed)];
        let page = send(&mut browser, RESET, &fields).await;
        assert_eq!(page.status, 422, "{typed}");
        assert_is_error_page(&page);
        assert!(page.body.contains(error), "{}", page.body);
        assert!(input(&page, "password").contains("aria-invalid=\"true\""));
        assert!(!input(&page, "password").contains("value="));
    }
    let fields = [("token", &*token), ("password", OTHER)];
    assert_eq!(send(&mut browser, RESET, &fields).await.status, 303);
}

async fn pwd_08_a_repeated_field_of_a_form_is_refused() {
    let site = Site::new();
    let mut browser = Browser::new(&site);
    for path in [FORGOT, RESEND] {
        let fields = [("email", EMAIL), ("email", "mallory@evil.example")];
        assert_eq!(send(&mut browser, path, &fields).await.status, 400);
    }
    for path in [RESET, VERIFY, CONFIRM] {
        let fields = [("token", UNKNOWN), ("token", UNKNOWN)];
        assert_eq!(send(&mut browser, path, &fields).await.status, 400);
    }
}

async fn rat_10_a_busy_server_uses_no_link_up() {
    let site = Site::new();
    let _jane = registered(&site).await;
    let verifying = mailed_token(&site).await;
    let resetting = reset_token(&site).await;
    let mut browser = Browser::new(&site);
    site.hasher.set_busy(true);
    for (path, token) in [(RESET, &resetting), (VERIFY, &verifying)] {
        let fields = [("token", &**token), ("password", OTHER)];
        let page = send(&mut browser, path, &fields).await;
        assert_eq!(page.status, 503);
        assert_is_error_page(&page);
        assert!(page.body.contains(&format!("value=\"{token}\"")));
    }
    site.hasher.set_busy(false);
    let fields = [("token", &*resetting), ("password", OTHER)];
    assert_eq!(send(&mut browser, RESET, &fields).await.status, 303);
}

async fn red_01_asking_for_a_mail_leads_nowhere_else() {
    let site = Site::new();
    let _jane = registered(&site).await;
    mails(&site).await;
    let mut browser = Browser::new(&site);
    for target in [
        "https://evil.example",
        "//evil.example",
        "javascript:alert(1)",
    ] {
        for path in [FORGOT, RESEND] {
            let fields = [("email", EMAIL), ("redirect_url", target)];
            assert_eq!(send(&mut browser, path, &fields).await.status, 400);
        }
        for page in PAGES {
            let answer = site.get(&format!("{page}?redirect_url={target}")).await;
            assert_eq!(answer.status, 400, "{page} {target}");
        }
    }
    assert_eq!(mails(&site).await, []);
}

async fn without_mails_there_are_no_such_pages() {
    let site = Site::verifying();
    let page = site.get("/signin").await;
    assert!(page.body.contains("/auth/login"));
    assert!(!page.body.contains("/forgot"), "{}", page.body);
    let mut browser = Browser::new(&site);
    for page in PAGES {
        let address = format!("{page}?token={UNKNOWN}");
        assert_eq!(browser.open(&address).await.status, 404, "{page}");
    }
    for path in [FORGOT, RESEND, RESET, VERIFY, CONFIRM] {
        let fields = [("email", EMAIL), ("token", UNKNOWN), ("password", OTHER)];
        assert_eq!(
            send(&mut browser, path, &fields).await.status,
            404,
            "{path}"
        );
    }
    let registered = [("email", EMAIL), ("password", RIGHT)];
    let page = send(&mut browser, "/auth/register", &registered).await;
    assert_eq!(page.status, 202);
    assert!(!page.body.contains("<form"), "{}", page.body);
    assert!(!browser.cookies.contains_key(NOTICE));
}

crate::everywhere! {
    pwd_07_a_link_that_cannot_be_used_offers_another,
    hdr_02_the_token_is_passed_on_to_nobody,
    bad_input_shows_the_pages_again,
    pwd_08_a_repeated_field_of_a_form_is_refused,
    rat_10_a_busy_server_uses_no_link_up,
    red_01_asking_for_a_mail_leads_nowhere_else,
    without_mails_there_are_no_such_pages,
}
