//! Registering and signing in with a password.

use http::Method;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::browser::{Browser, SESSION};
use crate::json::{OTHER, RIGHT, fetch, post, registered, with};
use crate::request::TestRequest;
use crate::site::{SPA, Site};

const REGISTER: &str = "/auth/register";
const LOGIN: &str = "/auth/login";
const CHANGE: &str = "/auth/password/change";
const SET: &str = "/auth/password/set";
const AGAIN: &str = "/auth/reauthenticate";

fn jane() -> Value {
    json!({"email": "jane@example.com", "password": RIGHT})
}

fn fields(answer: &Answer) -> Vec<String> {
    let body = answer.json();
    body.as_object().unwrap().keys().cloned().collect()
}

fn detail(answer: &Answer) -> String {
    assert_eq!(answer.status, 400, "{answer:?}");
    assert_eq!(answer.code(), "invalid_request");
    answer.json()["detail"].as_str().unwrap().to_owned()
}

async fn a_new_session_comes_as_a_cookie_or_as_a_token() {
    let site = Site::new();
    for (path, status) in [(REGISTER, 201), (LOGIN, 200)] {
        for (transport, email) in [
            (Value::Null, "a@example.com"),
            (json!("cookie"), "b@example.com"),
            (json!("token"), "c@example.com"),
        ] {
            let body = json!({"email": email, "password": RIGHT, "transport": transport});
            let by_token = transport == "token";

            let answer = post(&site, path, &body).await;

            assert_eq!(answer.status, status, "{answer:?}");
            assert_eq!(answer.header("cache-control"), Some("no-store"));
            let view = answer.json();
            assert_eq!(view["user"]["email"], email);
            assert_eq!(view["expires_in"], 604_800);
            let cookies = answer.set_cookies();
            if by_token {
                assert_eq!(
                    fields(&answer),
                    ["expires_at", "expires_in", "token", "user"]
                );
                assert!(cookies.is_empty());
                let bearer = format!("Bearer {}", view["token"].as_str().unwrap());
                let me = TestRequest::get().uri("/auth/session");
                let me = site.send(me.insert_header(("authorization", bearer))).await;
                assert_eq!(me.json()["session"]["provider"], "password");
            } else {
                assert_eq!(fields(&answer), ["expires_at", "expires_in", "user"]);
                assert_eq!(cookies.len(), 1);
                assert!(cookies[0].starts_with("__Host-belgie_session=s_"));
                assert!(cookies[0].contains("; HttpOnly; SameSite=Lax; Secure; Path=/"));
            }
        }
    }
}

async fn adm_05_no_field_of_a_registration_gives_a_right() {
    let site = Site::new();
    let body = json!({
        "email": "jane@example.com",
        "password": RIGHT,
        "name": "Jane Doe",
        "id": "00000000-0000-7000-8000-000000000000",
        "role": "admin",
        "is_active": false,
        "email_verified": true,
        "email_proved": true,
        "user": {"role": "admin"},
    });

    let user = post(&site, REGISTER, &body).await.json()["user"].clone();

    assert_ne!(user["id"], body["id"]);
    assert_eq!(
        (&user["role"], &user["is_active"]),
        (&json!("user"), &json!(true))
    );
    assert_eq!(user["email_verified"], false);
    assert_eq!(user["email_proved"], false);
    assert_eq!(user["name"], "Jane Doe");
}

async fn a_known_address_cannot_be_registered_again() {
    let site = Site::new();
    registered(&site).await;

    let answer = post(&site, REGISTER, &jane()).await;

    assert_eq!(
        (answer.status.as_u16(), &*answer.code()),
        (409, "email_taken")
    );
    assert!(answer.set_cookies().is_empty());
}

async fn rat_07_failures_answer_alike_whoever_they_concern() {
    let site = Site::new();
    registered(&site).await;
    let mut answers = Vec::new();
    for body in [
        json!({"email": "jane@example.com", "password": OTHER}),
        json!({"email": "nobody@example.com", "password": OTHER}),
    ] {
        let answer = post(&site, LOGIN, &body).await;
        assert_eq!(
            (answer.status.as_u16(), &*answer.code()),
            (401, "invalid_credentials")
        );
        let mut headers: Vec<_> = answer.headers.iter().collect();
        headers.retain(|(name, _)| !["x-request-id", "date"].contains(&name.as_str()));
        headers.sort_by_key(|(name, _)| name.as_str());
        answers.push((format!("{headers:?}"), answer.body.clone()));
    }

    assert_eq!(answers[0], answers[1]);
}

