//! Access tokens on the wire: who gets one, and what one opens.

use belgie_auth::Rotation;
use belgie_domain::{Role, UserId};
use chrono::TimeDelta;
use http::Method;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::browser::{Browser, SESSION};
use crate::log::Log;
use crate::request::TestRequest;
use crate::site::{BASE, SPA, Site};

const HOSTS_ROUTES: [&str; 2] = ["/hello", "/maybe"];

fn token_request() -> TestRequest {
    TestRequest::post().uri("/auth/token")
}

fn by(request: TestRequest, bearer: &str) -> TestRequest {
    request.insert_header(("authorization", format!("Bearer {bearer}")))
}

/// Asks for a token as a script of this site does.
async fn token_of(browser: &mut Browser<'_>) -> String {
    let answer = browser.fetch(Method::POST, "/auth/token").await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()["access_token"].as_str().unwrap().to_owned()
}

async fn get(site: &Site, path: &str, bearer: &str) -> Answer {
    site.send(by(TestRequest::get().uri(path), bearer)).await
}

/// Reads a part of a token.
fn part(token: &str, index: usize) -> Value {
    let part = token.split('.').nth(index).unwrap();
    let bits = part.bytes().flat_map(|byte| {
        let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        let value = alphabet.iter().position(|known| *known == byte).unwrap();
        (0..6).rev().map(move |bit| value >> bit & 1)
    });
    let bits: Vec<usize> = bits.collect();
    let bytes = bits.chunks_exact(8).map(|bits| {
        let value = bits.iter().fold(0, |value, bit| 2 * value + bit);
        u8::try_from(value).unwrap()
    });
    serde_json::from_slice(&bytes.collect::<Vec<_>>()).unwrap()
}

async fn jwt_02_and_jwt_03_a_session_gets_a_token_with_the_promised_claims() {
    let site = Site::new();
    let mut browser = Browser::signed_in(&site).await;
    let session = browser.fetch(Method::GET, "/auth/session").await.json();

    let answer = browser.fetch(Method::POST, "/auth/token").await.json();

    assert_eq!(answer["token_type"], "Bearer");
    assert_eq!(answer["expires_in"], 600);
    assert_eq!(answer.as_object().unwrap().len(), 3);
    let token = answer["access_token"].as_str().unwrap();
    let keys = site.get("/.well-known/jwks.json").await.json();
    let header = json!({ "alg": "ES256", "typ": "at+jwt", "kid": keys["keys"][0]["kid"] });
    assert_eq!(part(token, 0), header);
    let claims = part(token, 1);
    let issued_at = claims["iat"].as_i64().unwrap();
    assert_eq!(
        claims,
        json!({
            "iss": format!("{BASE}{}", site.setup.base),
            "sub": session["user"]["id"],
            "aud": format!("{BASE}{}", site.setup.base),
            "sid": session["session"]["id"],
            "email": "jane@example.com",
            "name": "Jane Doe",
            "role": "user",
            "iat": 1_767_225_600,
            "exp": issued_at + 600,
            "jti": claims["jti"],
        })
    );
    let other = part(&token_of(&mut browser).await, 1);
    assert_ne!(claims["jti"], other["jti"]);
}

async fn jwt_01_the_published_keys_have_the_promised_shape_and_no_private_part() {
    let site = Site::new();
    let none = site.get("/.well-known/jwks.json").await;
    assert_eq!(none.json(), json!({ "keys": [] }));
    assert_eq!(none.header("cache-control"), Some("no-store"));
    let mut browser = Browser::signed_in(&site).await;
    token_of(&mut browser).await;
    let tokens = site.auth.access_tokens();
    tokens.rotate(Rotation::Planned).await.unwrap();

    let request = TestRequest::get().uri("/.well-known/jwks.json");
    let request = request.insert_header(("origin", "https://anybody.example"));
    let answer = site.send(request).await;

    assert_eq!(
        answer.header("content-type"),
        Some("application/jwk-set+json")
    );
    assert_eq!(answer.header("cache-control"), Some("public, max-age=300"));
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    assert_eq!(answer.header("access-control-allow-credentials"), None);
    let keys = answer.json();
    assert_eq!(keys["keys"].as_array().unwrap().len(), 2);
    for key in keys["keys"].as_array().unwrap() {
        let members: Vec<_> = key.as_object().unwrap().keys().collect();
        assert_eq!(members, ["alg", "crv", "kid", "kty", "use", "x", "y"]);
        for (name, value) in [
            ("kty", "EC"),
            ("crv", "P-256"),
            ("alg", "ES256"),
            ("use", "sig"),
        ] {
            assert_eq!(key[name], value);
        }
        assert_eq!(key["x"].as_str().unwrap().len(), 43);
        assert_eq!(key["y"].as_str().unwrap().len(), 43);
    }
}

