use belgie_idp_emulator::{Answer, Endpoint, Fault, JwksFault, OddKey, Signature};
use serde_json::{Value, json};

use crate::party::Party;

fn key_field(name: &str, value: impl Into<Value>) -> Fault {
    Fault::Jwks(JwksFault::KeyFieldSet {
        name: name.to_owned(),
        value: value.into(),
    })
}

fn no_key_field(name: &str) -> Fault {
    Fault::Jwks(JwksFault::KeyFieldRemoved {
        name: name.to_owned(),
    })
}

#[tokio::test]
async fn idt_11_without_a_kid_the_only_key_is_used() {
    let party = Party::new().await;

    let outcome = party.outcome([Fault::without_header("kid")]).await;

    assert!(outcome.is_ok(), "{outcome:?}");
}

#[tokio::test]
async fn idt_11_without_a_kid_every_key_is_tried() {
    let party = Party::new().await;
    let faults = [
        Fault::Jwks(JwksFault::Decoys(5)),
        Fault::without_header("kid"),
    ];

    let outcome = party.outcome(faults).await;

    assert!(outcome.is_ok(), "{outcome:?}");
}

#[tokio::test]
async fn idt_11_keys_that_share_a_kid_are_all_tried() {
    let party = Party::new().await;
    let faults = [
        Fault::Jwks(JwksFault::Decoys(2)),
        key_field("kid", "same"),
        Fault::header("kid", "same"),
    ];

    let outcome = party.outcome(faults).await;

    assert!(outcome.is_ok(), "{outcome:?}");
}

#[tokio::test]
async fn idt_11_a_key_of_another_kid_is_never_used() {
    let party = Party::new().await;

    let reason = party.refusal([key_field("kid", "another")]).await;

    assert_eq!(reason, "the ID token is signed by an unknown key");
}

#[tokio::test]
async fn idt_11_a_key_without_a_kid_is_not_that_of_a_token_with_one() {
    let party = Party::new().await;

    party
        .refused_for("unknown key", [no_key_field("kid")])
        .await;
    // The key set is not read again so soon.
    party.advance(601);
    let faults = [no_key_field("kid"), Fault::without_header("kid")];
    assert!(party.outcome(faults).await.is_ok());
}

#[tokio::test]
async fn idt_16_keys_that_must_not_verify_do_not() {
    for key in [OddKey::Rsa1024, OddKey::EcWrongCurve, OddKey::ClientSecret] {
        let party = Party::new().await;
        let faults = [
            Fault::discovery(
                "id_token_signing_alg_values_supported",
                vec!["RS256", "ES256", "HS256"],
            ),
            Fault::Jwks(JwksFault::Replace(key)),
            Fault::signature(Signature::Odd(key)),
            Fault::without_claim("at_hash"),
        ];

        party.refused_for("sign", faults).await;
    }
}

#[tokio::test]
async fn idt_16_keys_for_another_purpose_or_algorithm_do_not_verify() {
    for fault in [
        key_field("use", "enc"),
        key_field("key_ops", json!(["encrypt"])),
        key_field("alg", "RSA-OAEP"),
        key_field("alg", "RS512"),
        key_field("alg", "HS256"),
        key_field("kty", "oct"),
        key_field("kty", "EC"),
        key_field("n", ""),
        key_field("n", "not base64!"),
        key_field("e", "AQ"),
        key_field("e", Value::Null),
        no_key_field("kty"),
        no_key_field("n"),
        no_key_field("e"),
    ] {
        let party = Party::new().await;

        party.refused_for("sign", [fault]).await;
    }
    let party = Party::new().await;
    let faults = [no_key_field("use"), no_key_field("alg")];
    assert!(party.outcome(faults).await.is_ok());
}

#[tokio::test]
async fn a_key_set_that_cannot_be_read_makes_the_provider_unusable() {
    let party = Party::new().await;
    for document in [json!([]), json!({}), json!({ "keys": {} }), Value::Null] {
        party
            .unusable([Fault::Jwks(JwksFault::Document(document))])
            .await;
    }
    for answer in [
        Answer::Status(500),
        Answer::html(),
        Answer::Garbage,
        Answer::Truncated,
        Answer::CutOff,
    ] {
        party
            .unusable([Fault::answer(Endpoint::Jwks, answer)])
            .await;
    }
    assert!(party.sign_in().await.is_ok());
}