async fn pwd_08_an_address_is_one_string() {
    let site = Site::new();
    let events = site.store.events().len();
    for path in [REGISTER, LOGIN] {
        for (email, reason) in [
            (
                json!(["a@example.com", "b@example.com"]),
                "email must be one string.",
            ),
            (json!({"0": "a@example.com"}), "email must be one string."),
            (json!(1), "email must be one string."),
            (json!(true), "email must be one string."),
            (Value::Null, "email is missing."),
            (
                json!("a@example.com,b@example.com"),
                "email is not a usable e-mail address.",
            ),
            (
                json!("a@example.com\r\nBcc: b@example.com"),
                "email is not a usable e-mail address.",
            ),
            (json!("nobody"), "email is not a usable e-mail address."),
            (json!(""), "email is not a usable e-mail address."),
        ] {
            let body = json!({"email": email, "password": RIGHT});
            assert_eq!(detail(&post(&site, path, &body).await), reason, "{email}");
        }
        let twice = r#"{"email": "a@example.com", "email": "b@example.com", "password": "x"}"#;
        for body in [twice, "[]", "[\"a@example.com\", \"x\"]", "", "{", "null"] {
            let request = TestRequest::post().uri(path);
            let answer = site.send(with(request, body)).await;
            assert!(
                detail(&answer).starts_with("The body must be a JSON object"),
                "{body}"
            );
        }
    }
    assert_eq!(
        (site.store.events().len(), site.hasher.take_hashed()),
        (events, 0)
    );
}

async fn pwd_09_nothing_passes_for_a_missing_password() {
    let site = Site::new();
    Browser::signed_in(&site).await;
    for (password, reason) in [
        (Value::Null, "password is missing."),
        (json!(""), "password is missing."),
        (json!(0), "password must be one string."),
        (json!([""]), "password must be one string."),
        (json!({}), "password must be one string."),
        (json!(false), "password must be one string."),
    ] {
        let body = json!({"email": "jane@example.com", "password": password});
        assert_eq!(
            detail(&post(&site, LOGIN, &body).await),
            reason,
            "{password}"
        );
    }
    assert_eq!(site.hasher.take_hashed(), 0);
}

async fn pwd_02_a_password_that_is_too_long_is_not_hashed() {
    let site = Site::new();
    for (path, characters, answered) in [
        (REGISTER, 257, 400),
        (LOGIN, 257, 400),
        (REGISTER, 1 << 20, 413),
        (LOGIN, 1 << 20, 413),
    ] {
        let body = json!({"email": "jane@example.com", "password": "ü".repeat(characters)});
        let answer = post(&site, path, &body).await;
        assert_eq!(answer.status, answered, "{path}");
        if answered == 400 {
            assert_eq!(
                detail(&answer),
                "password must have at most 256 characters."
            );
        }
    }
    assert_eq!(site.hasher.take_hashed(), 0);
    let longest = json!({"email": "jane@example.com", "password": "ü".repeat(256)});
    assert_eq!(post(&site, REGISTER, &longest).await.status, 201);
    assert_eq!(post(&site, LOGIN, &longest).await.status, 200);
}

async fn pwd_04_a_weak_password_is_refused_with_the_field_and_the_reason() {
    let site = Site::new();
    for (password, reason) in [
        (
            "fourteen chars",
            "password must have at least 15 characters.",
        ),
        (
            "this is guessable",
            "password is too easy to guess: many people use it, or one much like it. ",
        ),
        (
            "jane@example.com 1",
            "password is too easy to guess: it is made of a name or an address ",
        ),
    ] {
        let body = json!({"email": "jane@example.com", "password": password});
        let detail = detail(&post(&site, REGISTER, &body).await);
        assert!(detail.starts_with(reason), "{detail}");
        assert!(!detail.contains(password), "{detail}");
    }
    let mut browser = registered(&site).await;
    let body = json!({"current_password": RIGHT, "new_password": "guessable password"});
    let refused = detail(&fetch(&mut browser, CHANGE, &body).await);
    assert!(
        refused.starts_with("new_password is too easy to guess: "),
        "{refused}"
    );
}

async fn csr_02_signing_in_is_held_to_the_origin_rule() {
    let site = Site::new();
    let browser = registered(&site).await;
    let cookie = format!("{SESSION}={}", browser.cookies[SESSION]);
    for path in [REGISTER, LOGIN] {
        let body = json!({"email": "joe@example.com", "password": RIGHT}).to_string();
        for (headers, passes) in [
            (&[] as &[(&str, &str)], true),
            (&[("sec-fetch-site", "same-origin")], true),
            (&[("origin", SPA), ("sec-fetch-site", "cross-site")], true),
            (&[("origin", "https://evil.example")], false),
            (&[("origin", "null")], false),
            (&[("sec-fetch-site", "cross-site")], false),
            (&[("sec-fetch-site", "same-site")], false),
            (&[("cookie", &*cookie)], false),
            (
                &[("cookie", &*cookie), ("origin", "https://a.example")],
                true,
            ),
        ] {
            let request = headers.iter().fold(
                with(TestRequest::post().uri(path), &body),
                |request, header| request.append_header(*header),
            );
            let answer = site.send(request).await;
            let refused = answer.status == 403 && answer.code() == "cross_origin";
            assert_eq!(!refused, passes, "{path} {headers:?} {answer:?}");
            assert!(passes || answer.set_cookies().is_empty());
        }
    }
}

