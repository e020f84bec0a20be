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
        let draft = events.draft(&answer["id"]).await;
        let complete = events.complete(&answer["id"]).await;
        let text = complete["text"].as_str().unwrap();
        assert!(text.starts_with(draft["text"].as_str().unwrap()));
        assert_eq!(text, "“what is this echo in here?” is just what I was about to ask you.");
        let (_, listed) = jane.get(&format!("{conversation}/messages")).await;
        assert_eq!(listed["items"][0], complete);
    }

    async fn who_comes_later_reads_how_far_an_answer_is_and_hears_the_rest(place) {
        let partner = FakePartner::start();
        let site = Site::with(&place, |settings| partner.answer(settings, "waits")).await;
        let jane = site.person("jane").await;
        let conversation = jane.conversation().await;
        let mut events = jane.watch(&conversation).await;
        let (_, answer) = jane.say(&conversation, "Hello?").await;
        let draft = events.draft(&answer["id"]).await;
        assert_eq!((&draft["text"], &draft["is_pending"]), (&json!("One "), &json!(true)));

        let mut later = jane.watch(&conversation).await;
        assert_eq!(later.next().await.unwrap().0, "ready");
        let (_, listed) = jane.get(&format!("{conversation}/messages")).await;
        partner.end_answer();

        assert_eq!(listed["items"][0], draft);
        for events in [&mut events, &mut later] {
            assert_eq!(events.complete(&answer["id"]).await["text"], "One two.");
        }
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
        partner.answer(settings, "waits");
        settings.partner_timeout = 300;
    });
    let site = site.await;
    let jane = site.person("jane").await;
    let conversation = jane.conversation().await;
    let mut events = jane.watch(&conversation).await;
    let (_, answer) = jane.say(&conversation, "Hello?").await;
    events.draft(&answer["id"]).await;

    // Tokens of a chat whose sessions are short.
    let brief = Site::with(&place, |settings| {
        settings.session_age = 8;
        settings.base_url = site.url.clone();
    });
    let brief = brief.await;
    // A busy machine may need longer than a token lasts to use it.
    let mut is_heard = false;
    for _ in 0..10 {
        let briefly = brief.sign_in(jane.user.id).await;
        let briefly = briefly.by_access_token().await.at(&site);
        is_heard = hears_until_its_token_ends(briefly, &conversation).await;
        if is_heard {
            break;
        }
    }
    assert!(is_heard);

    partner.end_answer();
    let complete = events.complete(&answer["id"]).await;
    assert_eq!(complete["text"], "One two.");
}

/// Watches until the token ends, while the partner waits. Returns whether the stream had begun before.
async fn hears_until_its_token_ends(jane: Caller<'_>, conversation: &str) -> bool {
    let path = format!("{conversation}/stream");
    let response = jane.request(Method::GET, &path).send().await.unwrap();
    if response.status() == 401 {
        return false;
    }
    let mut events = Events::of(response);
    assert_eq!(events.next().await.unwrap().0, "ready");
    let end = events.next().await.unwrap();
    assert_eq!(end, ("end".to_owned(), json!({"code": "session_expired"})));
    assert!(events.next().await.is_none());
    assert_eq!(jane.get("/api/conversations").await.0, 401);
    true
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
