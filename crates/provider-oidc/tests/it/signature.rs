use belgie_idp_emulator::{Fault, Signature};

use crate::party::Party;

#[tokio::test]
async fn idt_01_a_bad_signature_is_refused() {
    let party = Party::new().await;
    for signature in [Signature::BitFlipped, Signature::OtherKey] {
        let reason = party.refusal([Fault::signature(signature)]).await;

        assert!(
            reason.starts_with("the ID token's signature is wrong"),
            "{reason}"
        );
    }
    let without_kid = [
        Fault::signature(Signature::BitFlipped),
        Fault::without_header("kid"),
    ];
    party.refusal(without_kid).await;
    assert!(party.sign_in().await.is_ok());
}

#[tokio::test]
async fn idt_10_an_access_token_of_another_id_token_is_refused() {
    let party = Party::new().await;
    for hash in ["", "AAAAAAAAAAAAAAAAAAAAAA", "77QmUPtjPfzWtF2AnpK9RQ"] {
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

    // With EdDSA it is half a SHA-512; the emulator always gives half a SHA-256, which does not match.
    let party = Party::new().await;
    let faults = [
        Fault::discovery("id_token_signing_alg_values_supported", vec!["EdDSA"]),
        Fault::Jwks(JwksFault::Add(OddKey::Ed25519)),
        Fault::signature(Signature::Odd(OddKey::Ed25519)),
    ];

    let reason = party.refusal(faults).await;

    assert!(reason.contains("at_hash"), "{reason}");
}
