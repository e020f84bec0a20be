//! ID tokens that clients obtained themselves and posted.

use belgie_domain::{Nonce, PostedIdToken};
use belgie_idp_emulator::{Fault, Signature};
use belgie_ports::{
    Clock as _, IdTokenGrant, IdentityProvider as _, ProviderError, VerifiedIdToken,
};
use belgie_testkit::TestClock;
use chrono::TimeDelta;
use serde_json::json;

use crate::party::{JANE, Party, REDIRECT_URI, config, emulator, provider};

const NONCE: &str = "n-0S6_WzA2Mj";

/// A party that also accepts ID tokens of the client `app`.
async fn party() -> Party {
    let clock = TestClock::default();
    let builder = emulator(&clock).client("client", "secret", [REDIRECT_URI]);
    let builder = builder.public_client("app", [REDIRECT_URI]);
    let builder = builder.public_client("stranger", [REDIRECT_URI]);
    let idp = builder.start().await.unwrap();
    let config = config(idp.issuer(), "client", "secret").extra_client_ids(["app"]);
    let provider = provider(config, &clock);
    Party::of(idp, clock, provider)
}

async fn post(
    party: &Party,
    client: &str,
    claimed: &str,
    nonce: &str,
) -> Result<VerifiedIdToken, ProviderError> {
    let token = party.idp.id_token(client, JANE, Some(claimed)).unwrap();
    verify(party, &token, nonce).await
}

async fn verify(party: &Party, token: &str, nonce: &str) -> Result<VerifiedIdToken, ProviderError> {
    let token = PostedIdToken::parse(token).unwrap();
    let nonce = Nonce::of_client(nonce).unwrap();
    let grant = IdTokenGrant::new(&token, &nonce);
    party.provider.verify_id_token(grant).await
}

/// Posts a token under a fault, which must be refused. Returns the reason.
async fn refusal(party: &Party, fault: Fault) -> String {
    party.idp.fault(fault.clone());
    let outcome = post(party, "client", NONCE, NONCE).await;
    party.idp.clear_faults();
    match outcome {
        Err(ProviderError::InvalidIdentity(reason)) => reason.as_str().to_owned(),
        outcome => panic!("{outcome:?} under {fault:?}"),
    }
}

#[tokio::test]
async fn a_posted_token_names_the_person() {
    let party = party().await;

    let verified = post(&party, "client", NONCE, NONCE).await.unwrap();

    assert_eq!(verified.identity.subject.as_str(), JANE);
    assert_eq!(verified.identity.email.as_deref(), Some("jane@example.com"));
    assert_eq!(verified.identity.name.as_deref(), Some("Jane Doe"));
    // It would be accepted until it expires, and a minute of leeway.
    let kept = verified.kept_until - party.clock.now();
    assert_eq!(kept, TimeDelta::minutes(61));
}

#[tokio::test]
async fn idt_01_a_posted_token_with_a_bad_signature_is_refused() {
    let party = party().await;
    for signature in [Signature::BitFlipped, Signature::OtherKey] {
        let reason = refusal(&party, Fault::signature(signature)).await;
        assert!(reason.contains("signature"), "{reason}");
    }
}

#[tokio::test]
async fn idt_02_a_posted_token_without_an_asymmetric_signature_is_refused() {
    let party = party().await;
    for signature in [
        Signature::NoneButSigned,
        Signature::ClientSecret,
        Signature::PublicKeyPem,
    ] {
        refusal(&party, Fault::signature(signature)).await;
    }
}

#[tokio::test]
async fn idt_03_a_posted_token_of_another_issuer_is_refused() {
    let reason = refusal(&party().await, Fault::claim("iss", "https://evil.example")).await;
    assert!(reason.contains("another issuer"), "{reason}");
}