async fn jwt_02_a_token_opens_what_its_session_opens_on_routes_of_ours_and_of_the_host() {
    let site = Site::new();
    let mut browser = Browser::signed_in(&site).await;
    let token = token_of(&mut browser).await;

    for path in [
        "/api/me",
        "/auth/session",
        "/auth/sessions",
        "/auth/accounts",
    ] {
        let by_cookie = browser.fetch(Method::GET, path).await;
        assert_eq!(
            get(&site, path, &token).await.body,
            by_cookie.body,
            "{path}"
        );
    }
    for path in HOSTS_ROUTES {
        let answer = site.ask(by(TestRequest::get().uri(path), &token)).await;
        assert_eq!(answer.status, 200, "{path}");
    }
    // A token is no recent authentication, however young its session is.
    let fresh = by(TestRequest::get().uri("/everything"), &token);
    assert_eq!(site.ask(fresh).await.status, 403);
    // No cookie, no origin rule: the token alone decides.
    let change = by(TestRequest::delete().uri("/auth/sessions"), &token);
    let change = change.insert_header(("origin", "https://elsewhere.example"));
    assert_eq!(site.send(change).await.json(), json!({ "revoked": 0 }));
}

async fn jwt_02_an_invalid_token_is_refused_like_any_other() {
    let site = Site::new();
    let mut browser = Browser::signed_in(&site).await;
    let token = token_of(&mut browser).await;
    let [header, payload, signature] = token.split('.').collect::<Vec<_>>().try_into().unwrap();

    for bearer in [
        &format!("{header}.{payload}."),
        &format!("{header}.{payload}"),
        &format!("{header}.{payload}.{}", "A".repeat(86)),
        &format!("eyJhbGciOiJub25lIn0.{payload}."),
        &format!("eyJhbGciOiJub25lIn0.{payload}.{signature}"),
        &format!("{token}.{signature}"),
        &format!("{token}A"),
        &format!("{header}.{}.{signature}", "A".repeat(9000)),
    ] {
        let refused = get(&site, "/api/me", bearer).await;
        assert_eq!(refused.code(), "not_authenticated", "{bearer}");
        assert_eq!(refused.header("www-authenticate"), Some("Bearer"));
        let asked = site.ask(by(TestRequest::get().uri("/maybe"), bearer)).await;
        assert_eq!(asked.body, "nobody", "{bearer}");
    }
    site.clock.advance(TimeDelta::minutes(10));
    assert_eq!(
        get(&site, "/api/me", &token).await.code(),
        "not_authenticated"
    );
}

async fn jwt_06_signing_out_ends_the_token_at_once() {
    let site = Site::new();
    let mut browser = Browser::signed_in(&site).await;
    let token = token_of(&mut browser).await;
    assert_eq!(get(&site, "/api/me", &token).await.status, 200);

    assert_eq!(
        browser.fetch(Method::POST, "/auth/signout").await.status,
        204
    );

    assert_eq!(
        get(&site, "/api/me", &token).await.code(),
        "not_authenticated"
    );
}

