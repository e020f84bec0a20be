use belgie_idp_emulator::{Answer, Endpoint, Fault, OddKey, Signature, UserinfoFault};
use belgie_ports::ProviderError;
use belgie_provider_oidc::EmailTrust;
use serde_json::Value;

use crate::party::Party;

/// The ID token is as short as the specification allows, so everything else comes from userinfo.
fn short_id_token() -> [Fault; 4] {
    ["email", "email_verified", "name", "picture"].map(Fault::without_claim)
}

#[tokio::test]
async fn userinfo_is_not_asked_for_what_the_id_token_says() {
    let party = Party::new().await;

    party.sign_in().await.unwrap();

    assert_eq!(party.idp.requests().userinfo, 0);
}

#[tokio::test]
async fn userinfo_completes_a_short_id_token() {
    let party = Party::with(|config| config.email_trust(EmailTrust::Always)).await;

    let identity = party.outcome(short_id_token()).await.unwrap();

    assert_eq!(identity.email.as_deref(), Some("jane@example.com"));
    assert!(identity.email_verified && identity.email_trusted);
    assert_eq!(identity.name.as_deref(), Some("Jane Doe"));
    assert!(identity.picture.is_some());
    assert_eq!(party.idp.requests().userinfo, 1);
}

#[tokio::test]
async fn userinfo_is_not_asked_for_what_the_scope_does_not_open() {
    let party = Party::with(|config| config.scopes(["openid"]).unwrap()).await;

    let identity = party.sign_in().await.unwrap();

    assert_eq!(identity.email, None);
    assert_eq!(party.idp.requests().userinfo, 0);
}

#[tokio::test]
async fn without_a_userinfo_endpoint_the_profile_is_that_of_the_id_token() {
    let party = Party::new().await;
    party
        .idp
        .fault(Fault::without_discovery("userinfo_endpoint"));

    let identity = party.outcome([Fault::without_claim("name")]).await.unwrap();

    assert_eq!(identity.name, None);
    assert_eq!(identity.email.as_deref(), Some("jane@example.com"));
}

#[tokio::test]
async fn idt_17_userinfo_of_another_subject_is_refused() {
    let party = Party::new().await;
    for sub in [
        "subject-2",
        "Subject-1",
        "",
        "subject-1 ",
        "subject-1\0",
        "subject-1,subject-2",
        "\u{ff53}ubject-1",
    ] {
        let mut faults = short_id_token().to_vec();
        faults.push(Fault::userinfo("sub", sub));

        let reason = party.refusal(faults).await;

        assert_eq!(reason, "userinfo is of another subject");
    }
}

#[tokio::test]
async fn idt_17_userinfo_without_a_subject_is_refused() {
    let party = Party::new().await;
    for fault in [
        Fault::without_userinfo("sub"),
        Fault::userinfo("sub", Value::Null),
        Fault::userinfo("sub", 7),
    ] {
        let mut faults = short_id_token().to_vec();
        faults.push(fault);

        let reason = party.refusal(faults).await;

        assert_eq!(reason, "userinfo does not name its subject");
    }
}

