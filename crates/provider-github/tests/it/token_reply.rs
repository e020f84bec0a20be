//! The token endpoint's habits and faults.

use belgie_idp_emulator::{Answer, Endpoint, Fault};
use belgie_ports::{Clock as _, ProviderError};
use chrono::TimeDelta;
use serde_json::json;

use crate::party::{Party, SECRET, parameter};

fn replies(body: &(impl ToString + ?Sized)) -> Fault {
    Fault::answer(Endpoint::Token, Answer::json(body.to_string()))
}

#[tokio::test]
async fn the_tokens_are_those_of_the_reply() {
    let party = Party::new().await;

    let tokens = party.sign_in().await.unwrap().tokens.unwrap();

    assert!(tokens.access_token().starts_with("gho_"));
    assert_eq!(tokens.scope(), Some("read:user user:email"));
    assert_eq!((tokens.refresh_token(), tokens.expires_at()), (None, None));
}

#[tokio::test]
async fn tokens_of_a_github_app_expire() {
    let party = Party::new().await;
    for (name, value) in [
        ("expires_in", json!(28_800)),
        ("refresh_token", json!("ghr_1")),
        ("scope", json!("")),
    ] {
        party.idp.fault(Fault::token_reply(name, value));
    }

    let tokens = party.sign_in().await.unwrap().tokens.unwrap();

    let expected = party.clock.now() + TimeDelta::hours(8);
    assert_eq!(tokens.expires_at(), Some(expected));
    assert_eq!(tokens.refresh_token(), Some("ghr_1"));
}

#[tokio::test]
async fn a_bad_verification_code_is_a_rejected_code() {
    let party = Party::new().await;
    let code = parameter(&party.authorized().await, "code").unwrap();
    party.exchange(&code, None).await.unwrap();

    for code in [&code, "unknown"] {
        let Err(ProviderError::CodeRejected(Some(error))) = party.exchange(code, None).await else {
            panic!("{code} is accepted");
        };
        let expected = "bad_verification_code: The code passed is incorrect or expired.";
        assert_eq!(error.to_string(), expected);
    }
    let outcome = party.outcome(Fault::token_error("invalid_grant")).await;
    assert!(
        matches!(outcome, Err(ProviderError::CodeRejected(_))),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn other_errors_reach_the_log() {
    let party = Party::new().await;
    for code in [
        "incorrect_client_credentials",
        "redirect_uri_mismatch",
        "application_suspended",
    ] {
        let reason = party.unusable(Fault::token_error(code)).await;

        let expected = format!("the token endpoint returned the error {code}: a deliberate fault");
        assert_eq!(reason, expected);
    }
    let reply = json!({ "error": "incorrect_client_credentials", "access_token": "gho_1", "token_type": "bearer" });
    let reason = party.unusable(replies(&reply)).await;
    assert!(reason.contains("incorrect_client_credentials"), "{reason}");
}

#[tokio::test]
async fn a_person_without_a_verified_address_is_refused_by_github() {
    let party = Party::new().await;

    let outcome = party.outcome(Fault::token_error("unverified_user_email"));

    let Err(ProviderError::InvalidIdentity(reason)) = outcome.await else {
        panic!("nobody verified anything");
    };
    let expected = "the person has not verified the primary e-mail address at GitHub";
    assert_eq!(reason.as_str(), expected);
}

#[tokio::test]
async fn cfg_02_what_github_quotes_in_an_error_is_concealed() {
    let party = Party::new().await;
    let code = "c0de-of-the-person";
    let description = format!("{SECRET} is not right for {code}\u{7}");
    let reply = json!({ "error": SECRET, "error_description": description });
    party.idp.fault(replies(&reply));

    let Err(ProviderError::Unavailable(reason)) = party.exchange(code, None).await else {
        panic!("the error is taken for a token");
    };

    let expected = "the token endpoint returned the error ...: ... is not right for ...?";
    assert_eq!(reason.to_string(), expected);
}

#[tokio::test]
async fn idt_18_a_reply_without_a_bearer_token_is_refused() {
    let party = Party::new().await;
    for (fault, expected) in [
        (replies("null"), "not a JSON object"),
        (replies("[]"), "not a JSON object"),
        (replies("{}"), "neither a token nor an error"),
        (replies(r#"{"access_token":"#), "EOF"),
        (
            replies(&json!({ "access_token": "", "token_type": "bearer" })),
            "neither a token",
        ),
        (
            replies(&json!({ "access_token": 7, "token_type": "bearer" })),
            "access_token",
        ),
        (replies(&json!({ "error": 7 })), "error"),
        (
            replies(r#"{"access_token":"a","access_token":"b","token_type":"bearer"}"#),
            "duplicate",
        ),
        (
            Fault::token_reply("token_type", "mac"),
            "not a bearer token",
        ),
        (
            Fault::without_token_reply("token_type"),
            "not a bearer token",
        ),
        (
            Fault::token_reply("access_token", "a\r\nX-Injected: 1"),
            "malformed",
        ),
    ] {
        let reason = party.unusable(fault.clone()).await;

        assert!(reason.contains(expected), "{reason} under {fault:?}");
    }
    let shouted = Fault::token_reply("token_type", "BEARER");
    assert!(party.outcome(shouted).await.is_ok());
}