async fn jwt_06_signing_out_by_the_token_ends_its_session() {
    let site = Site::new();
    let mut browser = Browser::signed_in(&site).await;
    let token = token_of(&mut browser).await;

    for _ in 0..2 {
        let answer = site
            .send(by(TestRequest::post().uri("/auth/signout"), &token))
            .await;
        assert_eq!(answer.status, 204);
        assert!(answer.set_cookies().is_empty());
    }

    assert_eq!(browser.fetch(Method::GET, "/api/me").await.status, 401);
    assert_eq!(get(&site, "/api/me", &token).await.status, 401);
}

async fn jwt_07_only_the_session_gets_a_token() {
    let site = Site::new();
    let mut browser = Browser::signed_in(&site).await;
    let session = browser.cookies[SESSION].clone();

    let by_session = site.send(by(token_request(), &session)).await;
    let token = by_session.json()["access_token"]
        .as_str()
        .unwrap()
        .to_owned();
    let by_token = site.send(by(token_request(), &token)).await;

    assert_eq!(
        (by_session.status.as_u16(), by_token.status.as_u16()),
        (200, 403)
    );
    assert_eq!(by_token.code(), "forbidden");
    assert!(by_session.set_cookies().is_empty());
    // The cookie beside it does not count.
    let both = by(browser.request(Method::POST, "/auth/token"), &token);
    let both = both.insert_header(("sec-fetch-site", "same-origin"));
    assert_eq!(browser.send(both).await.code(), "forbidden");
    assert_eq!(site.send(token_request()).await.code(), "not_authenticated");
}

async fn jwt_07_an_access_token_changes_no_way_in() {
    let site = Site::new();
    let mut browser = Browser::signed_in(&site).await;
    let token = token_of(&mut browser).await;
    let account = get(&site, "/auth/accounts", &token).await.json()["accounts"][0]["id"].clone();
    let account = format!("/auth/accounts/{}", account.as_str().unwrap());
    for (method, path) in [
        (Method::POST, "/auth/provider/acme/link"),
        (Method::DELETE, &account),
    ] {
        let request = TestRequest::default()
            .method(method)
            .uri(path)
            .insert_header(("accept", "application/json"))
            .insert_header(("authorization", format!("Bearer {token}")));
        let answer = site.send(request).await;

        assert_eq!(
            (answer.status.as_u16(), &*answer.code()),
            (403, "forbidden")
        );
        let detail = answer.json()["detail"].to_string();
        assert!(detail.contains("with an access token"), "{detail}");
    }
}

async fn csr_01_another_site_gets_no_token_by_cookie() {
    let site = Site::new();
    let browser = Browser::signed_in(&site).await;
    let ask = |name: &'static str, value: &'static str| {
        let request = browser.request(Method::POST, "/auth/token");
        site.send(request.insert_header((name, value)))
    };

    assert_eq!(
        ask("sec-fetch-site", "cross-site").await.code(),
        "cross_origin"
    );
    assert_eq!(
        ask("origin", "https://evil.example").await.code(),
        "cross_origin"
    );
    assert_eq!(ask("accept", "*/*").await.code(), "cross_origin");
    let shared = ask("origin", SPA).await;
    assert_eq!(shared.status, 200);
    assert_eq!(shared.header("access-control-allow-origin"), Some(SPA));
    let form = browser.request(Method::POST, "/auth/token");
    let form = form.insert_header(("sec-fetch-site", "same-origin"));
    let form = form.insert_header(("content-type", "application/x-www-form-urlencoded"));
    assert_eq!(site.send(form).await.code(), "unsupported_media_type");
}

async fn ses_09_with_a_token_cookies_do_not_count() {
    let site = Site::new();
    let mut browser = Browser::signed_in(&site).await;
    let token = token_of(&mut browser).await;
    let mut other = Browser::signed_in(&site).await;
    let cookie = |browser: &Browser<'_>, bearer: &str| {
        by(browser.request(Method::GET, "/auth/session"), bearer)
    };

    let own = browser.fetch(Method::GET, "/auth/session").await.json();
    let by_token = site.send(cookie(&other, &token)).await;
    assert_eq!(by_token.json()["session"]["id"], own["session"]["id"]);
    assert!(by_token.set_cookies().is_empty());
    // A token that is refused is not replaced by the cookie.
    assert_eq!(
        browser.fetch(Method::POST, "/auth/signout").await.status,
        204
    );
    assert_eq!(other.fetch(Method::GET, "/api/me").await.status, 200);
    let refused = site.send(cookie(&other, &token)).await;
    assert_eq!(refused.code(), "not_authenticated");
}

