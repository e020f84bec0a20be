//! Refresh tokens, with Google's habits.

use belgie_idp_emulator::Emulator;
use serde_json::Value;

use crate::client::{CLIENT_ID, CLIENT_SECRET, code, exchange, part, start, token_request};

/// Signs in and returns the refresh token, if there is one.
async fn refresh_token(idp: &Emulator, changes: &[(&str, &str)]) -> Option<String> {
    let code = code(idp, changes).await;
    let reply: Value = exchange(idp, &code).await.json().await.unwrap();
    reply["refresh_token"].as_str().map(str::to_owned)
}

async fn refresh(idp: &Emulator, token: &str, changes: &[(&str, &str)]) -> reqwest::Response {
    let mut form = vec![
        ("grant_type", "refresh_token"),
        ("refresh_token", token),
        ("code", ""),
        ("redirect_uri", ""),
        ("code_verifier", ""),
    ];
    form.extend(changes);
    token_request(idp, "", &form).send().await.unwrap()
}

#[tokio::test]
async fn a_refresh_token_comes_with_the_first_consent_only() {
    let idp = start().await;
    let offline = [("access_type", "offline")];
    let again = [("access_type", "offline"), ("prompt", "consent")];

    assert_eq!(refresh_token(&idp, &[]).await, None);
    assert!(refresh_token(&idp, &offline).await.is_some());
    assert_eq!(refresh_token(&idp, &offline).await, None);
    assert!(refresh_token(&idp, &again).await.is_some());
    assert_eq!(refresh_token(&idp, &[("prompt", "consent")]).await, None);
}

#[tokio::test]
async fn a_refresh_token_gives_tokens_again_and_again() {
    let idp = start().await;
    let token = refresh_token(&idp, &[("access_type", "offline")])
        .await
        .unwrap();

    for _ in 0..2 {
        let reply: Value = refresh(&idp, &token, &[]).await.json().await.unwrap();

        let claims = part(reply["id_token"].as_str().unwrap(), 1);
        assert!(reply["access_token"].is_string());
        assert!(reply["refresh_token"].is_null());
        assert_eq!(claims["sub"], "subject-1");
        assert_eq!(claims["nonce"], Value::Null);
    }
}

#[tokio::test]
async fn a_refresh_token_is_bound_to_its_client_and_scope() {
    let idp = start().await;
    let token = refresh_token(&idp, &[("access_type", "offline")])
        .await
        .unwrap();
    let another = [("client_id", "another"), ("client_secret", "secret")];

    let foreign = refresh(&idp, &token, &another).await;
    let narrower = refresh(&idp, &token, &[("scope", "openid email")]).await;
    let wider = refresh(&idp, &token, &[("scope", "openid drive")]).await;

    assert_eq!(foreign.status(), 400);
    assert_eq!(narrower.status(), 200);
    assert_eq!(wider.status(), 400);
    let reply: Value = narrower.json().await.unwrap();
    assert_eq!(reply["scope"], "openid email");
    assert_eq!(
        part(reply["id_token"].as_str().unwrap(), 1)["name"],
        Value::Null
    );
}

#[tokio::test]
async fn a_person_takes_consent_back() {
    let idp = start().await;
    let offline = [("access_type", "offline")];
    let token = refresh_token(&idp, &offline).await.unwrap();

    idp.revoke_grants_of("subject-1");
    let refused = refresh(&idp, &token, &[]).await;

    assert_eq!(refused.status(), 400);
    let body: Value = refused.json().await.unwrap();
    assert_eq!(body["error"], "invalid_grant");
    assert!(refresh_token(&idp, &offline).await.is_some());
}

#[tokio::test]
async fn a_client_gives_its_token_back() {
    let idp = start().await;
    let token = refresh_token(&idp, &[("access_type", "offline")])
        .await
        .unwrap();

    let revoked = crate::client::http()
        .post(format!("{}/revoke", idp.issuer()))
        .body(
            url::form_urlencoded::Serializer::new(String::new())
                .append_pair("token", &token)
                .append_pair("client_id", CLIENT_ID)
                .append_pair("client_secret", CLIENT_SECRET)
                .finish(),
        )
        .send()
        .await
        .unwrap();

    assert_eq!(revoked.status(), 200);
    assert_eq!(refresh(&idp, &token, &[]).await.status(), 400);
}
