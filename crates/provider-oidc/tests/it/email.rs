use belgie_idp_emulator::Fault;
use belgie_provider_oidc::EmailTrust;
use serde_json::{Value, json};

use crate::party::Party;

#[tokio::test]
async fn lnk_03_only_a_json_true_or_the_text_true_verifies_an_address() {
    let party = Party::with(|config| config.email_trust(EmailTrust::Always)).await;
    let in_id_token = |value: &Value| vec![Fault::claim("email_verified", value.clone())];
    let in_userinfo = |value: &Value| {
        vec![
            Fault::without_claim("email"),
            Fault::userinfo("email_verified", value.clone()),
        ]
    };

    for (value, verified) in [
        (json!(true), true),
        (json!("true"), true),
        (json!(false), false),
        (json!("false"), false),
        (json!("True"), false),
        (json!("yes"), false),
        (json!(1), false),
        (json!([true]), false),
        (json!({ "true": true }), false),
        (Value::Null, false),
    ] {
        for faults in [in_id_token(&value), in_userinfo(&value)] {
            let identity = party.outcome(faults).await.unwrap();

            assert_eq!(identity.email.as_deref(), Some("jane@example.com"));
            assert_eq!(identity.email_verified, verified, "{value}");
            assert_eq!(identity.email_trusted, verified, "{value}");
        }
    }
    let unstated = party.outcome([Fault::without_claim("email_verified")]);
    let unstated = unstated.await.unwrap();
    assert!(!unstated.email_verified && !unstated.email_trusted);
}

#[tokio::test]
async fn lnk_02_no_address_is_trusted_unless_configured() {
    let party = Party::new().await;

    let identity = party.sign_in().await.unwrap();

    assert!(identity.email_verified && !identity.email_trusted);
}

#[tokio::test]
async fn lnk_02_no_address_is_trusted_in_another_spelling_than_the_canonical_one() {
    let party = Party::with(|config| config.email_trust(EmailTrust::Always)).await;

    for (address, trusted) in [
        ("Jane@Example.COM", true),
        ("jane@xn--bcher-kva.example", true),
        ("jane@b\u{fc}cher.example", false),
        ("jane@stra\u{df}e.example", false),
        ("jane@exam\u{ad}ple.com", false),
        ("jane@example\u{3002}com", false),
    ] {
        let fault = Fault::claim("email", address);
        let identity = party.outcome([fault]).await.unwrap();

        assert!(identity.email_verified, "{address}");
        assert_eq!(identity.email_trusted, trusted, "{address}");
    }
}

#[tokio::test]
async fn lnk_02_a_provider_may_be_trusted_for_its_domains_alone() {
    let corp = EmailTrust::Domains(vec!["corp.example".parse().unwrap()]);
    let party = Party::with(|config| config.email_trust(corp)).await;

    for (address, trusted) in [
        ("jane@corp.example", true),
        ("jane@sub.corp.example", false),
        ("jane@example.com", false),
    ] {
        let fault = Fault::claim("email", address);
        let identity = party.outcome([fault]).await.unwrap();

        assert_eq!(identity.email_trusted, trusted, "{address}");
    }
}
