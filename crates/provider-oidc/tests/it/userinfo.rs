use belgie_idp_emulator::{Answer, Endpoint, Fault, UserinfoFault};
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

#[tokio::test]
async fn idt_17_a_signed_or_malformed_userinfo_reply_ends_the_sign_in() {
    let party = Party::new().await;
    for fault in [
        Fault::Userinfo(UserinfoFault::Jwt),
        Fault::answer(Endpoint::Userinfo, Answer::Status(401)),
        Fault::answer(Endpoint::Userinfo, Answer::Status(500)),
        Fault::answer(Endpoint::Userinfo, Answer::html()),
        Fault::answer(
            Endpoint::Userinfo,
            Answer::Reply {
                status: 200,
                content_type: "text/html".to_owned(),
                body: r#"{"sub":"subject-1"}"#.to_owned(),
            },
        ),
        Fault::answer(Endpoint::Userinfo, Answer::json("[]")),
        Fault::answer(Endpoint::Userinfo, Answer::json("null")),
        Fault::answer(Endpoint::Userinfo, Answer::json("")),
        Fault::answer(
            Endpoint::Userinfo,
            Answer::json(r#"{"sub":"subject-1"}{"sub":"subject-2"}"#),
        ),
        Fault::answer(
            Endpoint::Userinfo,
            Answer::json(r#"{"sub":"subject-2","sub":"subject-1"}"#),
        ),
        Fault::answer(Endpoint::Userinfo, Answer::json("{\"sub\":".repeat(10_000))),
        Fault::answer(Endpoint::Userinfo, Answer::Status(204)),
        Fault::answer(Endpoint::Userinfo, Answer::HangUp),
        Fault::answer(Endpoint::Userinfo, Answer::Truncated),
        Fault::answer(Endpoint::Userinfo, Answer::Garbage),
    ] {
        let mut faults = short_id_token().to_vec();
        faults.push(fault);

        party.unusable(faults).await;
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
