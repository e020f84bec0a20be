//! Which authorization requests are granted, and how the others are refused.

use belgie_idp_emulator::AuthorizeError;

use crate::client::{
    CHALLENGE, SUBJECT, authorization_url, builder, get, parameter, part, sign_in, start,
};

#[tokio::test]
async fn a_wrong_request_is_reported_to_the_client() {
    let idp = start().await;
    let cases: [(&[(&str, &str)], &str); 12] = [
        (&[("response_type", "")], "invalid_request"),
        (&[("response_type", "token")], "unsupported_response_type"),
        (&[("response_mode", "fragment")], "invalid_request"),
        (&[("scope", "")], "invalid_scope"),
        (&[("code_challenge", "")], "invalid_request"),
        (&[("code_challenge", "short")], "invalid_request"),
        (&[("code_challenge_method", "plain")], "invalid_request"),
        (&[("code_challenge_method", "")], "invalid_request"),
        (&[("prompt", "none login")], "invalid_request"),
        (&[("request", "e30.e30.")], "request_not_supported"),
        (
            &[("request_uri", "https://a.example")],
            "request_uri_not_supported",
        ),
        (&[("nonce", "1"), ("x", "y")], ""),
    ];

    for (changes, expected) in cases {
        let url = authorization_url(&idp, changes);

        let callback = idp.authorize(url, SUBJECT).await.unwrap();

        let error = parameter(&callback, "error").unwrap_or_default();
        assert_eq!(error, expected, "{changes:?}");
        assert_eq!(parameter(&callback, "state").unwrap(), "state 1");
        assert_eq!(parameter(&callback, "iss").unwrap(), idp.issuer());
    }
}

#[tokio::test]
async fn a_repeated_parameter_is_refused() {
    let idp = start().await;
    let mut url = authorization_url(&idp, &[]);
    url.query_pairs_mut().append_pair("nonce", "nonce-2");

    let callback = idp.authorize(url, SUBJECT).await.unwrap();

    assert_eq!(parameter(&callback, "error").unwrap(), "invalid_request");
}

#[tokio::test]
async fn an_unregistered_redirect_uri_is_never_followed() {
    let idp = start().await;

    for changes in [
        [("client_id", "unknown")],
        [("client_id", "")],
        [("redirect_uri", "http://localhost:8000/callback/")],
        [("redirect_uri", "https://evil.example/")],
        [("redirect_uri", "")],
    ] {
        let url = authorization_url(&idp, &changes);
        let path = format!("{}?{}", url.path(), url.query().unwrap());

        let by_hand = idp.authorize(&url, SUBJECT).await.unwrap_err();
        let page = get(&idp, &path).await;

        assert!(matches!(by_hand, AuthorizeError::Refused(_)), "{changes:?}");
        assert_eq!(page.status(), 400);
        assert!(!page.headers().contains_key("location"));
    }
}

#[tokio::test]
async fn a_repeated_client_id_is_refused_with_a_page() {
    let idp = start().await;
    let mut url = authorization_url(&idp, &[]);
    url.query_pairs_mut().append_pair("client_id", "another");

    let error = idp.authorize(url, SUBJECT).await.unwrap_err();

    assert!(matches!(error, AuthorizeError::Refused(_)));
}

#[tokio::test]
async fn an_unexpected_request_is_an_error() {
    let (idp, other) = (start().await, start().await);
    let url = authorization_url(&other, &[]);

    let foreign = idp.authorize(&url, SUBJECT).await.unwrap_err();
    let unknown = other.authorize(&url, "nobody").await.unwrap_err();

    assert!(matches!(foreign, AuthorizeError::NotOurs { .. }));
    assert!(matches!(unknown, AuthorizeError::UnknownSubject(_)));
}

#[tokio::test]
async fn a_person_who_refuses_is_an_error_for_the_client() {
    let idp = start().await;

    let callback = idp.deny(authorization_url(&idp, &[])).await.unwrap();

    assert_eq!(parameter(&callback, "error").unwrap(), "access_denied");
    assert_eq!(parameter(&callback, "state").unwrap(), "state 1");
    assert_eq!(parameter(&callback, "code"), None);
}

#[tokio::test]
async fn the_redirect_uri_keeps_its_own_query() {
    let idp = builder()
        .client_any_redirect("dev", "secret")
        .start()
        .await
        .unwrap();
    let changes = [
        ("client_id", "dev"),
        ("redirect_uri", "http://127.0.0.1:5000/cb?tenant=a%20b"),
    ];

    let callback = idp
        .authorize(authorization_url(&idp, &changes), SUBJECT)
        .await
        .unwrap();

    assert_eq!(parameter(&callback, "tenant").unwrap(), "a b");
    assert!(parameter(&callback, "code").is_some());
}

#[tokio::test]
async fn auth_time_is_returned_when_it_was_requested() {
    let idp = start().await;

    let silent = sign_in(&idp).await;
    let code = crate::client::code(&idp, &[("max_age", "0")]).await;
    let requested: serde_json::Value = crate::client::exchange(&idp, &code)
        .await
        .json()
        .await
        .unwrap();

    let auth_time = |reply: &serde_json::Value| {
        part(reply["id_token"].as_str().unwrap(), 1)["auth_time"].clone()
    };
    assert!(auth_time(&silent).is_null());
    assert!(auth_time(&requested).is_i64());
}

#[tokio::test]
async fn requests_are_recorded() {
    let idp = start().await;
    idp.authorize(authorization_url(&idp, &[]), SUBJECT)
        .await
        .unwrap();

    let requests = idp.requests();

    let asked = &requests.authorization_requests[0];
    assert_eq!(asked.first("code_challenge"), Some(CHALLENGE));
    assert_eq!(asked.iter().count(), 8);
}
