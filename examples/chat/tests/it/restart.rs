use serde_json::json;

use crate::support::{FakePartner, Site, on_both};

on_both! {
    async fn an_answer_that_a_restart_interrupted_has_failed(place) {
        let partner = FakePartner::start();
        let site = Site::with(&place, |settings| partner.answer(settings, "stalls")).await;
        let jane = site.person("jane").await;
        let conversation = jane.conversation().await;
        let mut events = jane.watch(&conversation).await;
        let (message, answer) = jane.say(&conversation, "hello").await;
        events.draft(&answer["id"]).await;
        let user = jane.user.id;
        site.kill().await;

        let site = Site::start(&place).await;

        let jane = site.sign_in(user).await;
        let (_, listed) = jane.get(&format!("{conversation}/messages")).await;
        let failed = &listed["items"][0];
        assert_eq!((&failed["id"], &failed["is_pending"]), (&answer["id"], &json!(false)));
        assert_eq!(failed["error"], "The server was restarted.");
        assert_eq!(failed["text"], "Grüße");
        assert_eq!(listed["items"][1], message);
        let mut events = jane.watch(&conversation).await;
        let (_, answer) = jane.say(&conversation, "hello again").await;
        let complete = events.complete(&answer["id"]).await;
        assert!(complete["text"].as_str().unwrap().contains("hello again"));
    }
}
