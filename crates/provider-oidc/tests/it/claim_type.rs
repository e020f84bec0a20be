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
async fn idt_14_claims_that_decide_are_refused_when_they_have_the_wrong_type() {
    let party = Party::new().await;
    for (name, value) in [
        ("iss", json!(["https://id.example.com"])),
        ("iss", Value::Null),
        ("aud", json!({ "client": true })),
        ("aud", Value::Null),
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
        ("auth_time", Value::Null),
        ("nonce", json!(7)),
        ("nonce", json!(["x"])),
        ("nonce", Value::Null),
        ("azp", json!(["client"])),
        ("azp", Value::Null),
        ("at_hash", Value::Null),
        ("at_hash", json!(7)),
        ("at_hash", json!({})),
    ] {
        let reason = party.refusal([Fault::claim(name, value.clone())]).await;

        assert!(
            reason.starts_with(&format!("the ID token cannot be read: {name}: ")),
            "{name}={value}: {reason}"
        );
    }
}

#[tokio::test]
async fn idt_14_claims_that_nobody_uses_are_not_read() {
    let party = Party::new().await;
    let unused = [
        ("address", json!("1 Main Street")),
        ("phone_number_verified", json!("false")),
        ("updated_at", json!("Wed Apr 04 18:45:44 CEST 2018")),
        ("updated_at", json!("2024-01-02T03:04:05+0000")),
        ("birthdate", json!(0)),
        ("gender", json!({})),
        ("locale", json!([])),
        ("acr", json!(0)),
        ("amr", json!("pwd")),
        ("c_hash", Value::Null),
        ("https://example.com/claim", json!([[]])),
    ];
    for (name, value) in unused {
        let in_id_token = [Fault::claim(name, value.clone())];
        let in_userinfo = [
            Fault::without_claim("email"),
            Fault::userinfo(name, value.clone()),
        ];
        for faults in [&in_id_token[..], &in_userinfo] {
            let identity = party.outcome(faults.to_vec()).await.unwrap();

            assert_eq!(identity.email.as_deref(), Some("jane@example.com"));
            assert_eq!(identity.name.as_deref(), Some("Jane Doe"), "{name}");
        }
    }
}

#[tokio::test]
async fn idt_14_an_unusable_name_or_picture_counts_as_absent() {
    let party = Party::new().await;
    let unusable = [
        json!(12345),
        json!(false),
        json!({ "first": "Jane" }),
        json!(["Jane"]),
        Value::Null,
    ];
    for value in unusable {
        let in_both = |name: &str| {
            [
                Fault::claim(name, value.clone()),
                Fault::userinfo(name, value.clone()),
            ]
        };
        let nameless = party.outcome(in_both("name")).await.unwrap();
        let faceless = party.outcome(in_both("picture")).await.unwrap();

        assert_eq!((nameless.name, faceless.picture), (None, None), "{value}");
        assert!(nameless.picture.is_some() && faceless.name.is_some());
    }
    let unusable = [Fault::claim("name", 12345)];
    let identity = party.outcome(unusable).await.unwrap();
    assert_eq!(
        identity.name.as_deref(),
        Some("Jane Doe"),
        "as userinfo has it"
    );
}

#[tokio::test]
async fn idt_14_an_unusable_organisation_is_none() {
    let open = Party::new().await;
    let closed = Party::with(|config| config.hosted_domain("example.com")).await;
    for value in [json!(["example.com"]), json!(true), Value::Null] {
        let faults = || [Fault::claim("hd", value.clone())];

        assert_eq!(open.outcome(faults()).await.unwrap().hosted_domain, None);
        closed.refused_for("no hosted domain", faults()).await;
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
async fn cfg_02_a_claim_of_the_wrong_type_is_named_and_not_quoted() {
    let party = Party::new().await;

    let reason = party
        .refusal([Fault::claim("auth_time", "1 Canary Street")])
        .await;

    assert!(reason.contains("auth_time"), "{reason}");
    assert!(!reason.contains("Canary"), "{reason}");
}
