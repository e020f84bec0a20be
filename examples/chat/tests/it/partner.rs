use std::time::Duration;

use chat::settings::Settings;
use serde_json::{Value, json};

use crate::support::{FakePartner, Place, Site, on_both};

on_both! {
    async fn a_language_model_is_told_the_conversation_and_its_answer_streamed(place) {
        let mut partner = FakePartner::start();
        let site = Site::with(&place, |settings| settings.partner = Some(partner.that("answers"))).await;
        let jane = site.person("jane").await;
        let conversation = jane.conversation().await;
        let mut events = jane.watch(&conversation).await;

        let (_, answer) = jane.say(&conversation, "Hello?").await;

        let complete = events.message(&answer["id"], "complete").await;
        assert_eq!(complete["text"], "Grüße, Welt.");
        assert_eq!(complete["error"], Value::Null);
        partner.asked().await;
        jane.say(&conversation, "And now?").await;
        assert_eq!(partner.asked().await, json!({
            "model": "the model",
            "stream": true,
            "messages": [
                {"role": "user", "content": "Hello?"},
                {"role": "assistant", "content": "Grüße, Welt."},
                {"role": "user", "content": "And now?"},
            ],
        }));
    }
}

#[actix_web::test]
async fn a_partner_that_fails_is_said_to_have_failed() {
    for (kind, text, error) in [
        ("stalls", "Grüße", "The partner took too long."),
        (
            "refuses",
            "",
            "The partner refused to answer (HTTP status 500).",
        ),
        (
            "babbles",
            "One ",
            "The partner's answer cannot be understood.",
        ),
        ("says-nothing", "", "The partner said nothing."),
    ] {
        let partner = FakePartner::start();
        let (message, _) = ask(|settings| {
            settings.partner = Some(partner.that(kind));
            settings.partner_timeout = Duration::from_secs(5);
        })
        .await;

        assert_eq!(
            (&message["text"], &message["error"]),
            (&json!(text), &json!(error)),
            "{kind}"
        );
    }
}

#[actix_web::test]
async fn an_answer_that_is_too_long_is_cut_off() {
    let partner = FakePartner::start();

    let (message, _) = ask(|settings| settings.partner = Some(partner.that("rambles"))).await;

    assert_eq!(message["text"].as_str().unwrap().len(), 60_000);
    assert_eq!(message["error"], "The partner's answer is too long.");
}

#[actix_web::test]
async fn a_partner_that_is_not_there_cannot_be_reached() {
    let (message, retried) = ask(|settings| {
        let mut partner = FakePartner::start().that("answers");
        partner.url = "http://127.0.0.1:1".to_owned();
        settings.partner = Some(partner);
    })
    .await;

    assert_eq!(
        message["error"],
        "The partner cannot be reached, or broke off."
    );
    assert_eq!(
        (&retried["state"], &retried["error"]),
        (&json!("pending"), &Value::Null)
    );
}

/// Asks a partner that fails; returns the failed answer, and what is answered when it is tried again.
async fn ask(change: impl FnOnce(&mut Settings)) -> (Value, Value) {
    let place = Place::sqlite();
    let site = Site::with(&place, change).await;
    let jane = site.person("jane").await;
    let conversation = jane.conversation().await;
    let mut events = jane.watch(&conversation).await;
    let (message, answer) = jane.say(&conversation, "hello").await;
    let failed = events.message(&answer["id"], "failed").await;
    let (_, listed) = jane.get(&format!("{conversation}/messages")).await;
    assert_eq!(listed["messages"][0], failed);

    let retry = |id: &Value| format!("{conversation}/messages/{}/retry", id.as_str().unwrap());
    let refused = jane.post(&retry(&message["id"]), &json!({})).await;
    assert_eq!(
        (refused.0, &refused.1["code"]),
        (409, &json!("invalid_request"))
    );
    let (status, retried) = jane.post(&retry(&answer["id"]), &json!({})).await;
    assert_eq!((status, &retried["text"]), (202, &json!("")));
    events.message(&answer["id"], "failed").await;
    (failed, retried)
}
