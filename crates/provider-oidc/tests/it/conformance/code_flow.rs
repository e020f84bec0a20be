//! What belongs to other plans and concerns the code flow.

use belgie_idp_emulator::{Fault, IdTokenFault, UserinfoFault};
use belgie_ports::{IdentityProvider as _, ProviderError};
use serde_json::{Value, json};

use super::{accepts, rejects};
use crate::party::Party;

const ELSEWHERE: &str = "https://claims.example.com/";

fn sources(source: &Value) -> [Fault; 2] {
    [
        Fault::claim("_claim_names", json!({ "email": "src1" })),
        Fault::claim("_claim_sources", json!({ "src1": source })),
    ]
}

#[tokio::test]
async fn aggregated_claims() {
    accepts(sources(&json!({ "JWT": "e30.e30." }))).await;
}

#[tokio::test]
async fn distributed_claims() {
    accepts(sources(&json!({ "endpoint": ELSEWHERE }))).await;
}

#[tokio::test]
async fn mtls_endpoint_aliases() {
    let aliases = json!({ "token_endpoint": ELSEWHERE, "userinfo_endpoint": ELSEWHERE });
    accepts([Fault::discovery("mtls_endpoint_aliases", aliases)]).await;
}

#[tokio::test]
async fn valid_aud_as_array() {
    accepts([Fault::claim("aud", json!(["client"]))]).await;
}

#[tokio::test]
async fn token_type_case_insensitivity() {
    accepts([Fault::token_reply("token_type", "bEARER")]).await;
}

#[tokio::test]
async fn token_endpoint_response_without_expires_in() {
    accepts([Fault::without_token_reply("expires_in")]).await;
}

#[tokio::test]
async fn iat_is_week_in_past() {
    rejects([Fault::claim_at("iat", -604_800)], "issued 604800 s ago").await;
}

#[tokio::test]
async fn invalid_secondary_aud() {
    rejects(
        [Fault::claim("aud", json!(["client", "other"]))],
        "audience",
    )
    .await;
}

#[tokio::test]
async fn invalid_missing_exp() {
    rejects([Fault::without_claim("exp")], "`exp`").await;
}

#[tokio::test]
async fn invalid_expired_exp() {
    rejects([Fault::claim_at("exp", -300)], "expired").await;
}

#[tokio::test]
async fn invalid_missing_iss() {
    rejects([Fault::without_claim("iss")], "`iss`").await;
}

#[tokio::test]
async fn invalid_null_alg() {
    rejects([Fault::header("alg", json!(null))], "header").await;
}

#[tokio::test]
async fn invalid_alternate_alg() {
    rejects([Fault::header("alg", "PS256")], "signed by \"PS256\"").await;
}

#[tokio::test]
async fn invalid_missing_nonce() {
    rejects([Fault::without_claim("nonce")], "nonce").await;
}

#[tokio::test]
async fn encrypted_idtoken_usingrsa15() {
    rejects([Fault::IdToken(IdTokenFault::Encrypted)], "is encrypted").await;
}

#[tokio::test]
async fn userinfo_bearer_header() {
    let party = Party::new().await;
    party.idp.fault(Fault::without_claim("email"));

    let identity = party.sign_in().await.unwrap();

    assert_eq!(party.idp.requests().userinfo, 1);
    assert_eq!(identity.email.as_deref(), Some("jane@example.com"));
}

#[tokio::test]
async fn userinfo_signed() {
    accepts([
        Fault::without_claim("email"),
        Fault::Userinfo(UserinfoFault::Jwt),
    ])
    .await;
}

#[tokio::test]
async fn invalid_authorization_response_iss() {
    let party = Party::new().await;

    let other = Some("https://other.example");
    let outcome = party.provider.check_response_issuer(other).await;

    assert!(matches!(outcome, Err(ProviderError::IssuerMismatch)));
}

/// The provider announces that it sends the parameter.
#[tokio::test]
async fn remove_authorization_response_iss() {
    let party = Party::new().await;

    let outcome = party.provider.check_response_issuer(None).await;

    assert!(matches!(outcome, Err(ProviderError::IssuerMismatch)));
}
