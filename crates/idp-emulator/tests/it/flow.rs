//! A sign-in as it should go.

use belgie_idp_emulator::Endpoint;

use crate::client::{
    CLIENT_ID, SUBJECT, authorization_url, get_json, http, parameter, part, sign_in, start,
};

#[tokio::test]
async fn a_complete_sign_in_succeeds() {
    let idp = start().await;

    let callback = idp
        .authorize(authorization_url(&idp, &[]), SUBJECT)
        .await
        .unwrap();
    let tokens = sign_in(&idp).await;
    let claims = part(tokens["id_token"].as_str().unwrap(), 1);
    let userinfo: serde_json::Value = http()
        .get(format!("{}/userinfo", idp.issuer()))
        .bearer_auth(tokens["access_token"].as_str().unwrap())
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();

    assert_eq!(parameter(&callback, "state").unwrap(), "state 1");
    assert_eq!(parameter(&callback, "iss").unwrap(), idp.issuer());
    assert_eq!(tokens["token_type"], "Bearer");
    assert_eq!(claims["iss"], idp.issuer());
    assert_eq!(claims["aud"], CLIENT_ID);
    assert_eq!(claims["azp"], CLIENT_ID);
    assert_eq!(claims["nonce"], "nonce-1");
    assert_eq!(claims["email"], "jane@gmail.com");
    assert_eq!(userinfo["sub"], SUBJECT);
    assert_eq!(userinfo["name"], "Jane Doe");
    assert_eq!(idp.request_count(Endpoint::Token), 1);
    idp.stop().await;
}

#[tokio::test]
async fn discovery_names_the_issuer_and_its_endpoints() {
    let idp = start().await;

    let document = get_json(&idp, "/.well-known/openid-configuration").await;
    let keys = get_json(&idp, "/jwks").await;

    assert_eq!(document["issuer"], idp.issuer());
    assert_eq!(document["jwks_uri"], format!("{}/jwks", idp.issuer()));
    assert_eq!(
        document["authorization_response_iss_parameter_supported"],
        true
    );
    assert_eq!(keys["keys"].as_array().unwrap().len(), 1);
    assert_eq!(keys["keys"][0]["alg"], "RS256");
}
