mod cookie;
mod role;

use belgie_domain::ClientInfo;
use belgie_testkit::changed;
use chrono::TimeDelta;
use http::Method;
use serde_json::json;

use crate::browser::{ATTEMPT, Browser, FIREFOX, NOTICE, SESSION};
use crate::request::TestRequest;
use crate::site::Site;

async fn the_session_and_the_user_have_the_promised_shape() {
    let site = Site::new();
    let mut browser = Browser::signed_in(&site).await;
    site.clock.advance(TimeDelta::seconds(100));

    let session = browser.fetch(Method::GET, "/auth/session").await.json();
    let me = browser.fetch(Method::GET, "/api/me").await.json();

    let id = session["session"]["id"].as_str().unwrap();
    assert_eq!(id.len(), 36);
    assert_eq!(
        session["session"],
        json!({
            "id": id,
            "created_at": "2026-01-01T00:00:00.000Z",
            "authenticated_at": "2026-01-01T00:00:00.000Z",
            "last_used_at": "2026-01-01T00:00:00.000Z",
            "expires_at": "2026-01-08T00:00:00.000Z",
            "expires_in": 7 * 86_400 - 100,
            "provider": "acme",
            "ip_address": "192.0.2.1",
            "user_agent": FIREFOX,
            "current": true,
        })
    );
    assert_eq!(
        me,
        json!({
            "id": me["id"],
            "email": "jane@example.com",
            "email_verified": true,
            "email_proved": true,
            "name": "Jane Doe",
            "image": "https://pictures.example/jane.png",
            "role": "user",
            "is_active": true,
            "last_login_at": "2026-01-01T00:00:00.000Z",
            "created_at": "2026-01-01T00:00:00.000Z",
            "updated_at": "2026-01-01T00:00:00.000Z",
        })
    );
    assert_eq!(session["user"], me);
}

async fn ses_04_a_token_counts_neither_in_the_address_nor_in_the_body() {
    let site = Site::new();
    let browser = Browser::signed_in(&site).await;
    let token = &browser.cookies[SESSION];

    for path in [
        format!("/auth/session?token={token}"),
        format!("/api/me?access_token={token}"),
        format!("/api/me?{SESSION}={token}"),
    ] {
        assert_eq!(site.get(&path).await.code(), "not_authenticated");
    }
    let form = TestRequest::post()
        .uri("/auth/sessions/revoke-others")
        .insert_header(("sec-fetch-site", "same-origin"))
        .set_form([("access_token", token), ("token", token)]);
    assert_eq!(site.send(form).await.status, 401);
}

async fn ses_05_an_expired_session_is_distinguished_from_none() {
    let site = Site::new();
    let mut browser = Browser::signed_in(&site).await;
    site.clock.advance(TimeDelta::days(7));

    let answer = browser.fetch(Method::GET, "/auth/session").await;

    assert_eq!(answer.status, 401);
    assert_eq!(answer.code(), "session_expired");
    assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
    assert_eq!(site.get("/auth/session").await.code(), "not_authenticated");
}

async fn ses_05_the_reported_expiry_never_passes_the_absolute_end() {
    let site = Site::new();
    let mut browser = Browser::signed_in(&site).await;

    for _ in 0..28 {
        site.clock.advance(TimeDelta::days(1));
        browser.fetch(Method::GET, "/api/me").await;
    }

    let session = browser.fetch(Method::GET, "/auth/session").await.json();
    assert_eq!(session["session"]["expires_at"], "2026-01-31T00:00:00.000Z");
    assert_eq!(session["session"]["expires_in"], 2 * 86_400);
}

async fn ses_08_two_cookies_of_our_name_are_refused() {
    let site = Site::new();
    let browser = Browser::signed_in(&site).await;
    let good = format!("{SESSION}={}", browser.cookies[SESSION]);
    let bad = format!("{SESSION}=x");

    for cookies in [
        format!("{good}; {bad}"),
        format!("{bad}; {good}"),
        format!("{good}; {good}"),
    ] {
        let request = TestRequest::get()
            .uri("/api/me")
            .insert_header(("cookie", cookies));
        assert_eq!(site.send(request).await.code(), "not_authenticated");
    }
}

async fn ses_09_with_an_authorization_header_cookies_are_ignored() {
    let site = Site::new();
    let browser = Browser::signed_in(&site).await;
    let bearer = format!("Bearer {}", browser.cookies[SESSION]);

    for (authorization, status) in [
        (&*bearer, 200),
        ("Bearer s_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", 401),
        ("Basic YTpi", 401),
    ] {
        let request = browser
            .request(Method::GET, "/api/me")
            .insert_header(("authorization", authorization));
        let answer = site.send(request).await;
        assert_eq!(answer.status.as_u16(), status, "{authorization}");
        assert!(answer.set_cookies().is_empty());
    }
}

