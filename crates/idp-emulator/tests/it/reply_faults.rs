//! Replies of the token endpoint, of userinfo and to the browser that are wrong on purpose
//! (security rows IDT-10, IDT-17, IDT-18, MIX-02, FLOW-09, FLOW-10).

use belgie_idp_emulator::{
    Answer, AuthorizationFault, Emulator, Endpoint, Fault, Signature, UserinfoFault,
};
use reqwest::Response;
use serde_json::{Value, json};
use url::Url;

use crate::client::{
    SUBJECT, authorization_url, code, exchange, http, parameter, part, sign_in, start,
};

async fn userinfo(idp: &Emulator, access_token: &str) -> Response {
    http()
        .get(format!("{}/userinfo", idp.issuer()))
        .bearer_auth(access_token)
        .send()
        .await
        .unwrap()
}

async fn callback(idp: &Emulator) -> Url {
    idp.authorize(authorization_url(idp, &[]), SUBJECT)
        .await
        .unwrap()
}

#[tokio::test]
async fn any_field_of_the_token_reply_is_set_or_removed() {
    let idp = start().await;
    let cases = [
        ("access_token", json!(42)),
        ("token_type", json!("BEARER")),
        ("token_type", json!("mac")),
        ("expires_in", json!("soon")),
        ("scope", json!(["openid"])),
        ("refresh_token", json!({})),
        ("id_token", json!(1)),
    ];

    for (name, value) in cases {
        idp.fault_once(Fault::token_reply(name, value.clone()));
        let set = sign_in(&idp).await;
        idp.fault_once(Fault::without_token_reply(name));
        let removed = sign_in(&idp).await;

        assert_eq!(set[name], value);
        assert!(!removed.as_object().unwrap().contains_key(name));
    }
}

#[tokio::test]
async fn at_hash_follows_a_changed_access_token_and_the_token_works() {
    let idp = start().await;
    idp.fault(Fault::token_reply(
        "access_token",
        "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y",
    ));

    let reply = sign_in(&idp).await;

    let claims = part(reply["id_token"].as_str().unwrap(), 1);
    let access_token = reply["access_token"].as_str().unwrap();
    assert_eq!(claims["at_hash"], "77QmUPtjPfzWtF2AnpK9RQ");
    assert_eq!(userinfo(&idp, access_token).await.status(), 200);
}

#[tokio::test]
async fn an_access_token_has_control_characters() {
    let idp = start().await;
    idp.fault(Fault::token_reply("access_token", "a\r\nb\u{0}"));

    assert_eq!(sign_in(&idp).await["access_token"], "a\r\nb\u{0}");
}

#[tokio::test]
async fn the_token_endpoint_answers_an_error() {
    let idp = start().await;
    idp.fault(Fault::token_error("invalid_grant"));
    let code = code(&idp, &[]).await;

    let response = exchange(&idp, &code).await;

    assert_eq!(response.status(), 400);
    let body: Value = response.json().await.unwrap();
    assert_eq!(body["error"], "invalid_grant");
}

#[tokio::test]
async fn the_token_endpoint_answers_what_is_no_reply() {
    let idp = start().await;

    for body in ["null", "[]", "\"\"", "{\"access_token\":"] {
        idp.fault_once(Fault::answer(Endpoint::Token, Answer::json(body)));
        let code = code(&idp, &[]).await;

        let response = exchange(&idp, &code).await;

        assert_eq!(response.status(), 200);
        assert_eq!(response.text().await.unwrap(), body);
    }
}

#[tokio::test]
async fn userinfo_has_another_subject_or_none() {
    let idp = start().await;
    let reply = sign_in(&idp).await;
    let access_token = reply["access_token"].as_str().unwrap();

    idp.fault_once(Fault::userinfo("sub", "another"));
    let other: Value = userinfo(&idp, access_token).await.json().await.unwrap();
    idp.fault_once(Fault::without_userinfo("sub"));
    let nobody: Value = userinfo(&idp, access_token).await.json().await.unwrap();

    assert_eq!(other["sub"], "another");
    assert_eq!(other["email"], "jane@gmail.com");
    assert_eq!(nobody["sub"], Value::Null);
}

#[tokio::test]
async fn userinfo_answers_a_jwt_or_an_error() {
    let idp = start().await;
    let reply = sign_in(&idp).await;
    let access_token = reply["access_token"].as_str().unwrap();

    idp.fault_once(Fault::Userinfo(UserinfoFault::Jwt));
    let jwt = userinfo(&idp, access_token).await;
    idp.fault_once(Fault::userinfo("iss", "https://evil.example"));
    idp.fault_once(Fault::Userinfo(UserinfoFault::JwtSignature(
        Signature::None,
    )));
    let unsigned = userinfo(&idp, access_token).await;
    idp.fault_once(Fault::answer(Endpoint::Userinfo, Answer::Status(500)));
    let error = userinfo(&idp, access_token).await;

    assert_eq!(jwt.headers()["content-type"], "application/jwt");
    let jwt = jwt.text().await.unwrap();
    assert_eq!(part(&jwt, 0)["alg"], "RS256");
    assert_eq!(part(&jwt, 1)["sub"], SUBJECT);
    assert_eq!(part(&jwt, 1)["iss"], idp.issuer());
    let unsigned = unsigned.text().await.unwrap();
    assert_eq!(part(&unsigned, 0)["alg"], "none");
    assert_eq!(part(&unsigned, 1)["iss"], "https://evil.example");
    assert!(unsigned.ends_with('.'), "{unsigned}");
    assert_eq!(error.status(), 500);
}

#[tokio::test]
async fn the_authorization_response_names_another_issuer_or_none() {
    let idp = start().await;

    idp.fault_once(Fault::callback("iss", "https://evil.example"));
    let other = callback(&idp).await;
    idp.fault_once(Fault::without_callback("iss"));
    let none = callback(&idp).await;
    let right = callback(&idp).await;

    assert_eq!(parameter(&other, "iss").unwrap(), "https://evil.example");
    assert_eq!(parameter(&none, "iss"), None);
    assert_eq!(parameter(&right, "iss").unwrap(), idp.issuer());
}

#[tokio::test]
async fn a_parameter_of_the_authorization_response_is_repeated() {
    let idp = start().await;
    idp.fault(Fault::Authorization(
        AuthorizationFault::ParameterRepeated {
            name: "state".to_owned(),
            value: "another".to_owned(),
        },
    ));

    let callback = callback(&idp).await;

    let states: Vec<_> = callback
        .query_pairs()
        .filter(|(name, _)| name == "state")
        .map(|(_, value)| value.into_owned())
        .collect();
    assert_eq!(states, ["state 1", "another"]);
}

#[tokio::test]
async fn the_authorization_response_is_an_error_with_any_text() {
    let idp = start().await;
    let html = "<script>alert(1)</script>";
    idp.fault(Fault::authorization_error("server_error", html));

    let callback = callback(&idp).await;

    assert_eq!(parameter(&callback, "code"), None);
    assert_eq!(parameter(&callback, "error").unwrap(), "server_error");
    assert_eq!(parameter(&callback, "error_description").unwrap(), html);
    assert_eq!(parameter(&callback, "state").unwrap(), "state 1");
}