async fn csr_03_passwords_are_taken_as_json_or_from_a_form_alone() {
    let site = Site::new();
    let browser = registered(&site).await;
    for path in [REGISTER, LOGIN, CHANGE, SET, AGAIN] {
        for content_type in [
            None,
            Some("text/plain"),
            Some("multipart/form-data; boundary=x"),
        ] {
            let request = browser
                .request(Method::POST, path)
                .insert_header(("sec-fetch-site", "same-origin"))
                .set_payload(jane().to_string());
            let request = match content_type {
                Some(it) => request.insert_header(("content-type", it)),
                None => request,
            };
            let answer = site.send(request).await;
            assert_eq!(answer.status, 415, "{path} {content_type:?} {answer:?}");
        }
    }
}

async fn ses_03_a_sign_in_replaces_the_session_of_the_browser_unless_it_gets_a_token() {
    let site = Site::new();
    let mut browser = registered(&site).await;
    let mut first = Browser::new(&site);
    first.cookies.clone_from(&browser.cookies);
    let by_token = json!({"email": "jane@example.com", "password": RIGHT, "transport": "token"});
    assert_eq!(fetch(&mut browser, LOGIN, &by_token).await.status, 200);
    assert!(browser.is_signed_in().await);

    assert_eq!(fetch(&mut browser, LOGIN, &jane()).await.status, 200);

    assert_ne!(browser.cookies[SESSION], first.cookies[SESSION]);
    assert!(browser.is_signed_in().await);
    assert!(!first.is_signed_in().await);
}

async fn lnk_04_what_waits_in_the_browser_joins_the_holder_who_signs_in() {
    let site = Site::new();
    let holder = registered(&site).await;
    let mut browser = Browser::new(&site);
    let conflict = browser.sign_in().await;
    assert_eq!(conflict.status, 409, "{conflict:?}");
    let page = browser.open("/auth/pending").await;
    assert!(page.body.contains("with a password"), "{}", page.body);

    assert_eq!(fetch(&mut browser, LOGIN, &jane()).await.status, 200);

    let accounts = browser.fetch(Method::GET, "/auth/accounts").await.json();
    assert_eq!(accounts["accounts"][0]["provider"], "acme");
    assert_eq!(accounts["has_password"], true);
    let me = browser.fetch(Method::GET, "/api/me").await.json();
    assert_eq!(me["email_proved"], true);
    let mut holder = holder;
    assert_eq!(
        holder.fetch(Method::GET, "/api/me").await.json()["id"],
        me["id"]
    );
}

async fn ses_12_a_changed_password_ends_the_other_sessions() {
    let site = Site::new();
    let mut other = registered(&site).await;
    let mut browser = Browser::new(&site);
    fetch(&mut browser, LOGIN, &jane()).await;
    let change = |current: &str| json!({"current_password": current, "new_password": OTHER});

    let wrong = fetch(&mut browser, CHANGE, &change(OTHER)).await;
    assert_eq!(
        (wrong.status.as_u16(), &*wrong.code()),
        (401, "invalid_credentials")
    );
    assert!(other.is_signed_in().await);
    let changed = fetch(&mut browser, CHANGE, &change(RIGHT)).await;

    assert_eq!((changed.status.as_u16(), &*changed.body), (204, ""));
    assert!(browser.is_signed_in().await && !other.is_signed_in().await);
    assert_eq!(post(&site, LOGIN, &jane()).await.status, 401);
    let now = json!({"email": "jane@example.com", "password": OTHER});
    assert_eq!(post(&site, LOGIN, &now).await.status, 200);
}

async fn a_first_password_is_set_once_and_soon_after_signing_in() {
    let site = Site::new();
    let mut browser = Browser::signed_in(&site).await;
    let accounts = browser.fetch(Method::GET, "/auth/accounts").await.json();
    assert_eq!(accounts["has_password"], false);
    let body = json!({"password": RIGHT});

    assert_eq!(fetch(&mut browser, SET, &body).await.status, 204);
    assert_eq!(post(&site, LOGIN, &jane()).await.status, 200);
    let again = fetch(&mut browser, SET, &body).await;
    assert!(detail(&again).starts_with("The user has a password already"));
    site.clock.advance(chrono::TimeDelta::hours(1));
    let stale = fetch(&mut browser, SET, &body).await;
    assert_eq!(stale.code(), "fresh_sign_in_required");

    assert_eq!(fetch(&mut browser, AGAIN, &body).await.status, 204);
    let fresh = fetch(&mut browser, SET, &body).await;
    assert!(detail(&fresh).starts_with("The user has a password already"));
    let wrong = fetch(&mut browser, AGAIN, &json!({"password": OTHER})).await;
    assert_eq!(
        (wrong.status.as_u16(), &*wrong.code()),
        (401, "invalid_credentials")
    );
}