#[tokio::test]
async fn idt_04_a_posted_token_is_for_one_of_the_applications_clients() {
    let party = party().await;

    for client in ["client", "app"] {
        assert!(post(&party, client, NONCE, NONCE).await.is_ok(), "{client}");
    }
    let stranger = post(&party, "stranger", NONCE, NONCE).await;
    assert!(
        matches!(stranger, Err(ProviderError::InvalidIdentity(_))),
        "{stranger:?}"
    );
    for aud in [json!(["client", "stranger"]), json!([]), json!("Client")] {
        let reason = refusal(&party, Fault::claim("aud", aud)).await;
        assert!(reason.contains("aud"), "{reason}");
    }
}

/// Google's Android SDK asks in the name of the app (`azp`) for a token for the web client (`aud`).
#[tokio::test]
async fn idt_05_a_posted_token_may_be_issued_to_one_client_for_another() {
    let party = party().await;
    for (aud, azp, accepted) in [
        ("client", "app", true),
        ("app", "client", true),
        ("client", "stranger", false),
        ("app", "stranger", false),
        ("stranger", "client", false),
    ] {
        party.idp.fault(Fault::claim("aud", aud));
        party.idp.fault(Fault::claim("azp", azp));
        let outcome = post(&party, "client", NONCE, NONCE).await;
        party.idp.clear_faults();
        assert_eq!(outcome.is_ok(), accepted, "{aud} {azp}: {outcome:?}");
    }
}

/// The extra clients have no part in the authorization code flow.
#[tokio::test]
async fn idt_04_the_code_flow_accepts_the_configured_client_alone() {
    let party = party().await;
    for faults in [
        [Fault::claim("aud", "app"), Fault::claim("azp", "app")],
        [Fault::claim("aud", "app"), Fault::claim("azp", "client")],
        [Fault::claim("aud", "client"), Fault::claim("azp", "app")],
    ] {
        party.refusal(faults).await;
    }
    assert!(party.sign_in().await.is_ok());
}

#[tokio::test]
async fn idt_06_an_expired_posted_token_is_refused() {
    let party = party().await;
    let reason = refusal(&party, Fault::claim_at("exp", -61)).await;
    assert!(reason.contains("expired"), "{reason}");
    refusal(&party, Fault::without_claim("exp")).await;
    refusal(&party, Fault::claim("exp", "soon")).await;
}

#[tokio::test]
async fn idt_07_a_posted_token_is_accepted_until_it_expires() {
    let party = party().await;
    let token = party.idp.id_token("client", JANE, Some(NONCE)).unwrap();

    party.advance(3_659);
    assert!(verify(&party, &token, NONCE).await.is_ok());
    party.advance(1);

    assert!(verify(&party, &token, NONCE).await.is_err());
    refusal(&party, Fault::without_claim("iat")).await;
    refusal(&party, Fault::claim_at("iat", 61)).await;
}

#[tokio::test]
async fn idt_08_a_posted_token_that_is_not_valid_yet_is_refused() {
    let reason = refusal(&party().await, Fault::claim_at("nbf", 600)).await;
    assert!(reason.contains("nbf"), "{reason}");
}

#[tokio::test]
async fn idt_09_a_posted_token_without_a_subject_is_refused() {
    let party = party().await;
    refusal(&party, Fault::without_claim("sub")).await;
    refusal(&party, Fault::claim("sub", "")).await;
}

#[tokio::test]
async fn flow_06_a_posted_token_has_the_nonce_or_its_hash() {
    let party = party().await;
    let nonce = Nonce::of_client("abc").unwrap();
    let hex = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    let base64url = "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0";

    for claimed in [nonce.secret(), hex, base64url] {
        assert!(post(&party, "client", claimed, "abc").await.is_ok());
    }
    for (claimed, sent) in [
        ("abc", "other"),
        (hex, "other"),
        ("other", "abc"),
        ("abc", hex),
    ] {
        let outcome = post(&party, "client", claimed, sent).await;
        assert!(outcome.is_err(), "{claimed} {sent}");
    }
    let reason = refusal(&party, Fault::without_claim("nonce")).await;
    assert!(reason.contains("no nonce"), "{reason}");
}

#[tokio::test]
async fn idt_13_keys_in_the_header_of_a_posted_token_are_not_used() {
    let party = party().await;
    refusal(&party, Fault::header("crit", json!(["x"]))).await;
}
