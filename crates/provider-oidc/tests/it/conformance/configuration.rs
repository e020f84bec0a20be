//! The configuration plan, `oidcc-client-config-certification-test-plan`.

use belgie_idp_emulator::{Endpoint, Fault, Signature};

use super::rejects;
use crate::party::Party;

#[tokio::test]
async fn discovery_openid_config() {
    let party = Party::new().await;

    party.sign_in().await.unwrap();

    assert_eq!(party.idp.requests().discovery, 1);
}

/// The keys are those of the `jwks_uri` that discovery names.
#[tokio::test]
async fn discovery_jwks_uri_keys() {
    let party = Party::new().await;

    party.sign_in().await.unwrap();
    assert_eq!(party.idp.requests().jwks, 1);

    let nowhere = format!("{}/trap", party.idp.issuer());
    let elsewhere = Party::new().await;
    elsewhere
        .unusable([Fault::discovery("jwks_uri", nowhere)])
        .await;
    assert_eq!(elsewhere.idp.requests().jwks, 0);
}

#[tokio::test]
async fn discovery_issuer_mismatch() {
    let party = Party::new().await;

    let other = Fault::discovery("issuer", "https://other.example");
    party.unusable([other]).await;

    assert_eq!(party.idp.request_count(Endpoint::Authorization), 0);
    assert_eq!(party.idp.request_count(Endpoint::Token), 0);
}

#[tokio::test]
async fn idtoken_sig_none() {
    rejects([Fault::signature(Signature::None)], "signed by").await;
}

#[tokio::test]
async fn signing_key_rotation_just_before_signing() {
    let party = Party::new().await;
    party.sign_in().await.unwrap();

    let begun = party.begin().await.unwrap();
    party.idp.rotate_keys();

    party.complete(&begun).await.unwrap();
    assert_eq!(party.idp.requests().jwks, 2);
}

#[tokio::test]
async fn signing_key_rotation() {
    let party = Party::new().await;
    party.sign_in().await.unwrap();

    party.idp.rotate_keys();

    party.sign_in().await.unwrap();
    assert_eq!(party.idp.requests().jwks, 2);
}
