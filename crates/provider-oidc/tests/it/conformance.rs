//! The modules of the `OpenID` Foundation's suite for relying parties with the code flow, by their names there (prefix
//! `oidcc-client-test-`), and the negatives of its FAPI plans that hold for every client.

use belgie_idp_emulator::{Endpoint, Fault};

use crate::party::{Party, parameter};

async fn accepts(faults: impl IntoIterator<Item = Fault>) {
    let outcome = Party::new().await.outcome(faults).await;

    assert!(outcome.is_ok(), "{outcome:?}");
}

/// Checks that the identity is refused for this reason, and that the next sign-in is none the worse for it.
async fn rejects(faults: impl IntoIterator<Item = Fault>, expected: &str) {
    let party = Party::new().await;

    party.refused_for(expected, faults).await;

    assert!(party.sign_in().await.is_ok());
}

/// The basic plan.
mod basic {
    use belgie_idp_emulator::{Fault, JwksFault, OddKey, Signature};

    use super::{accepts, rejects};

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
}

/// What belongs to other plans and concerns the code flow.
mod code_flow {
    use belgie_idp_emulator::{Fault, IdTokenFault};
    use serde_json::{Value, json};

    use super::{accepts, rejects};

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
