use serde_json::json;

use crate::support::{FakePartner, Site, on_both};

on_both! {
    async fn an_answer_that_a_restart_interrupted_has_failed_and_is_tried_again(place) {
        let partner = FakePartner::start();
        let site = Site::with(&place, |settings| settings.partner = Some(partner.that("stalls"))).await;
        let jane = site.person("jane").await;
        let conversation = jane.conversation().await;
        let mut events = jane.watch(&conversation).await;
        let (message, answer) = jane.say(&conversation, "hello").await;
        events.find("delta").await;
        let user = jane.user.id;
        site.kill().await;

        let site = Site::start(&place).await;

        let jane = site.sign_in(user).await;
        let (_, listed) = jane.get(&format!("{conversation}/messages")).await;
        let failed = &listed["messages"][0];
        assert_eq!((&failed["id"], &failed["state"]), (&answer["id"], &json!("failed")));
        assert_eq!(failed["error"], "The server was restarted.");
        assert_eq!(listed["messages"][1], message);
        let mut events = jane.watch(&conversation).await;
        let path = format!("{conversation}/messages/{}/retry", answer["id"].as_str().unwrap());
        assert_eq!(jane.post(&path, &json!({})).await.0, 202);
        let complete = events.message(&answer["id"], "complete").await;
        assert!(complete["text"].as_str().unwrap().contains("hello"));
        assert_eq!(jane.post(&path, &json!({})).await.0, 409);
    }
}
