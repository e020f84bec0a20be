use belgie_idp_emulator::{Fault, JwksFault, OddKey, Signature};
use belgie_provider_oidc::SigningAlgorithm;
use serde_json::{Value, json};

use crate::party::Party;

fn discovery(algorithms: &[&str]) -> Fault {
    Fault::discovery("id_token_signing_alg_values_supported", algorithms)
}

#[tokio::test]
async fn idt_02_unsigned_and_symmetric_tokens_are_refused_whatever_discovery_lists() {
    for announced in [&["RS256"][..], &["RS256", "none", "HS256"]] {
        let party = Party::new().await;
        party.idp.fault_once(discovery(announced));
        party.begin().await.unwrap();
        for signature in [
            Signature::None,
            Signature::NoneButSigned,
            Signature::ClientSecret,
            Signature::PublicKeyPem,
            Signature::PublicKeyDer,
            Signature::PublicKeyModulus,
            Signature::Odd(OddKey::ClientSecret),
        ] {
            let faults = [
                Fault::Jwks(JwksFault::Add(OddKey::ClientSecret)),
                Fault::signature(signature),
            ];

            let reason = party.refusal(faults).await;

            assert!(reason.starts_with("the ID token is signed by"), "{reason}");
        }
    }
}

#[tokio::test]
async fn idt_02_no_other_spelling_of_an_algorithm_passes() {
    let party = Party::new().await;
    let announced = ["none", "None", "HS256", "hs256", "rs256", "", "RS256"];
    party.idp.fault_once(discovery(&announced));
    party.begin().await.unwrap();
    // Under a right signature, under one by the client secret, and under none.
    for signature in [
        Signature::NoneButSigned,
        Signature::ClientSecret,
        Signature::None,
    ] {
        for alg in [
            "None", "NONE", "nOnE", " none", "none ", "", "hs256", "HS256 ", "HS384", "HS512",
            "rs256", "RS256 ", "null", "dir",
        ] {
            let faults = [Fault::signature(signature), Fault::header("alg", alg)];

            let reason = party.refusal(faults).await;

            assert!(reason.starts_with("the ID token is signed by"), "{reason}");
        }
        for alg in [
            Value::Null,
            json!(["RS256"]),
            json!(0),
            json!({}),
            json!(true),
        ] {
            let faults = [Fault::signature(signature), Fault::header("alg", alg)];
            party.refused_for("header", faults).await;
        }
        let missing = [Fault::signature(signature), Fault::without_header("alg")];
        party.refused_for("header", missing).await;
    }
}

#[tokio::test]
async fn idt_02_a_signature_that_is_left_out_or_belongs_to_another_algorithm_is_refused() {
    for alg in ["RS256", "RS384", "RS512", "PS256", "ES256", "EdDSA"] {
        for signature in [
            Signature::None,
            Signature::ClientSecret,
            Signature::BitFlipped,
        ] {
            let party = Party::new().await;
            let faults = [
                discovery(&["RS256", "RS384", "RS512", "PS256", "ES256", "EdDSA"]),
                Fault::signature(signature),
                Fault::header("alg", alg),
            ];

            party.refused_for("sign", faults).await;
        }
    }
}

#[tokio::test]
async fn idt_02_a_provider_that_announces_only_none_and_symmetric_algorithms_is_unusable() {
    let party = Party::new().await;

    let reason = party.unusable([discovery(&["none", "HS256"])]).await;

    assert!(
        reason.contains("none of the allowed algorithms"),
        "{reason}"
    );
    assert_eq!(party.idp.requests().token, 0);
}

#[tokio::test]
async fn idt_02_an_algorithm_that_discovery_does_not_announce_is_refused() {
    let party = Party::new().await;
    let faults = [
        Fault::Jwks(JwksFault::Add(OddKey::EcP256)),
        Fault::signature(Signature::Odd(OddKey::EcP256)),
    ];

    let reason = party.refusal(faults).await;

    assert_eq!(reason, "the ID token is signed by \"ES256\"");
}

#[tokio::test]
async fn idt_02_an_algorithm_that_the_configuration_does_not_allow_is_refused() {
    let party = Party::with(|config| config.algorithms([SigningAlgorithm::Rs256])).await;
    let faults = [
        discovery(&["RS256", "ES256"]),
        Fault::Jwks(JwksFault::Add(OddKey::EcP256)),
        Fault::signature(Signature::Odd(OddKey::EcP256)),
    ];

    let reason = party.refusal(faults).await;

    assert_eq!(reason, "the ID token is signed by \"ES256\"");
}

#[tokio::test]
async fn other_asymmetric_algorithms_are_accepted_when_both_sides_allow_them() {
    for (name, key) in [("ES256", OddKey::EcP256), ("EdDSA", OddKey::Ed25519)] {
        let party = Party::new().await;
        let faults = [
            discovery(&["RS256", name]),
            Fault::Jwks(JwksFault::Add(key)),
            Fault::signature(Signature::Odd(key)),
            Fault::without_claim("at_hash"),
        ];

        let outcome = party.outcome(faults).await;

        assert!(outcome.is_ok(), "{name}: {outcome:?}");
    }
}

#[tokio::test]
async fn ed25519_is_accepted_under_both_of_its_names() {
    for [announced, in_header, in_key] in [
        ["EdDSA", "EdDSA", "EdDSA"],
        ["Ed25519", "Ed25519", "Ed25519"],
        ["Ed25519", "EdDSA", "Ed25519"],
        ["EdDSA", "Ed25519", "EdDSA"],
    ] {
        let party = Party::new().await;
        let faults = [
            discovery(&[announced]),
            Fault::Jwks(JwksFault::Replace(OddKey::Ed25519)),
            Fault::Jwks(JwksFault::KeyFieldSet {
                name: "alg".to_owned(),
                value: in_key.into(),
            }),
            Fault::signature(Signature::Odd(OddKey::Ed25519)),
            Fault::header("alg", in_header),
            Fault::without_claim("at_hash"),
        ];

        let outcome = party.outcome(faults).await;

        assert!(
            outcome.is_ok(),
            "{announced} {in_header} {in_key}: {outcome:?}"
        );
    }
}
