use chat::settings::Settings;
use serde_json::{Value, json};

use crate::support::{FakePartner, Place, Site, on_both};

on_both! {
    async fn a_language_model_is_told_the_conversation_and_its_answer_streamed(place) {
        let mut partner = FakePartner::start();
        let site = Site::with(&place, |settings| partner.answer(settings, "answers")).await;
        let jane = site.person("jane").await;
        let conversation = jane.conversation().await;
        let mut events = jane.watch(&conversation).await;

        let (_, answer) = jane.say(&conversation, "Hello?").await;

        let complete = events.complete(&answer["id"]).await;
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
        let message = ask(|settings| {
            partner.answer(settings, kind);
            settings.partner_timeout = 5;
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

    let message = ask(|settings| partner.answer(settings, "rambles")).await;

    assert_eq!(message["text"].as_str().unwrap().len(), 60_000);
    assert_eq!(message["error"], "The partner's answer is too long.");
}

#[actix_web::test]
async fn a_partner_that_is_not_there_cannot_be_reached() {
    let nowhere = "http://127.0.0.1:1".to_owned();
    let message = ask(|settings| settings.partner_url = Some(nowhere)).await;

    assert_eq!(
        message["error"],
        "The partner cannot be reached, or broke off."
    );
}

/// Asks a partner that fails; returns the failed answer.
async fn ask(change: impl FnOnce(&mut Settings)) -> Value {
    let place = Place::sqlite();
    let site = Site::with(&place, change).await;
    let jane = site.person("jane").await;
    let conversation = jane.conversation().await;
    let mut events = jane.watch(&conversation).await;
    let (_, answer) = jane.say(&conversation, "hello").await;
    let failed = events.complete(&answer["id"]).await;
    let (_, listed) = jane.get(&format!("{conversation}/messages")).await;
    assert_eq!(listed["items"][0], failed);
    failed
}
