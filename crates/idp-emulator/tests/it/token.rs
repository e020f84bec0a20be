//! What the token endpoint takes, and what it refuses.

use std::time::UNIX_EPOCH;

use belgie_idp_emulator::BasicCredentials;
use serde_json::Value;

use crate::client::{
    CLIENT_ID, CLIENT_SECRET, REDIRECT_URI, VERIFIER, builder, code, exchange, http, sign_in,
    start, token_request,
};

type Changes = &'static [(&'static str, &'static str)];

#[tokio::test]
async fn a_wrong_token_request_is_refused() {
    let idp = start().await;
    let cases: [(Changes, u16, &str); 12] = [
        (&[("grant_type", "")], 400, "invalid_request"),
        (&[("grant_type", "password")], 400, "unsupported_grant_type"),
        (&[("code", "")], 400, "invalid_request"),
        (&[("code", "unknown")], 400, "invalid_grant"),
        (&[("redirect_uri", "")], 400, "invalid_grant"),
        (
            &[("redirect_uri", "http://localhost:8000/")],
            400,
            "invalid_grant",
        ),
        (&[("code_verifier", "")], 400, "invalid_grant"),
        (&[("code_verifier", "short")], 400, "invalid_grant"),
        (&[("client_secret", "wrong")], 401, "invalid_client"),
        (&[("client_secret", "")], 401, "invalid_client"),
        (&[("client_id", "unknown")], 401, "invalid_client"),
        (
            &[("client_id", "another"), ("client_secret", "secret")],
            400,
            "invalid_grant",
        ),
    ];

    for (changes, status, error) in cases {
        let code = code(&idp, &[]).await;

        let response = token_request(&idp, &code, changes).send().await.unwrap();

        assert_eq!(response.status(), status, "{changes:?}");
        assert_eq!(response.headers()["cache-control"], "no-store");
        let body: Value = response.json().await.unwrap();
        assert_eq!(body["error"], error, "{changes:?}");
    }
}

#[tokio::test]
async fn a_code_works_once_and_its_tokens_end_when_it_is_used_again() {
    let idp = start().await;
    let code = code(&idp, &[]).await;
    let first: Value = exchange(&idp, &code).await.json().await.unwrap();

    let second = exchange(&idp, &code).await;
    let userinfo = http()
        .get(format!("{}/userinfo", idp.issuer()))
        .bearer_auth(first["access_token"].as_str().unwrap())
        .send()
        .await
        .unwrap();

    assert_eq!(second.status(), 400);
    assert_eq!(userinfo.status(), 401);
    assert!(userinfo.headers().contains_key("www-authenticate"));
}

#[tokio::test]
async fn a_code_lives_for_a_minute() {
    let idp = builder().clock(|| UNIX_EPOCH).start().await.unwrap();
    let (one, other) = (code(&idp, &[]).await, code(&idp, &[]).await);

    idp.set_clock_offset(59);
    let in_time = exchange(&idp, &one).await;
    idp.set_clock_offset(60);
    let late = exchange(&idp, &other).await;

    assert_eq!(in_time.status(), 200);
    assert_eq!(late.status(), 400);
}

#[tokio::test]
async fn a_client_authenticates_by_header() {
    let idp = start().await;
    let code = code(&idp, &[]).await;
    let encoded = |text| url::form_urlencoded::byte_serialize(text).collect::<String>();
    let (id, secret) = (CLIENT_ID.as_bytes(), CLIENT_SECRET.as_bytes());

    let response = token_request(&idp, &code, &[("client_id", ""), ("client_secret", "")])
        .basic_auth(encoded(id), Some(encoded(secret)))
        .send()
        .await
        .unwrap();

    assert_eq!(response.status(), 200);
    let request = &idp.requests().token_requests[0];
    assert_eq!(
        request.basic,
        Some(BasicCredentials {
            id: CLIENT_ID.to_owned(),
            secret: CLIENT_SECRET.to_owned(),
        })
    );
    assert_eq!(request.form.first("client_secret"), None);
}

#[tokio::test]
async fn a_client_that_does_not_encode_its_secret_is_refused() {
    let idp = start().await;
    let code = code(&idp, &[]).await;

    let response = token_request(&idp, &code, &[("client_id", ""), ("client_secret", "")])
        .basic_auth(CLIENT_ID, Some(CLIENT_SECRET))
        .send()
        .await
        .unwrap();

    assert_eq!(response.status(), 401);
}

#[tokio::test]
async fn a_client_authenticates_in_one_way_only() {
    let idp = start().await;
    let code = code(&idp, &[]).await;

    let response = token_request(&idp, &code, &[])
        .basic_auth("another", Some("secret"))
        .send()
        .await
        .unwrap();

    assert_eq!(response.status(), 400);
}

#[tokio::test]
async fn a_body_that_is_no_form_is_refused() {
    let idp = start().await;
    let code = code(&idp, &[]).await;

    let response = http()
        .post(format!("{}/token", idp.issuer()))
        .json(&serde_json::json!({ "grant_type": "authorization_code", "code": code }))
        .send()
        .await
        .unwrap();

    assert_eq!(response.status(), 400);
}

#[tokio::test]
async fn token_requests_are_remembered_with_the_outcome_of_pkce() {
    let idp = start().await;
    sign_in(&idp).await;
    let wrong = code(&idp, &[]).await;
    let other = VERIFIER.to_lowercase();
    token_request(&idp, &wrong, &[("code_verifier", &other)])
        .send()
        .await
        .unwrap();
    exchange(&idp, "unknown").await;

    let requests = idp.requests();

    let matched: Vec<_> = requests
        .token_requests
        .iter()
        .map(|request| request.pkce_matched)
        .collect();
    assert_eq!(matched, [Some(true), Some(false), None]);
    assert_eq!(
        requests.token_requests[0].form.first("grant_type"),
        Some("authorization_code")
    );
}

#[tokio::test]
async fn the_scope_decides_which_claims_are_returned() {
    let idp = start().await;
    let code = code(&idp, &[("scope", "email")]).await;

    let reply: Value = exchange(&idp, &code).await.json().await.unwrap();
    let userinfo: Value = http()
        .get(format!("{}/userinfo", idp.issuer()))
        .bearer_auth(reply["access_token"].as_str().unwrap())
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();

    assert_eq!(reply["id_token"], Value::Null, "that takes openid");
    assert_eq!(userinfo["email"], "jane@gmail.com");
    assert_eq!(userinfo["name"], Value::Null);
}

#[tokio::test]
async fn a_public_client_only_names_itself() {
    let idp = builder().public_client("public", [REDIRECT_URI]);
    let idp = idp.start().await.unwrap();
    let request = async |changes: Changes| {
        let code = code(&idp, &[("client_id", "public")]).await;
        let response = token_request(&idp, &code, changes).send().await.unwrap();
        response.status().as_u16()
    };

    assert_eq!(
        request(&[("client_id", "public"), ("client_secret", "")]).await,
        200
    );
    assert_eq!(request(&[("client_id", "public")]).await, 401);
    assert_eq!(
        request(&[("client_id", ""), ("client_secret", "")]).await,
        401
    );
}
