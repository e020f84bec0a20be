use belgie_domain::Nonce;
use belgie_idp_emulator::Fault;
use belgie_ports::ProviderError;
use serde_json::Value;

use crate::party::Party;

#[tokio::test]
async fn flow_06_a_token_without_the_nonce_is_refused() {
    let party = Party::new().await;

    party
        .refused_for("nonce", [Fault::without_claim("nonce")])
        .await;
    for nonce in [Value::Null, "".into(), "other".into()] {
        party
            .refused_for("nonce", [Fault::claim("nonce", nonce)])
            .await;
    }
}

#[tokio::test]
async fn flow_06_the_nonce_of_an_earlier_sign_in_is_refused() {
    let party = Party::new().await;
    let earlier = party.begin().await.unwrap();

    let replayed = Fault::claim("nonce", earlier.nonce.secret());
    party.refused_for("nonce", [replayed]).await;

    let mut begun = party.begin().await.unwrap();
    begun.nonce = Nonce::from_random(party.draw());
    let outcome = party.complete(&begun).await;
    assert!(matches!(outcome, Err(ProviderError::InvalidIdentity(_))));
}
