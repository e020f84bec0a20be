//! Discovery documents that are wrong on purpose (security rows IDT-02, IDT-20, MIX-02, NET-04).

use belgie_idp_emulator::{Answer, Endpoint, Fault};
use serde_json::json;

use crate::client::{get, get_json, start};

const DISCOVERY: &str = "/.well-known/openid-configuration";

#[tokio::test]
async fn any_field_is_set_or_removed() {
    let idp = start().await;
    let cases = [
        ("issuer", json!("https://evil.example")),
        ("jwks_uri", json!("http://169.254.169.254/jwks")),
        ("token_endpoint", json!("http://example.com/token")),
        (
            "id_token_signing_alg_values_supported",
            json!(["none", "HS256"]),
        ),
        (
            "authorization_response_iss_parameter_supported",
            json!(false),
        ),
    ];

    for (name, value) in cases {
        idp.fault_once(Fault::discovery(name, value.clone()));
        let set = get_json(&idp, DISCOVERY).await;
        idp.fault_once(Fault::without_discovery(name));
        let removed = get_json(&idp, DISCOVERY).await;

        assert_eq!(set[name], value);
        assert!(!removed.as_object().unwrap().contains_key(name));
    }
}

#[tokio::test]
async fn the_document_is_missing_or_no_json() {
    let idp = start().await;

    idp.fault_once(Fault::answer(Endpoint::Discovery, Answer::Status(404)));
    let missing = get(&idp, DISCOVERY).await;
    idp.fault_once(Fault::answer(Endpoint::Discovery, Answer::html()));
    let html = get(&idp, DISCOVERY).await;

    assert_eq!(missing.status(), 404);
    assert_eq!(html.status(), 200);
    assert!(html.text().await.unwrap().starts_with("<!doctype html>"));
    assert_eq!(idp.request_count(Endpoint::Discovery), 2);
}
