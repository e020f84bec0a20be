use belgie_idp_emulator::{Fault, IdTokenFault};
use belgie_ports::{Clock as _, ProviderError};
use serde_json::{Value, json};

use crate::party::{JANE, Party};

#[tokio::test]
async fn idt_09_the_subject_is_a_string_of_1_to_255_ascii_characters() {
    let party = Party::new().await;
    for sub in [
        json!(""),
        json!("a".repeat(256)),
        json!("é"),
        json!("a\nb"),
        json!("a\u{0}"),
        json!("\u{7f}"),
        json!("\u{ff53}ubject-1"),
        json!(1.5),
        json!({ "sub": "subject-1" }),
        json!(7),
        json!(["subject-1"]),
        json!(true),
        Value::Null,
    ] {
        party.refused_for("sub", [Fault::claim("sub", sub)]).await;
    }
    party
        .refused_for("`sub`", [Fault::without_claim("sub")])
        .await;
}

#[tokio::test]
async fn idt_09_the_subject_keeps_its_case() {
    let party = Party::new().await;

    let identity = party.outcome([Fault::claim("sub", "Subject-1")]).await;

    assert_eq!(identity.unwrap().subject.as_str(), "Subject-1");
    let longest = "a".repeat(255);
    let identity = party.outcome([Fault::claim("sub", longest.clone())]).await;
    assert_eq!(identity.unwrap().subject.as_str(), longest);
    assert_eq!(party.sign_in().await.unwrap().subject.as_str(), JANE);
}

#[tokio::test]
async fn idt_14_known_claims_of_the_wrong_type_are_refused() {
    let party = Party::new().await;
    for (name, value) in [
        ("nbf", json!("99")),
        ("nbf", json!(true)),
        ("nbf", Value::Null),
        ("nbf", json!([1])),
        ("exp", json!(true)),
        ("exp", json!("9999999999")),
        ("exp", json!({})),
        ("exp", json!(1e300)),
        ("iat", json!("now")),
        ("iat", json!([])),
        ("auth_time", json!("99")),
        ("nonce", json!(7)),
        ("nonce", json!(["x"])),
        ("nonce", Value::Null),
        ("azp", json!(["client"])),
        ("azp", Value::Null),
        ("at_hash", Value::Null),
        ("at_hash", json!(7)),
        ("at_hash", json!({})),
        ("email", json!(["jane@example.com", "eve@example.com"])),
        ("email", json!(7)),
        ("email_verified", json!("true")),
        ("email_verified", json!(1)),
        ("name", json!({ "first": "Jane" })),
        ("picture", json!(false)),
        ("hd", json!(["example.com"])),
        ("hd", json!(true)),
    ] {
        let reason = party.refusal([Fault::claim(name, value.clone())]).await;

        assert!(
            reason.starts_with("the ID token cannot be read"),
            "{name}={value}: {reason}"
        );
    }
}

#[tokio::test]
async fn idt_14_what_is_not_a_signed_json_object_is_refused() {
    let party = Party::new().await;
    for fault in [
        IdTokenFault::Payload(json!([])),
        IdTokenFault::Payload(json!("text")),
        IdTokenFault::Payload(Value::Null),
        IdTokenFault::Payload(json!({})),
        IdTokenFault::TwoParts,
        IdTokenFault::Text("a.b.c".to_owned()),
        IdTokenFault::Text("e30.e30.e30".to_owned()),
        IdTokenFault::Text(String::new()),
        IdTokenFault::Text("....".to_owned()),
        IdTokenFault::Text("\u{0}".to_owned()),
        IdTokenFault::PlainBase64,
        IdTokenFault::PayloadText("{".to_owned()),
        IdTokenFault::PayloadText(String::new()),
        IdTokenFault::PayloadText("\u{feff}{}".to_owned()),
        IdTokenFault::PayloadText("[".repeat(20_000)),
        IdTokenFault::PayloadText("{\"sub\":".repeat(4_000)),
        IdTokenFault::Missing,
    ] {
        party.refusal([Fault::IdToken(fault)]).await;
    }
}

#[tokio::test]
async fn idt_14_a_payload_with_a_repeated_member_or_more_than_an_object_is_refused() {
    let party = Party::new().await;
    let begun = party.begin().await.unwrap();
    let now = party.clock.now().timestamp();
    let right = json!({
        "iss": party.idp.issuer(),
        "aud": "client",
        "sub": "subject-1",
        "iat": now,
        "exp": now + 60,
        "nonce": begun.nonce.secret(),
        "email": "jane@example.com",
        "name": "Jane",
    });
    let inner = right.to_string();
    let inner = inner.trim_matches(['{', '}']);
    for payload in [
        format!("{{{inner}}}{{}}"),
        format!("{{{inner}}}x"),
        format!("[{{{inner}}}]"),
        format!("{{{inner},\"sub\":\"subject-2\"}}"),
        format!("{{\"sub\":\"subject-2\",{inner}}}"),
        format!("{{\"\\u0073ub\":\"subject-2\",{inner}}}"),
        format!("{{{inner},\"exp\":{}}}", now + 60),
        format!("{{{inner},\"aud\":\"other\"}}"),
        format!("{{{inner},\"nonce\":\"other\"}}"),
        format!("{{\"iss\":\"https://evil.example\",{inner}}}"),
    ] {
        party
            .idp
            .fault(Fault::IdToken(IdTokenFault::PayloadText(payload.clone())));
        let other = party.begin().await.unwrap();
        let outcome = party.complete_with(&other, &begun.nonce).await;
        party.idp.clear_faults();

        assert!(
            matches!(outcome, Err(ProviderError::InvalidIdentity(_))),
            "{payload}: {outcome:?}"
        );
    }
    party
        .idp
        .fault(Fault::IdToken(IdTokenFault::Payload(right)));
    let outcome = party.complete(&begun).await;
    assert!(outcome.is_ok(), "{outcome:?}");
}

#[tokio::test]
async fn cfg_08_reasons_are_short_and_printable_whatever_was_sent() {
    let party = Party::new().await;
    let evil = "\u{1b}[31m\r\n".repeat(1000);
    for name in ["iss", "aud", "sub", "azp", "nonce"] {
        let reason = party.refusal([Fault::claim(name, evil.clone())]).await;

        assert!(reason.len() <= 200, "{reason}");
        assert!(reason.bytes().all(|byte| (0x20..0x7f).contains(&byte)));
    }
}

#[tokio::test]
async fn a_provider_that_writes_updated_at_as_text_is_understood() {
    let party = Party::new().await;
    party
        .idp
        .fault(Fault::claim("updated_at", "2026-11-20T10:00:00.000Z"));

    assert!(party.sign_in().await.is_ok());
}

#[tokio::test]
async fn cfg_02_a_claim_of_the_wrong_type_is_named_and_not_quoted() {
    let party = Party::new().await;

    let reason = party
        .refusal([Fault::claim("address", "1 Canary Street")])
        .await;

    assert!(reason.contains("address"), "{reason}");
    assert!(!reason.contains("Canary"), "{reason}");

    let in_userinfo = [
        Fault::without_claim("email"),
        Fault::userinfo("address", "1 Canary Street"),
    ];
    let reason = party.unusable(in_userinfo).await;
    assert!(reason.contains("address"), "{reason}");
    assert!(!reason.contains("Canary"), "{reason}");
}