async fn ses_09_bearer_answers_never_set_cookies() {
    let site = Site::new();
    let browser = Browser::signed_in(&site).await;

    let request = browser
        .request(Method::POST, "/auth/signout")
        .insert_header((
            "authorization",
            format!("Bearer {}", browser.cookies[SESSION]),
        ));
    let answer = site.send(request).await;

    assert_eq!(answer.status, 204);
    assert!(answer.set_cookies().is_empty());
}

async fn ses_11_people_list_and_end_their_sessions() {
    let site = Site::new();
    let mut here = Browser::signed_in(&site).await;
    site.clock.advance(TimeDelta::seconds(1));
    let mut there = Browser::signed_in(&site).await;
    let mut elsewhere = Browser::signed_in(&site).await;

    let listed = here.fetch(Method::GET, "/auth/sessions").await.json();
    let sessions = listed["sessions"].as_array().unwrap();
    assert_eq!(sessions.len(), 3);
    let current: Vec<_> = sessions
        .iter()
        .map(|session| session["current"] == true)
        .collect();
    assert_eq!(current, [false, false, true]);

    let id = there.fetch(Method::GET, "/auth/session").await.json()["session"]["id"].clone();
    let path = format!("/auth/sessions/{}", id.as_str().unwrap());
    assert_eq!(here.fetch(Method::DELETE, &path).await.status, 204);
    assert_eq!(here.fetch(Method::DELETE, &path).await.code(), "not_found");
    assert!(!there.is_signed_in().await);

    let others = here.fetch(Method::DELETE, "/auth/sessions").await;
    assert_eq!(
        (others.status.as_u16(), others.json()),
        (200, json!({"revoked": 1}))
    );
    assert!(!elsewhere.is_signed_in().await);
    assert!(here.is_signed_in().await);
}

async fn ses_11_users_cannot_end_the_sessions_of_others() {
    let site = Site::new();
    let mut jane = Browser::signed_in(&site).await;
    let id = jane.fetch(Method::GET, "/auth/session").await.json()["session"]["id"].clone();
    site.provider
        .set_identity(changed(belgie_testkit::identity(), |identity| {
            identity.subject = "2".parse().unwrap();
            identity.email = Some("mallory@example.com".to_owned());
        }));
    let mut mallory = Browser::signed_in(&site).await;

    for id in [id.as_str().unwrap(), "not-an-id"] {
        let answer = mallory
            .fetch(Method::DELETE, &format!("/auth/sessions/{id}"))
            .await;
        assert_eq!(answer.code(), "not_found");
    }
    mallory
        .submit(&format!("/auth/sessions/{}/revoke", id.as_str().unwrap()))
        .await;

    assert!(jane.is_signed_in().await);
}

async fn ending_ones_own_session_clears_the_cookie() {
    let site = Site::new();
    let mut browser = Browser::signed_in(&site).await;
    let id = browser.fetch(Method::GET, "/auth/session").await.json()["session"]["id"].clone();

    let path = format!("/auth/sessions/{}", id.as_str().unwrap());
    browser.fetch(Method::DELETE, &path).await;

    assert!(!browser.cookies.contains_key(SESSION));
    assert!(browser.cookies.contains_key(ATTEMPT));
}

async fn the_forms_of_the_account_page_end_sessions_and_lead_back() {
    let site = Site::new();
    let mut here = Browser::signed_in(&site).await;
    let (mut there, mut elsewhere) = (
        Browser::signed_in(&site).await,
        Browser::signed_in(&site).await,
    );
    let id = there.fetch(Method::GET, "/auth/session").await.json()["session"]["id"].clone();

    let path = format!("/auth/sessions/{}/revoke", id.as_str().unwrap());
    for notice in ["session_ended:Firefox+on+Linux", "session_ended"] {
        let one = here.submit(&path).await;
        assert_eq!((one.status.as_u16(), one.location()), (303, "/account"));
        assert_eq!(here.cookies[NOTICE], notice);
    }
    assert!(!there.is_signed_in().await);

    let others = here.submit("/auth/sessions/revoke-others").await;
    assert_eq!(
        (others.status.as_u16(), others.location()),
        (303, "/account")
    );
    assert!(!elsewhere.is_signed_in().await);
    let page = here.open("/account").await;
    assert!(page.body.contains("Only here."));
    assert!(page.body.contains("signed out everywhere else"));
    assert!(!here.cookies.contains_key(NOTICE), "it is shown once");
}

async fn a_notice_comes_from_what_was_done_and_never_from_a_link() {
    let site = Site::new();
    let mut browser = Browser::signed_in(&site).await;

    for path in [
        "/account?ended=others",
        "/dashboard?notice=others_ended",
        "/?notice=signed_out",
    ] {
        let page = browser.open(path).await;
        assert_eq!(page.status, 200);
        assert!(!page.body.contains("role=\"status\""), "{path}");
    }
    for (word, shown) in [
        ("others_ended", true),
        ("session_ended", true),
        ("session_ended:Firefox+on+Linux", true),
        ("session_ended:Call+555-1234", true),
        ("email_change_sent:555-1234", true),
        ("signed_out", false),
        ("Call 555-1234", false),
        ("", false),
    ] {
        browser.cookies.insert(NOTICE.to_owned(), word.to_owned());
        let page = browser.open("/dashboard").await;
        assert_eq!(page.body.contains("role=\"status\""), shown, "{word}");
        assert!(!page.body.contains("555"));
        assert!(!browser.cookies.contains_key(NOTICE), "{word} is cleared");
    }
}

