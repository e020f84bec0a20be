//! Who someone is.

use belgie_domain::EmailTrust;
use belgie_idp_emulator::{Answer, Endpoint, Fault};
use belgie_ports::ProviderError;
use serde_json::{Value, json};

use crate::party::{JANE, Party, jane};

fn emails(body: &Value) -> Fault {
    Fault::answer(Endpoint::GithubEmails, Answer::json(body.to_string()))
}

#[tokio::test]
async fn idt_23_a_person_is_their_numeric_id_at_this_github() {
    let party = Party::new().await;

    let identity = party.identity().await;

    assert_eq!(identity.issuer.as_str(), party.idp.issuer());
    assert_eq!(identity.subject.as_str(), JANE);
    assert_eq!(identity.email.as_deref(), Some("jane@example.com"));
    assert!(identity.email_verified);
    assert!(!identity.email_trusted);
    assert_eq!(identity.name.as_deref(), Some("Jane Doe"));
    let picture = "https://avatars.example/u/583231?v=4";
    assert_eq!(identity.picture.as_deref(), Some(picture));
    assert_eq!(identity.hosted_domain, None);
    assert_eq!(identity.scope.as_deref(), Some("read:user user:email"));
}

#[tokio::test]
async fn idt_23_a_renamed_account_is_the_same_and_a_taken_login_another() {
    let party = Party::new().await;
    let before = party.identity().await;

    party.idp.fault_once(Fault::github_user("login", "renamed"));
    let renamed = party.identity().await;
    party.idp.fault_once(Fault::github_user("id", 583_232));
    let other = party.identity().await;

    assert_eq!(renamed.subject, before.subject);
    assert_eq!(other.subject.as_str(), "583232");
}

#[tokio::test]
async fn idt_23_an_account_without_a_numeric_id_is_refused() {
    let party = Party::new().await;
    for fault in [
        Fault::github_user("id", JANE),
        Fault::github_user("id", 0),
        Fault::github_user("id", -583_231),
        Fault::github_user("id", 583_231.5),
        Fault::github_user("id", Value::Null),
        Fault::without_github_user("id"),
    ] {
        let outcome = party.outcome(fault.clone()).await;

        let Err(ProviderError::InvalidIdentity(reason)) = outcome else {
            panic!("{outcome:?} under {fault:?}");
        };
        assert!(reason.as_str().contains("no id"), "{reason}");
    }
}

#[tokio::test]
async fn idt_23_an_unverified_primary_address_counts_as_unverified() {
    let party = Party::with(|config| config.email_trust(EmailTrust::Always)).await;
    party.idp.put_person(jane().email_verified(false));
    let alone = party.identity().await;

    party.idp.fault_once(emails(&json!([
        { "email": "old@example.com", "primary": false, "verified": true },
        { "email": "jane@example.com", "primary": true, "verified": false },
    ])));
    let beside_a_verified_one = party.identity().await;

    for identity in [alone, beside_a_verified_one] {
        assert_eq!(identity.email.as_deref(), Some("jane@example.com"));
        assert!(!identity.email_verified);
        assert!(!identity.email_trusted);
    }
}

#[tokio::test]
async fn idt_23_the_public_address_of_the_profile_is_never_used() {
    let party = Party::new().await;
    party
        .idp
        .fault(Fault::github_user("email", "public@example.com"));
    party.idp.fault(Fault::github_user("verified", true));
    party.idp.fault(emails(&json!([])));

    let identity = party.identity().await;

    assert_eq!(identity.email, None);
    assert!(!identity.email_verified);
}

#[tokio::test]
async fn without_the_scope_a_person_signs_in_without_an_address() {
    let party = Party::new().await;
    for fault in [
        Fault::token_reply("scope", "read:user"),
        Fault::answer(Endpoint::GithubEmails, Answer::Status(403)),
        Fault::answer(Endpoint::GithubEmails, Answer::Status(404)),
    ] {
        let exchanged = party.outcome(fault.clone()).await;

        let identity = exchanged.unwrap().identity;
        assert_eq!(identity.subject.as_str(), JANE);
        assert_eq!((identity.email, identity.email_verified), (None, false));
    }
}

#[tokio::test]
async fn lnk_02_github_is_trusted_for_the_addresses_that_the_operator_lists() {
    let listed = EmailTrust::Domains(vec!["example.com".parse().unwrap()]);
    let other = EmailTrust::Domains(vec!["example.org".parse().unwrap()]);
    for (trust, expected) in [
        (EmailTrust::Never, false),
        (other, false),
        (listed, true),
        (EmailTrust::Always, true),
    ] {
        let party = Party::with(|config| config.email_trust(trust)).await;

        let identity = party.identity().await;

        assert_eq!(
            (identity.email_verified, identity.email_trusted),
            (true, expected)
        );
    }
}
