//! The basic plan, `oidcc-client-basic-certification-test-plan`.

use belgie_idp_emulator::{Endpoint, Fault, JwksFault, OddKey, Signature};

use super::{accepts, rejects};
use crate::party::{Party, parameter};

#[tokio::test]
async fn invalid_iss() {
    rejects([Fault::claim("iss", "https://other.example")], "issuer").await;
}

#[tokio::test]
async fn missing_sub() {
    rejects([Fault::without_claim("sub")], "`sub`").await;
}

#[tokio::test]
async fn invalid_aud() {
    rejects([Fault::claim("aud", "other")], "audience").await;
}

#[tokio::test]
async fn missing_aud() {
    rejects([Fault::without_claim("aud")], "`aud`").await;
}

#[tokio::test]
async fn missing_iat() {
    rejects([Fault::without_claim("iat")], "`iat`").await;
}

#[tokio::test]
async fn idtoken_sig_none() {
    rejects([Fault::signature(Signature::None)], "signed by").await;
}

#[tokio::test]
async fn invalid_sig_rs256() {
    rejects([Fault::signature(Signature::BitFlipped)], "signature").await;
}

#[tokio::test]
async fn invalid_sig_hs256() {
    rejects(
        [Fault::signature(Signature::ClientSecret)],
        "signed by \"HS256\"",
    )
    .await;
}

#[tokio::test]
async fn invalid_sig_es256() {
    rejects(
        [
            Fault::Jwks(JwksFault::Add(OddKey::EcP256)),
            Fault::signature(Signature::Odd(OddKey::EcP256)),
        ],
        "signed by \"ES256\"",
    )
    .await;
}

#[tokio::test]
async fn nonce_invalid() {
    rejects([Fault::claim("nonce", "other")], "nonce").await;
}

#[tokio::test]
async fn invalid_athash() {
    rejects([Fault::claim("at_hash", "AAAA")], "at_hash").await;
}

#[tokio::test]
async fn userinfo_invalid_sub() {
    rejects(
        [
            Fault::without_claim("email"),
            Fault::userinfo("sub", "other"),
        ],
        "userinfo is of another subject",
    )
    .await;
}

#[tokio::test]
async fn idtoken_sig_rs256() {
    accepts([]).await;
}

#[tokio::test]
async fn missing_athash() {
    accepts([Fault::without_claim("at_hash")]).await;
}

#[tokio::test]
async fn kid_absent_single_jwks() {
    accepts([Fault::without_header("kid")]).await;
}

#[tokio::test]
async fn kid_absent_multiple_jwks() {
    accepts([
        Fault::Jwks(JwksFault::Decoys(3)),
        Fault::without_header("kid"),
    ])
    .await;
}

#[tokio::test]
async fn oidcc_client_test() {
    let party = Party::new().await;

    let begun = party.begin().await.unwrap();
    party.complete(&begun).await.unwrap();

    assert_eq!(party.idp.request_count(Endpoint::Token), 1);
}

#[tokio::test]
async fn scope_userinfo_claims() {
    let party = Party::new().await;
    party.idp.fault(Fault::without_claim("email"));

    let begun = party.begin().await.unwrap();
    let identity = party.complete(&begun).await.unwrap();

    let scope = parameter(&begun.url, "scope").unwrap();
    assert_eq!(scope, "openid email profile");
    assert_eq!(identity.email.as_deref(), Some("jane@example.com"));
}

#[tokio::test]
async fn client_secret_basic() {
    let party = Party::new().await;

    party.sign_in().await.unwrap();

    let requests = party.idp.requests();
    let token = requests.token_requests.back().unwrap();
    assert!(token.basic.is_some());
    assert_eq!(token.pkce_matched, Some(true));
}
