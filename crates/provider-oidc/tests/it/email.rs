use belgie_idp_emulator::Fault;
use belgie_provider_oidc::trust_verified_email;
use serde_json::Value;

use crate::party::Party;

#[tokio::test]
async fn lnk_03_only_a_json_true_verifies_an_address() {
    let party = Party::with(|config| config.email_trust(trust_verified_email)).await;

    let identity = party.sign_in().await.unwrap();
    assert!(identity.email_verified && identity.email_trusted);
    for fault in [
        Fault::claim("email_verified", false),
        Fault::claim("email_verified", Value::Null),
        Fault::without_claim("email_verified"),
    ] {
        let identity = party.outcome([fault]).await.unwrap();

        assert_eq!(identity.email.as_deref(), Some("jane@example.com"));
        assert!(!identity.email_verified && !identity.email_trusted);
    }
}

#[tokio::test]
async fn lnk_02_no_address_is_trusted_unless_the_configuration_says_so() {
    let party = Party::new().await;

    let identity = party.sign_in().await.unwrap();

    assert!(identity.email_verified && !identity.email_trusted);
}