async fn ses_13_a_change_of_role_acts_at_the_next_request_by_token() {
    let site = Site::new();
    let mut browser = Browser::signed_in(&site).await;
    let me = browser.fetch(Method::GET, "/api/me").await.json();
    let id: UserId = me["id"].as_str().unwrap().parse().unwrap();
    let operator = site.auth.operator();
    let mut tokens = vec![token_of(&mut browser).await];
    operator.set_role(id, Role::ADMIN).await.unwrap();
    tokens.push(token_of(&mut browser).await);
    assert_eq!(part(&tokens[1], 1)["role"], "admin");

    for (role, status) in [(Role::ADMIN, 200), (Role::USER, 403), (Role::ADMIN, 200)] {
        operator.set_role(id, role).await.unwrap();
        for token in &tokens {
            let request = TestRequest::get().uri("/admin/reports");
            assert_eq!(site.ask(by(request, token)).await.status, status);
        }
    }
    operator.disable(id).await.unwrap();
    for token in &tokens {
        assert_eq!(
            get(&site, "/api/me", token).await.code(),
            "not_authenticated"
        );
    }
}

async fn an_unavailable_store_is_not_signed_out_by_token_either() {
    let site = Site::new();
    let mut browser = Browser::signed_in(&site).await;
    let token = token_of(&mut browser).await;
    assert_eq!(get(&site, "/api/me", &token).await.status, 200);

    site.store.go_down();

    assert_eq!(get(&site, "/api/me", &token).await.code(), "unavailable");
    let maybe = site.ask(by(TestRequest::get().uri("/maybe"), &token)).await;
    assert_eq!(maybe.status, 503);
    assert_eq!(browser.fetch(Method::POST, "/auth/token").await.status, 503);
}

async fn cfg_02_an_access_token_is_in_no_log() {
    let site = Site::new();
    let mut browser = Browser::signed_in(&site).await;
    let log = Log::start();
    let token = token_of(&mut browser).await;
    let signature = token.rsplit('.').next().unwrap();

    let forged = format!("{token}A");
    for bearer in [&token, &forged] {
        get(&site, "/api/me", bearer).await;
    }

    let written = log.take();
    assert!(written.contains("answered") && !written.contains(signature));
}

async fn a_site_without_a_signer_has_no_access_tokens() {
    let site = Site::of_providers(&["acme"], |_| {});

    assert_eq!(site.get("/.well-known/jwks.json").await.code(), "not_found");
    let bearer = get(&site, "/api/me", "e30.e30.c2ln").await;
    assert_eq!(bearer.code(), "not_authenticated");
}

crate::everywhere! {
    jwt_02_and_jwt_03_a_session_gets_a_token_with_the_promised_claims,
    jwt_01_the_published_keys_have_the_promised_shape_and_no_private_part,
    jwt_02_a_token_opens_what_its_session_opens_on_routes_of_ours_and_of_the_host,
    jwt_02_an_invalid_token_is_refused_like_any_other,
    jwt_06_signing_out_ends_the_token_at_once,
    jwt_06_signing_out_by_the_token_ends_its_session,
    jwt_07_only_the_session_gets_a_token,
    jwt_07_an_access_token_changes_no_way_in,
    csr_01_another_site_gets_no_token_by_cookie,
    ses_09_with_a_token_cookies_do_not_count,
    ses_13_a_change_of_role_acts_at_the_next_request_by_token,
    an_unavailable_store_is_not_signed_out_by_token_either,
    cfg_02_an_access_token_is_in_no_log,
    a_site_without_a_signer_has_no_access_tokens,
}
