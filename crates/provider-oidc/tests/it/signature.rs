use belgie_idp_emulator::{Fault, Signature};
use serde_json::{Value, json};

use crate::party::Party;

#[tokio::test]
async fn idt_01_a_bad_signature_is_refused() {
    let party = Party::new().await;
    for signature in [Signature::BitFlipped, Signature::OtherKey] {
        let reason = party.refusal([Fault::signature(signature)]).await;

        assert_eq!(reason, "the ID token has a wrong signature");
    }
    let without_kid = [
        Fault::signature(Signature::BitFlipped),
        Fault::without_header("kid"),
    ];
    party.refused_for("unknown key", without_kid).await;
    for signature in [Signature::OtherKey, Signature::None] {
        for alg in ["RS256", "PS256"] {
            let faults = [Fault::signature(signature), Fault::header("alg", alg)];
            party.refused_for("sign", faults).await;
        }
    }
    assert!(party.sign_in().await.is_ok());
}

#[tokio::test]
async fn idt_10_an_access_token_of_another_id_token_is_refused() {
    let party = Party::new().await;
    for hash in [
        json!(""),
        json!("AAAAAAAAAAAAAAAAAAAAAA"),
        json!("77QmUPtjPfzWtF2AnpK9RQ"),
        json!(7),
        json!(["77QmUPtjPfzWtF2AnpK9RQ"]),
        json!(true),
        Value::Null,
    ] {
        let reason = party.refusal([Fault::claim("at_hash", hash)]).await;

        assert!(reason.contains("at_hash"), "{reason}");
    }
    assert!(
        party
            .outcome([Fault::without_claim("at_hash")])
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn idt_10_the_hash_follows_the_algorithm() {
    use belgie_idp_emulator::{JwksFault, OddKey};

    // With EdDSA it is half a SHA-512. The access token and its half a SHA-256 are those of OpenID Connect Core §A.3.
    let party = Party::new().await;
    let under = |at_hash: &str| {
        [
            Fault::discovery("id_token_signing_alg_values_supported", vec!["EdDSA"]),
            Fault::Jwks(JwksFault::Add(OddKey::Ed25519)),
            Fault::signature(Signature::Odd(OddKey::Ed25519)),
            Fault::token_reply(
                "access_token",
                "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y",
            ),
            Fault::claim("at_hash", at_hash),
        ]
    };
    let half_sha_512 = "q7nS86GgvvFaZkzALLWqJYaJIKw2wCDAVfCAsm5CrBM";

    let reason = party.refusal(under("77QmUPtjPfzWtF2AnpK9RQ")).await;
    assert!(reason.contains("at_hash"), "{reason}");
    party
        .refused_for("at_hash", under(&half_sha_512[..22]))
        .await;
    let outcome = party.outcome(under(half_sha_512)).await;
    assert!(outcome.is_ok(), "{outcome:?}");
}

#[tokio::test]
async fn idt_10_no_part_of_the_hash_will_do() {
    let party = Party::new().await;
    let under = |at_hash: &str| {
        [
            Fault::token_reply(
                "access_token",
                "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y",
            ),
            Fault::claim("at_hash", at_hash),
        ]
    };
    let whole = "77QmUPtjPfzWtF2AnpK9RQ";

    for at_hash in [
        &whole[..21],
        &whole[..1],
        &format!("{whole}A"),
        &whole.to_lowercase(),
    ] {
        party.refused_for("at_hash", under(at_hash)).await;
    }
    party
        .refused_for("at_hash", under(&format!("{whole}==")))
        .await;
    assert!(party.outcome(under(whole)).await.is_ok());
}