async fn nobody_else_changes_a_password() {
    let site = Site::new();
    let browser = registered(&site).await;
    let session = site.auth.sessions();
    let token = belgie_domain::SessionToken::parse(&browser.cookies[SESSION]).unwrap();
    let current = session.authenticate(&token, belgie_auth::Proof::Cookie);
    let (current, access_tokens) = (current.await.unwrap(), site.auth.access_tokens());
    let issued = access_tokens.issue_to(&current).await.unwrap();
    let bearer = format!("Bearer {}", issued.token.secret());
    for path in [CHANGE, SET, AGAIN] {
        let body = json!({"password": RIGHT, "current_password": RIGHT, "new_password": OTHER});
        assert_eq!(
            post(&site, path, &body).await.code(),
            "not_authenticated",
            "{path}"
        );
        let request = browser.request(Method::POST, path);
        let silent = site.send(with(request, &body.to_string())).await;
        assert_eq!(silent.code(), "cross_origin", "{path}");
        let request = TestRequest::post().uri(path);
        let request = request.insert_header(("authorization", &bearer));
        let by_access_token = site.send(with(request, &body.to_string())).await;
        assert_eq!(by_access_token.code(), "forbidden", "{path}");
    }
    assert_eq!(post(&site, LOGIN, &jane()).await.status, 200);
}

async fn lnk_15_a_disabled_user_is_told_so_by_the_right_password_alone() {
    let site = Site::new();
    registered(&site).await;
    let jane_again = post(&site, LOGIN, &jane()).await.json();
    let id = jane_again["user"]["id"].as_str().unwrap().parse().unwrap();
    site.auth.operator().disable(id).await.unwrap();

    let wrong = json!({"email": "jane@example.com", "password": OTHER});
    assert_eq!(
        post(&site, LOGIN, &wrong).await.code(),
        "invalid_credentials"
    );
    let right = post(&site, LOGIN, &jane()).await;
    assert_eq!(
        (right.status.as_u16(), &*right.code()),
        (403, "account_disabled")
    );
}

async fn rat_10_too_many_passwords_at_once_are_refused_for_a_second() {
    let site = Site::new();
    let mut browser = registered(&site).await;
    site.hasher.set_busy(true);
    let one = json!({"password": RIGHT, "current_password": RIGHT, "new_password": OTHER});
    for (path, body) in [
        (REGISTER, jane()),
        (LOGIN, jane()),
        (CHANGE, one.clone()),
        (AGAIN, one),
    ] {
        let answer = fetch(&mut browser, path, &body).await;
        assert_eq!(
            (answer.status.as_u16(), &*answer.code()),
            (503, "unavailable"),
            "{path}"
        );
        assert_eq!(answer.header("retry-after"), Some("1"), "{path}");
    }
    assert!(browser.is_signed_in().await);
}

async fn without_passwords_their_routes_do_not_exist() {
    let site = Site::of_providers(&["acme"], |_| {});
    assert!(!site.auth.passwords().are_offered());
    for path in [REGISTER, LOGIN, CHANGE, SET, AGAIN] {
        let answer = post(&site, path, &jane()).await;
        assert_eq!(
            (answer.status.as_u16(), &*answer.code()),
            (404, "not_found"),
            "{path}"
        );
    }
}

crate::everywhere! {
    a_new_session_comes_as_a_cookie_or_as_a_token,
    adm_05_no_field_of_a_registration_gives_a_right,
    a_known_address_cannot_be_registered_again,
    rat_07_failures_answer_alike_whoever_they_concern,
    pwd_08_an_address_is_one_string,
    pwd_09_nothing_passes_for_a_missing_password,
    pwd_02_a_password_that_is_too_long_is_not_hashed,
    pwd_04_a_weak_password_is_refused_with_the_field_and_the_reason,
    csr_02_signing_in_is_held_to_the_origin_rule,
    csr_03_passwords_are_taken_as_json_or_from_a_form_alone,
    ses_03_a_sign_in_replaces_the_session_of_the_browser_unless_it_gets_a_token,
    lnk_04_what_waits_in_the_browser_joins_the_holder_who_signs_in,
    ses_12_a_changed_password_ends_the_other_sessions,
    a_first_password_is_set_once_and_soon_after_signing_in,
    nobody_else_changes_a_password,
    lnk_15_a_disabled_user_is_told_so_by_the_right_password_alone,
    rat_10_too_many_passwords_at_once_are_refused_for_a_second,
    without_passwords_their_routes_do_not_exist,
}
