//! The modules of the `OpenID` Foundation's suite for relying parties with the code flow, by their names there (prefix
//! `oidcc-client-test-`), and the negatives of its FAPI plans that hold for every client.

use belgie_idp_emulator::{Endpoint, Fault, IdTokenFault, JwksFault, OddKey, Signature};
use serde_json::json;

use crate::party::{Party, parameter};

async fn accepts(module: &str, faults: impl IntoIterator<Item = Fault>) {
    let outcome = Party::new().await.outcome(faults).await;

    assert!(outcome.is_ok(), "{module}: {outcome:?}");
}

async fn rejects(module: &str, faults: impl IntoIterator<Item = Fault>) {
    let party = Party::new().await;

    let reason = party.refusal(faults).await;

    assert!(!reason.is_empty(), "{module}");
    assert!(party.sign_in().await.is_ok(), "{module}: the next one");
}

#[tokio::test]
async fn the_basic_plan() {
    let es256 = || {
        let key = OddKey::EcP256;
        [
            Fault::Jwks(JwksFault::Add(key)),
            Fault::signature(Signature::Odd(key)),
        ]
    };
    rejects(
        "invalid-iss",
        [Fault::claim("iss", "https://other.example")],
    )
    .await;
    rejects("missing-sub", [Fault::without_claim("sub")]).await;
    rejects("invalid-aud", [Fault::claim("aud", "other")]).await;
    rejects("missing-aud", [Fault::without_claim("aud")]).await;
    rejects("missing-iat", [Fault::without_claim("iat")]).await;
    rejects("idtoken-sig-none", [Fault::signature(Signature::None)]).await;
    rejects(
        "invalid-sig-rs256",
        [Fault::signature(Signature::BitFlipped)],
    )
    .await;
    rejects(
        "invalid-sig-hs256",
        [Fault::signature(Signature::ClientSecret)],
    )
    .await;
    rejects("invalid-sig-es256", es256()).await;
    rejects("nonce-invalid", [Fault::claim("nonce", "other")]).await;
    rejects("invalid-athash", [Fault::claim("at_hash", "AAAA")]).await;
    let other_sub = [
        Fault::without_claim("email"),
        Fault::userinfo("sub", "other"),
    ];
    rejects("userinfo-invalid-sub", other_sub).await;
    accepts("idtoken-sig-rs256", []).await;
    accepts("missing-athash", [Fault::without_claim("at_hash")]).await;
    accepts("kid-absent-single-jwks", [Fault::without_header("kid")]).await;
    let several = [
        Fault::Jwks(JwksFault::Decoys(3)),
        Fault::without_header("kid"),
    ];
    accepts("kid-absent-multiple-jwks", several).await;
}

#[tokio::test]
async fn what_belongs_to_other_plans_and_concerns_the_code_flow() {
    let trap = "https://claims.example.com/";
    let sources = |source| {
        [
            Fault::claim("_claim_names", json!({ "email": "src1" })),
            Fault::claim("_claim_sources", json!({ "src1": source })),
        ]
    };
    accepts("aggregated-claims", sources(json!({ "JWT": "e30.e30." }))).await;
    accepts("distributed-claims", sources(json!({ "endpoint": trap }))).await;
    let aliases = json!({ "token_endpoint": trap, "userinfo_endpoint": trap });
    accepts(
        "mtls-endpoint-aliases",
        [Fault::discovery("mtls_endpoint_aliases", aliases)],
    )
    .await;
    accepts(
        "valid-aud-as-array",
        [Fault::claim("aud", json!(["client"]))],
    )
    .await;
    accepts(
        "token-type-case-insensitivity",
        [Fault::token_reply("token_type", "bEARER")],
    )
    .await;
    accepts(
        "token-endpoint-response-without-expires_in",
        [Fault::without_token_reply("expires_in")],
    )
    .await;
    rejects("iat-is-week-in-past", [Fault::claim_at("iat", -604_800)]).await;
    rejects(
        "invalid-secondary-aud",
        [Fault::claim("aud", json!(["client", "other"]))],
    )
    .await;
    rejects("invalid-missing-exp", [Fault::without_claim("exp")]).await;
    rejects("invalid-expired-exp", [Fault::claim_at("exp", -300)]).await;
    rejects("invalid-missing-iss", [Fault::without_claim("iss")]).await;
    rejects("invalid-null-alg", [Fault::header("alg", json!(null))]).await;
    rejects("invalid-alternate-alg", [Fault::header("alg", "PS256")]).await;
    rejects("invalid-missing-nonce", [Fault::without_claim("nonce")]).await;
    rejects(
        "encrypted-idtoken-usingrsa15",
        [Fault::IdToken(IdTokenFault::Encrypted)],
    )
    .await;
}

#[tokio::test]
async fn the_configuration_plan() {
    let party = Party::new().await;
    party
        .unusable([Fault::discovery("issuer", "https://other.example")])
        .await;
    assert_eq!(
        party.idp.request_count(Endpoint::Authorization),
        0,
        "discovery-issuer-mismatch"
    );

    party.sign_in().await.unwrap();
    let requests = party.idp.requests();
    assert_eq!(requests.jwks, 1, "discovery-jwks-uri-keys");

    let begun = party.begin().await.unwrap();
    party.idp.rotate_keys();
    let outcome = party.complete(&begun).await;
    assert!(
        outcome.is_ok(),
        "signing-key-rotation-just-before-signing: {outcome:?}"
    );

    party.advance(60);
    party.idp.rotate_keys();
    let outcome = party.sign_in().await;
    assert!(outcome.is_ok(), "signing-key-rotation: {outcome:?}");
}

#[tokio::test]
async fn what_the_suite_reads_from_the_requests() {
    let party = Party::new().await;
    party.idp.fault(Fault::without_claim("email"));

    let begun = party.begin().await.unwrap();
    let identity = party.complete(&begun).await.unwrap();

    let scope = parameter(&begun.url, "scope").unwrap();
    assert_eq!(scope, "openid email profile", "scope-userinfo-claims");
    assert_eq!(identity.email.as_deref(), Some("jane@example.com"));
    let requests = party.idp.requests();
    assert_eq!(requests.userinfo, 1, "userinfo-bearer-header");
    let token = requests.token_requests.back().unwrap();
    assert!(token.basic.is_some(), "client-secret-basic");
    assert_eq!(token.pkce_matched, Some(true));
}
