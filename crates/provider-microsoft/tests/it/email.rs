use belgie_idp_emulator::Fault;
use belgie_provider_microsoft::Tenant;
use serde_json::{Value, json};

use crate::party::{CONTOSO, JANE, PERSONAL, Party, jane};

#[tokio::test]
async fn idt_22_an_address_is_shown_but_neither_verified_nor_trusted() {
    let party = Party::new(Tenant::Common).await;
    for account in [CONTOSO, PERSONAL] {
        party.move_jane(account);

        let identity = party.sign_in().await.unwrap();

        assert_eq!(identity.email.as_deref(), Some("jane@example.com"));
        assert!(!identity.email_verified);
        assert!(!identity.email_trusted);
    }
}

#[tokio::test]
async fn idt_22_no_claim_makes_an_address_trusted() {
    let party = Party::new(Tenant::Common).await;
    for (name, value) in [
        ("email_verified", json!(true)),
        ("xms_edov", json!(true)),
        ("xms_edov", json!("1")),
        ("verified_primary_email", json!(["jane@example.com"])),
        ("hd", json!("example.com")),
    ] {
        let identity = party.outcome(Fault::claim(name, value)).await.unwrap();

        assert!(!identity.email_trusted, "{name}");
    }
}

#[tokio::test]
async fn idt_22_the_name_of_an_account_is_not_an_address() {
    let party = Party::new(Tenant::Common).await;
    let claims = [
        "preferred_username",
        "upn",
        "unique_name",
        "verified_primary_email",
    ];
    let without_email = jane().without_claim("email").tenant(CONTOSO);
    let named = claims.into_iter().fold(without_email, |person, claim| {
        person.claim(claim, Value::from("jane@example.com"))
    });
    party.idp.put_person(named);

    let identity = party.sign_in().await.unwrap();

    assert_eq!(identity.subject.as_str(), JANE);
    assert_eq!(identity.email, None);
}
