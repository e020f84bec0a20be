use std::time::Duration;

use reqwest::Method;
use serde_json::json;

use crate::support::{Caller, Events, FakePartner, Place, Site, on_both};

on_both! {
    async fn an_answer_is_streamed_and_then_stored(place) {
        let site = Site::start(&place).await;
        let jane = site.person("jane").await.by_access_token().await;
        let conversation = jane.conversation().await;
        let mut events = jane.watch(&conversation).await;
        assert_eq!(events.next().await.unwrap().0, "ready");

        let (message, answer) = jane.say(&conversation, "what is this echo in here?").await;

        assert_eq!(events.find("message").await, message);
        assert_eq!(events.find("message").await, answer);
        let delta = events.find("delta").await;
        assert_eq!(delta["id"], answer["id"]);
        // Who comes later sees at once how far the answer is.
        let mut later = jane.watch(&conversation).await;
        assert_eq!(later.next().await.unwrap().0, "ready");
        let (event, so_far) = later.next().await.unwrap();
        assert_eq!((&*event, &so_far["id"]), ("delta", &answer["id"]));
        let complete = events.message(&answer["id"], "complete").await;
        let text = complete["text"].as_str().unwrap();
        assert!(text.starts_with(so_far["text"].as_str().unwrap()));
        assert_eq!(text, "“what is this echo in here?” is just what I was about to ask you.");
        assert_eq!(later.message(&answer["id"], "complete").await, complete);
        let (_, listed) = jane.get(&format!("{conversation}/messages")).await;
        assert_eq!(listed["messages"][0], complete);
    }
}

#[actix_web::test]
async fn two_people_hear_only_of_their_own() {
    let place = Place::sqlite();
    let site = Site::start(&place).await;
    let (jane, john) = (site.person("jane").await, site.person("john").await);
    let (of_jane, of_john) = (jane.conversation().await, john.conversation().await);
    let (mut jane_hears, mut john_hears) = (jane.watch(&of_jane).await, john.watch(&of_john).await);

    let (said, _) = jane.say(&of_jane, "from jane").await;
    let (told, _) = john.say(&of_john, "from john").await;

    assert_eq!(jane_hears.find("message").await, said);
    assert_eq!(john_hears.find("message").await, told);
}

#[actix_web::test]
async fn a_stream_ends_with_its_token_and_the_answer_goes_on() {
    let (place, partner) = (Place::sqlite(), FakePartner::start());
    let site = Site::with(&place, |settings| {
        settings.partner = Some(partner.that("waits"));
        settings.partner_timeout = Duration::from_secs(300);
    });
    let site = site.await;
    let jane = site.person("jane").await;
    let conversation = jane.conversation().await;
    let mut events = jane.watch(&conversation).await;
    let (_, answer) = jane.say(&conversation, "Hello?").await;
    events.find("delta").await;

    // Tokens of a chat whose sessions are short.
    let brief = Site::with(&place, |settings| {
        settings.session_age = Duration::from_secs(8);
        settings.base_url = site.url.clone();
    });
    let brief = brief.await;
    // A busy machine may need longer than a token lasts to use it.
    let mut is_heard = false;
    for _ in 0..10 {
        let briefly = brief.sign_in(jane.user.id).await;
        let briefly = briefly.by_access_token().await.at(&site);
        is_heard = hears_an_answer_until_its_token_ends(briefly, &conversation).await;
        if is_heard {
            break;
        }
    }
    assert!(is_heard);

    partner.end_answer();
    let complete = events.message(&answer["id"], "complete").await;
    assert_eq!(complete["text"], "One two.");
}

/// Watches until the token ends. Returns whether the answer was heard before.
async fn hears_an_answer_until_its_token_ends(jane: Caller<'_>, conversation: &str) -> bool {
    let path = format!("{conversation}/stream");
    let response = jane.request(Method::GET, &path).send().await.unwrap();
    if response.status() == 401 {
        return false;
    }
    let (mut events, mut heard) = (Events::of(response), Vec::new());
    let end = loop {
        let (event, data) = events.next().await.unwrap();
        if event == "end" {
            break data;
        }
        heard.push(event);
    };
    assert_eq!(end, json!({"code": "session_expired"}));
    assert!(events.next().await.is_none());
    assert_eq!(jane.get("/api/conversations").await.0, 401);
    heard == ["ready", "delta"]
}

#[actix_web::test]
async fn a_stream_ends_when_its_session_does() {
    let place = Place::sqlite();
    let site = Site::start(&place).await;
    let jane = site.person("jane").await.by_access_token().await;
    let mut events = jane.watch(&jane.conversation().await).await;
    events.find("ready").await;

    let operator = site.chat.belgie.auth().operator();
    operator.revoke_sessions_of(jane.user.id).await.unwrap();

    assert_eq!(events.find("end").await, json!({"code": "session_expired"}));
    assert!(events.next().await.is_none());
}

#[actix_web::test]
async fn streams_end_when_the_server_stops() {
    let place = Place::sqlite();
    let site = Site::start(&place).await;
    let jane = site.person("jane").await;
    let mut events = jane.watch(&jane.conversation().await).await;
    events.find("ready").await;

    site.chat.live.shutdown.cancel();

    assert_eq!(events.find("end").await, json!({"code": "shutdown"}));
    assert!(events.next().await.is_none());
}
