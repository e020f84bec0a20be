use belgie_idp_emulator::{Answer, Endpoint, Fault};
use belgie_ports::{Clock as _, ProviderError};
use serde_json::{Value, json};

use crate::limit::{ENDPOINTS, at};
use crate::party::Party;

/// A reply that would do, but for its ID token.
const RIGHT: &str = r#"{"access_token":"a","token_type":"Bearer","id_token":"a.b.c"}"#;

fn reply(status: u16, content_type: &str, body: &str) -> Answer {
    Answer::Reply {
        status,
        content_type: content_type.to_owned(),
        body: body.to_owned(),
    }
}

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
        Answer::HangUp,
        Answer::json("\u{feff}{}"),
        Answer::json("true"),
        Answer::json("7"),
        Answer::json("[".repeat(200_000)),
        Answer::json("{\"a\":".repeat(40_000)),
        Answer::json(r#"{"error":"invalid_grant"}"#),
        Answer::json(format!("{RIGHT}{RIGHT}")),
        Answer::json(format!("{RIGHT}<p>")),
        Answer::json(format!("[{RIGHT}]")),
        reply(200, "text/html", RIGHT),
        reply(200, "text/json", RIGHT),
        reply(200, "application/jwt", RIGHT),
        reply(
            200,
            "application/x-www-form-urlencoded",
            "access_token=a&token_type=bearer",
        ),
        reply(201, "application/json", RIGHT),
        reply(202, "application/json", RIGHT),
        reply(206, "application/json", RIGHT),
        reply(400, "application/json", RIGHT),
        reply(401, "application/json", RIGHT),
        reply(400, "application/json", "{}"),
        reply(400, "application/json", r#"{"error":7}"#),
        reply(400, "text/html", r#"{"error":"invalid_grant"}"#),
        Answer::Status(204),
        Answer::Status(403),
        Answer::Status(404),
        Answer::Status(429),
        Answer::Status(500),
        Answer::Status(503),
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
        ("token_type", json!(["Bearer"])),
        ("token_type", json!("")),
        ("token_type", json!("Bearer ")),
        ("token_type", json!("DPoP")),
        ("access_token", json!({ "value": "token" })),
        ("refresh_token", json!(["token"])),
        ("id_token", json!(true)),
        ("scope", json!(7)),
        ("scope", json!([7])),
        ("refresh_token", json!(7)),
        ("id_token", json!(7)),
        ("id_token", json!(["token"])),
        ("id_token", json!({})),
    ] {
        let fault = Fault::token_reply(name, value.clone());

        let reason = party.unusable([fault]).await;

        assert!(
            reason.contains("could not read"),
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
    for token_type in ["BEARER", "bearer", "Bearer", "bEaReR"] {
        let outcome = party
            .outcome([Fault::token_reply("token_type", token_type)])
            .await;

        assert!(outcome.is_ok(), "{token_type}: {outcome:?}");
    }
}

#[tokio::test]
async fn idt_18_what_decides_nothing_may_be_spelt_otherwise() {
    let party = Party::new().await;
    for (name, value) in [
        ("scope", json!(["openid", "email"])),
        ("scope", json!("")),
        ("expires_in", json!("3600")),
        ("expires_in", json!("soon")),
        ("expires_in", json!(-1)),
        ("expires_in", json!(0.5)),
        ("expires_in", json!([3600])),
        ("refresh_token", json!("")),
    ] {
        let outcome = party
            .outcome([Fault::token_reply(name, value.clone())])
            .await;

        assert!(outcome.is_ok(), "{name}={value}: {outcome:?}");
    }
    let array = Fault::token_reply("scope", json!(["openid", "email"]));
    let identity = party.outcome([array]).await.unwrap();
    assert_eq!(identity.scope.as_deref(), Some("openid email"));
}

#[tokio::test]
async fn idt_18_what_a_reply_may_leave_out_may_be_missing() {
    let party = Party::new().await;
    for name in ["expires_in", "scope", "refresh_token"] {
        for fault in [
            Fault::without_token_reply(name),
            Fault::token_reply(name, Value::Null),
        ] {
            let outcome = party.outcome([fault]).await;

            assert!(outcome.is_ok(), "{name}: {outcome:?}");
        }
    }
    let unknown = Fault::token_reply("not_before_policy", json!({ "a": [0] }));
    assert!(party.outcome([unknown]).await.is_ok());
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

        assert_eq!(reason, "the token endpoint returned no ID token");
    }
}

#[tokio::test]
async fn errors_of_the_token_endpoint_say_what_they_mean() {
    let party = Party::new().await;

    let rejected = party.outcome([Fault::token_error("invalid_grant")]).await;
    let error = rejected.unwrap_err();
    assert!(matches!(error, ProviderError::CodeRejected(_)));
    assert_eq!(
        error.to_string(),
        "the provider refused the authorization code: invalid_grant: a deliberate fault"
    );

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
    for body in [
        r#"{"access_token":"c4nary","token_type":"c4nary"#,
        r#"{"access_token":"c4nary","token_type":"Bearer","expires_in":"c4nary"}"#,
        r#"{"access_token":["c4nary"],"token_type":"Bearer","id_token":"c4nary"}"#,
        r#"{"sub":"c4nary"}"#,
        r#""c4nary""#,
        "<p>c4nary",
        "c4nary",
    ] {
        for endpoint in ENDPOINTS {
            for answer in [
                Answer::json(body),
                reply(500, "text/plain", body),
                reply(400, "application/json", body),
            ] {
                // What is known from an earlier sign-in would serve instead.
                let party = Party::new().await;
                show_nothing_of(&party, at(endpoint, answer)).await;
            }
        }
    }
    let party = Party::new().await;
    show_nothing_of(&party, vec![Fault::token_reply("token_type", "c4nary")]).await;
}

#[tokio::test]
async fn cfg_02_a_provider_that_quotes_the_request_in_its_error_is_not_quoted() {
    for code in ["invalid_request", "invalid_grant"] {
        let party = Party::new().await;
        let begun = party.begin().await.unwrap();
        let authorization_code = begun.parameter("code").unwrap();
        let verifier = begun.code_verifier.secret();
        let text = format!("the code {authorization_code} of {verifier} does not fit");
        let body = json!({ "error": code, "error_description": text });
        let quoting = reply(400, "application/json", &body.to_string());
        party.idp.fault(Fault::answer(Endpoint::Token, quoting));

        let error = party.complete(&begun).await.unwrap_err();

        let shown = format!("{error:?} {}", crate::party::causes(&error));
        assert!(
            shown.contains("the code ... of ... does not fit"),
            "{shown}"
        );
        assert!(
            !shown.contains(&authorization_code) && !shown.contains(verifier),
            "{shown}"
        );
    }
}

/// Signs in under faults, and finds nothing in the error that was sent or received in confidence.
async fn show_nothing_of(party: &Party, faults: Vec<Fault>) {
    for fault in faults {
        party.idp.fault(fault);
    }
    let (mut secrets, error) = match party.begin().await {
        Ok(begun) => {
            let code = begun.parameter("code").unwrap();
            let error = party.complete(&begun).await.unwrap_err();
            (vec![code, begun.code_verifier.secret().to_owned()], error)
        }
        Err(error) => (Vec::new(), error),
    };
    secrets.extend(["c4nary", "\"secret\""].map(str::to_owned));

    let shown = format!("{error:?} {}", crate::party::causes(&error));

    for secret in secrets {
        assert!(!shown.contains(&secret), "{shown}");
    }
}

#[tokio::test]
async fn the_tokens_of_a_reply_are_passed_on_and_print_nothing() {
    let party = Party::new().await;
    party
        .idp
        .fault_once(Fault::token_reply("refresh_token", "c4nary-refresh"));
    party.idp.fault(Fault::token_reply("expires_in", 3599));
    let begun = party.begin().await.unwrap();

    let exchanged = party.exchange(&begun, &begun.nonce).await.unwrap();

    let tokens = exchanged.tokens.as_ref().unwrap();
    let life = tokens.expires_at().unwrap() - party.clock.now();
    assert_eq!(life.num_seconds(), 3599);
    assert_eq!(tokens.refresh_token(), Some("c4nary-refresh"));
    assert_eq!(tokens.scope(), Some("openid email profile"));
    assert_eq!(tokens.id_token().unwrap().split('.').count(), 3);
    let shown = format!("{exchanged:?} {exchanged:#?}");
    for secret in [tokens.access_token(), "c4nary", tokens.id_token().unwrap()] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[tokio::test]
async fn a_life_beyond_the_calendar_is_none_and_a_refresh_token_may_be_missing() {
    let party = Party::new().await;
    for (fault, expires) in [
        (Fault::token_reply("expires_in", u64::MAX), false),
        (Fault::without_token_reply("expires_in"), false),
        (Fault::token_reply("expires_in", 0), true),
        (Fault::token_reply("expires_in", "60"), true),
        (Fault::token_reply("refresh_token", ""), true),
    ] {
        party.idp.fault_once(fault);
        let begun = party.begin().await.unwrap();
        let exchanged = party.exchange(&begun, &begun.nonce).await.unwrap();

        let tokens = exchanged.tokens.unwrap();
        assert_eq!(tokens.expires_at().is_some(), expires);
        assert_eq!(tokens.refresh_token(), None);
    }
}
