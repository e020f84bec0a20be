use belgie_idp_emulator::{Answer, Endpoint, Fault};
use belgie_ports::ProviderError;
use serde_json::{Value, json};

use crate::party::Party;

#[tokio::test]
async fn idt_18_replies_that_are_no_token_reply_make_the_provider_unusable() {
    let party = Party::new().await;
    for answer in [
        Answer::html(),
        Answer::json("null"),
        Answer::json("[]"),
        Answer::json("\"text\""),
        Answer::json("{\""),
        Answer::json("{}"),
        Answer::json(""),
        Answer::json(r#"["token","Bearer"]"#),
        Answer::Truncated,
        Answer::CutOff,
        Answer::Garbage,
        Answer::Status(204),
        Answer::Status(403),
        Answer::Status(500),
        Answer::Status(503),
        Answer::Reply {
            status: 200,
            content_type: "application/jwt".to_owned(),
            body: "{}".to_owned(),
        },
        Answer::Reply {
            status: 400,
            content_type: "application/json".to_owned(),
            body: "{}".to_owned(),
        },
    ] {
        party
            .unusable([Fault::answer(Endpoint::Token, answer)])
            .await;
    }
    assert!(party.sign_in().await.is_ok());
}

#[tokio::test]
async fn idt_18_fields_of_the_wrong_type_make_the_provider_unusable() {
    let party = Party::new().await;
    for (name, value) in [
        ("access_token", Value::Null),
        ("access_token", json!(7)),
        ("access_token", json!(["token"])),
        ("access_token", json!("")),
        ("token_type", json!("mac")),
        ("token_type", json!("N_A")),
        ("token_type", json!(7)),
        ("token_type", Value::Null),
        ("expires_in", json!("3600")),
        ("expires_in", json!(-1)),
        ("scope", json!(["openid"])),
        ("scope", json!(7)),
        ("refresh_token", json!(7)),
        ("id_token", json!(7)),
        ("id_token", json!(["token"])),
        ("id_token", json!({})),
    ] {
        let fault = Fault::token_reply(name, value.clone());

        let reason = party.unusable([fault]).await;

        assert!(
            reason.contains("cannot be read"),
            "{name}={value}: {reason}"
        );
    }
    for name in ["access_token", "token_type"] {
        party.unusable([Fault::without_token_reply(name)]).await;
    }
}

#[tokio::test]
async fn idt_18_the_token_type_is_compared_without_case() {
    let party = Party::new().await;
    for token_type in ["BEARER", "bearer", "Bearer"] {
        let outcome = party
            .outcome([Fault::token_reply("token_type", token_type)])
            .await;

        assert!(outcome.is_ok(), "{token_type}: {outcome:?}");
    }
    assert!(
        party
            .outcome([Fault::without_token_reply("expires_in")])
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn idt_18_an_access_token_that_fits_no_header_is_refused_without_a_panic() {
    let party = Party::new().await;
    for token in ["a\r\nX-Injected: 1", "a\u{0}b", "é", "\u{7f}"] {
        let faults = [
            Fault::token_reply("access_token", token),
            Fault::without_claim("email"),
        ];

        let reason = party.unusable(faults).await;

        assert!(reason.contains("not printable ASCII"), "{reason}");
    }
    assert_eq!(party.idp.requests().userinfo, 0);
}

#[tokio::test]
async fn idt_18_a_reply_without_an_id_token_is_refused() {
    let party = Party::new().await;
    for fault in [
        Fault::without_token_reply("id_token"),
        Fault::token_reply("id_token", Value::Null),
        Fault::token_reply("id_token", ""),
    ] {
        let reason = party.refusal([fault]).await;

        assert_eq!(reason, "the token endpoint gave no ID token");
    }
}

#[tokio::test]
async fn errors_of_the_token_endpoint_say_what_they_mean() {
    let party = Party::new().await;

    let rejected = party.outcome([Fault::token_error("invalid_grant")]).await;
    assert!(matches!(rejected, Err(ProviderError::CodeRejected)));

    for code in [
        "invalid_client",
        "unauthorized_client",
        "invalid_request",
        "odd",
    ] {
        let reason = party.unusable([Fault::token_error(code)]).await;

        assert!(reason.contains(code), "{reason}");
    }
}

#[tokio::test]
async fn cfg_04_no_error_carries_a_body_a_code_or_a_secret() {
    let party = Party::new().await;
    let body = r#"{"access_token":"c4nary","token_type":"c4nary"#;
    for fault in [
        Fault::answer(Endpoint::Token, Answer::json(body)),
        Fault::answer(Endpoint::Jwks, Answer::json(body)),
        Fault::token_reply("token_type", "mac"),
    ] {
        party.idp.fault(fault);
        let begun = party.begin().await.unwrap();
        let code = begun.parameter("code").unwrap();
        let Err(error) = party.complete(&begun).await else {
            panic!("a sign-in under a fault");
        };
        party.idp.clear_faults();

        let shown = format!("{error:?} {}", crate::party::causes(&error));

        for secret in ["c4nary", &code, begun.code_verifier.secret(), "\"secret\""] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }
}
