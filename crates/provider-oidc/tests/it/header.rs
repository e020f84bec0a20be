use belgie_idp_emulator::{Fault, IdTokenFault, Signature};
use serde_json::json;

use crate::party::Party;

#[tokio::test]
async fn idt_13_a_key_that_the_token_brings_along_is_not_used() {
    let party = Party::new().await;

    let reason = party
        .refusal([Fault::signature(Signature::EmbeddedKey)])
        .await;
    assert_eq!(reason, "the ID token is signed by an unknown key");

    // Nor under the `kid` of the right key, without any, or as a chain of certificates.
    let begun = party.begin().await.unwrap();
    party.complete(&begun).await.unwrap();
    let certificate = json!(["MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A"]);
    for faults in [
        vec![Fault::without_header("kid")],
        vec![Fault::without_header("kid"), Fault::without_header("jwk")],
        vec![
            Fault::header("x5c", certificate.clone()),
            Fault::without_header("kid"),
        ],
        vec![Fault::header(
            "jwk",
            json!({ "kty": "oct", "k": "c2VjcmV0" }),
        )],
        vec![Fault::header("jwk", "not a key")],
    ] {
        let signature = Fault::signature(Signature::EmbeddedKey);
        party
            .refused_for("unknown key", faults.into_iter().chain([signature]))
            .await;
    }
    let ignored = party.outcome([Fault::header("x5c", certificate)]).await;
    assert!(ignored.is_ok(), "{ignored:?}");
}

#[tokio::test]
async fn idt_13_addresses_of_keys_are_not_asked() {
    let party = Party::new().await;
    let trap = party.idp.trap_url();
    for name in ["jku", "x5u", "jwks_uri", "iss"] {
        for kid in [
            Fault::header("kid", "unknown"),
            Fault::header("kid", trap.clone()),
        ] {
            let address = Fault::header(name, trap.clone());
            let faults = [address, kid, Fault::signature(Signature::OtherKey)];

            party.refused_for("unknown key", faults).await;
        }
        let outcome = party.outcome([Fault::header(name, trap.clone())]).await;

        assert!(outcome.is_ok(), "{name}: {outcome:?}");
    }
    assert_eq!(party.idp.requests().trap, 0);
}

#[tokio::test]
async fn idt_13_any_crit_is_refused() {
    let party = Party::new().await;
    for crit in [
        json!(["x"]),
        json!(["exp"]),
        json!(["b64"]),
        json!(["alg", "kid"]),
        json!([]),
        json!({}),
        json!(""),
        json!(false),
        json!(null),
    ] {
        let reason = party.refusal([Fault::header("crit", crit)]).await;

        assert!(reason.contains("critical"), "{reason}");
    }
}

#[tokio::test]
async fn idt_14_a_token_of_another_type_is_refused() {
    let party = Party::new().await;
    for typ in ["at+jwt", "logout+jwt", "application/at+jwt"] {
        let reason = party.refusal([Fault::header("typ", typ)]).await;

        assert!(reason.contains("is of the type"), "{reason}");
    }
    assert!(party.outcome([Fault::without_header("typ")]).await.is_ok());
    assert!(party.outcome([Fault::header("typ", "jwt")]).await.is_ok());
}

#[tokio::test]
async fn idt_19_an_encrypted_token_is_refused_as_such() {
    let party = Party::new().await;

    let reason = party
        .refusal([Fault::IdToken(IdTokenFault::Encrypted)])
        .await;

    assert_eq!(reason, "the ID token is encrypted");
}
