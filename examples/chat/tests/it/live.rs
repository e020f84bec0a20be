use std::time::Duration;

use serde_json::json;

use crate::support::{Place, Site, on_both};

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
    let place = Place::sqlite();
    let site = Site::with(&place, |settings| {
        settings.session_age = Duration::from_secs(3);
    });
    let site = site.await;
    let jane = site.person("jane").await;
    let (first, again) = (jane.clone().by_access_token().await, jane.user.id);
    let conversation = first.conversation().await;
    let mut events = first.watch(&conversation).await;
    let (_, answer) = first.say(&conversation, &"word ".repeat(40)).await;
    events.find("delta").await;

    let end = events.find("end").await;

    assert_eq!(end, json!({"code": "session_expired"}));
    assert!(events.next().await.is_none());
    assert_eq!(first.get("/api/conversations").await.0, 401);
    let jane = site.sign_in(again).await;
    let mut events = jane.watch(&conversation).await;
    let complete = events.message(&answer["id"], "complete").await;
    assert!(complete["text"].as_str().unwrap().ends_with("here."));
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