fn unusable_userinfo() -> Vec<Fault> {
    let answers = [
        Answer::Status(204),
        Answer::Status(401),
        Answer::Status(403),
        Answer::Status(500),
        Answer::html(),
        Answer::Reply {
            status: 200,
            content_type: "text/html".to_owned(),
            body: r#"{"sub":"subject-1"}"#.to_owned(),
        },
        Answer::json("[]"),
        Answer::json("null"),
        Answer::json(""),
        Answer::json(r#"{"sub":"subject-1"}{"sub":"subject-2"}"#),
        Answer::json(r#"{"sub":"subject-2","sub":"subject-1"}"#),
        Answer::json("{\"sub\":".repeat(10_000)),
        Answer::HangUp,
        Answer::Truncated,
        Answer::Garbage,
    ];
    let answers = answers.map(|answer| Fault::answer(Endpoint::Userinfo, answer));
    let signature = UserinfoFault::JwtSignature(Signature::OtherKey);
    let signature = Fault::Userinfo(signature);
    answers.into_iter().chain([signature]).collect()
}

#[tokio::test]
async fn idt_17_an_unusable_userinfo_reply_ends_a_sign_in_that_needs_the_address() {
    let party = Party::new().await;
    for fault in unusable_userinfo() {
        let mut faults = short_id_token().to_vec();
        faults.push(fault);

        party.unusable(faults).await;
    }
}

#[tokio::test]
async fn an_unusable_userinfo_reply_costs_no_more_than_the_name() {
    let party = Party::new().await;
    for fault in unusable_userinfo() {
        let faults = [Fault::without_claim("name"), fault.clone()];
        let identity = party.outcome(faults).await;
        let identity = identity.unwrap_or_else(|error| panic!("{error:?} under {fault:?}"));

        assert_eq!(identity.name, None, "{fault:?}");
        assert_eq!(identity.email.as_deref(), Some("jane@example.com"));
        assert!(identity.email_verified && identity.picture.is_some());
    }
}

#[tokio::test]
async fn a_userinfo_endpoint_that_does_not_answer_costs_no_more_than_the_name() {
    let party = Party::new().await;
    let silent = Fault::answer(Endpoint::Userinfo, Answer::Silent);

    let identity = party.outcome([Fault::without_claim("name"), silent]).await;

    assert_eq!(identity.unwrap().name, None);
}

#[tokio::test]
async fn idt_17_userinfo_of_or_for_somebody_else_is_refused_even_for_a_mere_name() {
    let party = Party::new().await;
    for faults in [
        vec![Fault::userinfo("sub", "subject-2")],
        vec![Fault::without_userinfo("sub")],
        vec![
            Fault::Userinfo(UserinfoFault::Jwt),
            Fault::userinfo("sub", "subject-2"),
        ],
        vec![
            Fault::Userinfo(UserinfoFault::Jwt),
            Fault::userinfo("iss", "https://evil.example"),
        ],
        vec![
            Fault::Userinfo(UserinfoFault::Jwt),
            Fault::userinfo("aud", "other"),
        ],
    ] {
        let faults = faults.into_iter().chain([Fault::without_claim("name")]);

        party.refused_for("userinfo", faults).await;
    }
}

fn signed_userinfo(faults: impl IntoIterator<Item = Fault>) -> Vec<Fault> {
    let signed = [Fault::Userinfo(UserinfoFault::Jwt)];
    let faults = signed.into_iter().chain(faults);
    short_id_token().into_iter().chain(faults).collect()
}

#[tokio::test]
async fn signed_userinfo_completes_a_short_id_token() {
    let party = Party::with(|config| config.email_trust(EmailTrust::Always)).await;
    for faults in [
        vec![],
        vec![
            Fault::without_userinfo("iss"),
            Fault::without_userinfo("aud"),
        ],
        vec![Fault::userinfo("aud", vec!["other", "client"])],
        vec![Fault::userinfo("exp", 1), Fault::userinfo("nonce", "other")],
    ] {
        let identity = party.outcome(signed_userinfo(faults)).await.unwrap();

        assert_eq!(identity.email.as_deref(), Some("jane@example.com"));
        assert!(identity.email_verified && identity.email_trusted);
        assert_eq!(identity.name.as_deref(), Some("Jane Doe"));
    }
    assert_eq!(party.idp.requests().jwks, 1);
}

#[tokio::test]
async fn signed_userinfo_follows_a_rotation_of_the_keys() {
    let party = Party::new().await;
    party.sign_in().await.unwrap();
    party.idp.rotate_keys();
    let faults = signed_userinfo([Fault::signature(Signature::RetiredKey)]);

    let outcome = party.outcome(faults).await;

    assert!(outcome.is_ok(), "{outcome:?}");
    assert_eq!(party.idp.requests().jwks, 2);
}

#[tokio::test]
async fn idt_01_and_idt_02_the_signature_of_userinfo_is_checked_as_that_of_an_id_token_is() {
    for (signature, expected) in [
        (Signature::BitFlipped, "it has a wrong signature"),
        (Signature::OtherKey, "it has a wrong signature"),
        (Signature::EmbeddedKey, "it is signed by an unknown key"),
        (Signature::None, "it is signed by \"none\""),
        (Signature::NoneButSigned, "it is signed by \"none\""),
        (Signature::ClientSecret, "it is signed by \"HS256\""),
        (Signature::PublicKeyPem, "it is signed by \"HS256\""),
        (Signature::Odd(OddKey::EcP256), "it is signed by \"ES256\""),
    ] {
        let party = Party::new().await;
        let fault = Fault::Userinfo(UserinfoFault::JwtSignature(signature));

        let reason = party.unusable(signed_userinfo([fault])).await;

        assert!(reason.ends_with(expected), "{signature:?}: {reason}");
    }
}

#[tokio::test]
async fn idt_17_signed_userinfo_of_or_for_somebody_else_is_refused() {
    let party = Party::new().await;
    for (fault, expected) in [
        (
            Fault::userinfo("sub", "subject-2"),
            "userinfo is of another subject",
        ),
        (
            Fault::without_userinfo("sub"),
            "userinfo does not name its subject",
        ),
        (
            Fault::userinfo("iss", "https://evil.example"),
            "userinfo is of another issuer (iss)",
        ),
        (
            Fault::userinfo("aud", "other"),
            "userinfo is for another client (aud)",
        ),
    ] {
        let reason = party.refusal(signed_userinfo([fault])).await;

        assert_eq!(reason, expected);
    }
}

#[tokio::test]
async fn idt_19_encrypted_or_malformed_userinfo_is_refused_as_such() {
    let party = Party::new().await;
    for (body, expected) in [
        ("e30.e30.e30.e30.e30", "it is encrypted"),
        ("e30.e30", "it does not have three parts"),
        ("", "it does not have three parts"),
        (r#"{"sub":"subject-1"}"#, "it does not have three parts"),
        (
            "e30=.e30.e30",
            "it has a header that is not canonical base64url",
        ),
        ("e30.e30.e30", "missing field `alg`"),
    ] {
        let answer = Answer::Reply {
            status: 200,
            content_type: "application/jwt".to_owned(),
            body: body.to_owned(),
        };
        let fault = Fault::answer(Endpoint::Userinfo, answer);

        let reason = party.unusable(signed_userinfo([fault])).await;

        assert!(reason.ends_with(expected), "{body}: {reason}");
    }
}

#[tokio::test]
async fn a_refused_id_token_is_not_followed_by_a_userinfo_request() {
    let party = Party::new().await;
    let mut faults = short_id_token().to_vec();
    faults.push(Fault::claim("nonce", "other"));

    let outcome = party.outcome(faults).await;

    assert!(matches!(outcome, Err(ProviderError::InvalidIdentity(_))));
    assert_eq!(party.idp.requests().userinfo, 0);
}