async fn ses_15_an_altered_or_truncated_token_never_works() {
    let site = Site::new();
    let mut browser = Browser::signed_in(&site).await;
    let token = browser.cookies[SESSION].clone();

    // The domain's own tests try every place and every character.
    let (begin, end) = token.split_at(20);
    for wrong in [
        begin.to_owned(),
        end.to_owned(),
        format!("{begin}{}", &end[1..]),
        format!("{token}A"),
        format!("\"{token}\""),
    ] {
        browser.cookies.insert(SESSION.to_owned(), wrong);
        assert!(!browser.is_signed_in().await);
    }
    browser.cookies.insert(SESSION.to_owned(), token);
    assert!(browser.is_signed_in().await);
}

async fn ses_13_a_role_shows_at_the_next_request() {
    let site = Site::new();
    let mut browser = Browser::signed_in(&site).await;
    let me = browser.fetch(Method::GET, "/api/me").await.json();

    let id = me["id"].as_str().unwrap().parse().unwrap();
    site.auth
        .operator()
        .set_role(id, belgie_domain::Role::ADMIN)
        .await
        .unwrap();

    assert_eq!(
        browser.fetch(Method::GET, "/api/me").await.json()["role"],
        "admin"
    );
}

async fn a_disabled_user_is_signed_out_from_that_moment() {
    let site = Site::new();
    let mut browser = Browser::signed_in(&site).await;
    let me = browser.fetch(Method::GET, "/api/me").await.json();

    let id = me["id"].as_str().unwrap().parse().unwrap();
    site.auth.operator().disable(id).await.unwrap();

    assert!(!browser.is_signed_in().await);
    let again = browser.sign_in().await;
    assert_eq!(again.status, 403);
    assert!(again.body.contains("This account is disabled"));
}

async fn aud_01_events_name_the_request_the_address_and_the_agent() {
    let site = Site::new();
    let mut browser = Browser::new(&site);

    let answer = browser.sign_in().await;

    let event = site.store.events().pop().unwrap();
    let request_id = answer.header("x-request-id").unwrap().to_owned();
    assert_eq!(
        event.client,
        ClientInfo::default()
            .with_ip_address("192.0.2.1".parse().unwrap())
            .with_user_agent(FIREFOX)
            .with_request_id(request_id)
    );
}

async fn cfg_08_an_agent_with_control_characters_is_kept_without_them() {
    let site = Site::new();
    let mut browser = Browser::new(&site);
    let state = browser.begin("").await;

    let request = browser
        .request(
            Method::GET,
            &format!("/auth/provider/acme/callback?code=c&state={state}"),
        )
        .insert_header((
            "user-agent",
            http::HeaderValue::from_bytes(b"a\tb\xff").unwrap(),
        ));
    browser.send(request).await;

    let event = site.store.events().pop().unwrap();
    assert_eq!(event.client.user_agent.as_deref(), Some("ab\u{fffd}"));
}

async fn csr_03_a_delete_with_a_body_of_another_type_is_refused() {
    let site = Site::new();
    let browser = Browser::signed_in(&site).await;

    for path in ["/auth/sessions", "/auth/sessions/any"] {
        let request = browser
            .request(Method::DELETE, path)
            .insert_header(("sec-fetch-site", "same-origin"))
            .insert_header(("content-type", "text/plain"))
            .set_payload("{}");
        let answer = site.send(request).await;

        assert_eq!(answer.status, 415, "{path}");
        assert_eq!(answer.code(), "unsupported_media_type");
    }
}

crate::everywhere! {
    the_session_and_the_user_have_the_promised_shape,
    ses_04_a_token_counts_neither_in_the_address_nor_in_the_body,
    ses_05_an_expired_session_is_distinguished_from_none,
    ses_05_the_reported_expiry_never_passes_the_absolute_end,
    ses_08_two_cookies_of_our_name_are_refused,
    ses_09_with_an_authorization_header_cookies_are_ignored,
    ses_09_bearer_answers_never_set_cookies,
    ses_11_people_list_and_end_their_sessions,
    ses_11_users_cannot_end_the_sessions_of_others,
    ending_ones_own_session_clears_the_cookie,
    the_forms_of_the_account_page_end_sessions_and_lead_back,
    a_notice_comes_from_what_was_done_and_never_from_a_link,
    ses_15_an_altered_or_truncated_token_never_works,
    ses_13_a_role_shows_at_the_next_request,
    a_disabled_user_is_signed_out_from_that_moment,
    aud_01_events_name_the_request_the_address_and_the_agent,
    cfg_08_an_agent_with_control_characters_is_kept_without_them,
    csr_03_a_delete_with_a_body_of_another_type_is_refused,
}
