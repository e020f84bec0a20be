use std::collections::BTreeSet;

use belgie::auth::{AuthError, NewUser, UserRef};
use belgie::domain::EmailAddress;
use diesel::{Connection as _, SqliteConnection};
use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection as _};
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::support::{Site, on_both};

on_both! {
    async fn a_new_user_finds_a_conversation_of_welcome(place) {
        let site = Site::start(&place).await;
        let jane = site.person("jane").await;

        let (status, listed) = jane.get("/api/conversations").await;

        assert_eq!(status, 200);
        assert_eq!(listed["items"].as_array().unwrap().len(), 1);
        assert_eq!(listed["items"][0]["title"], "Welcome");
        let id = listed["items"][0]["id"].as_str().unwrap();
        let (_, listed) = jane.get(&format!("/api/conversations/{id}/messages")).await;
        assert_eq!(listed["items"][0]["is_answer"], true);
        assert_eq!(listed["items"][0]["is_pending"], false);
        assert_eq!(listed["next_cursor"], Value::Null);
    }

    async fn without_the_welcome_there_is_no_new_user(place) {
        let site = Site::start(&place).await;
        let drop_messages = "DROP TABLE messages";
        match place.url.strip_prefix("sqlite://") {
            Some(path) => {
                let mut db = SqliteConnection::establish(path).unwrap();
                diesel::connection::SimpleConnection::batch_execute(&mut db, drop_messages).unwrap();
            }
            None => {
                let mut db = <AsyncPgConnection as AsyncConnection>::establish(&place.url).await.unwrap();
                db.batch_execute(drop_messages).await.unwrap();
            }
        }
        let operator = site.chat.belgie.auth().operator();
        let email: EmailAddress = "jane@example.com".parse().unwrap();

        let refused = operator.create(NewUser::new(email.clone())).await;

        assert!(matches!(refused, Err(AuthError::Store(_))), "{refused:?}");
        let found = operator.find(&UserRef::Email(email)).await;
        assert!(matches!(found, Err(AuthError::NotFound(_))), "{found:?}");
    }

    async fn somebody_elses_conversation_does_not_exist(place) {
        let site = Site::start(&place).await;
        let (jane, john) = (site.person("jane").await, site.person("john").await);
        let conversation = jane.conversation().await;
        jane.say(&conversation, "hello").await;

        for path in ["messages", "stream"] {
            let (status, refused) = john.get(&format!("{conversation}/{path}")).await;
            assert_eq!((status, &refused["code"]), (404, &json!("not_found")), "{path}");
        }
        let sent = john.post(&format!("{conversation}/messages"), &json!({"text": "hi"})).await;
        assert_eq!((sent.0, &sent.1["code"]), (404, &json!("not_found")));
        let (_, own) = john.get("/api/conversations").await;
        assert_eq!(own["items"].as_array().unwrap().len(), 1);
    }

    async fn lists_are_read_page_by_page(place) {
        let site = Site::start(&place).await;
        let jane = site.person("jane").await;
        let mut conversations = Vec::new();
        for _ in 0..4 {
            conversations.push(jane.conversation().await);
        }
        for text in ["one", "two"] {
            jane.say(&conversations[0], text).await;
        }

        let used = pages(&jane, "/api/conversations?limit=2").await;
        let messages = format!("{}/messages?limit=3", conversations[0]);
        let messages = pages(&jane, &messages).await;

        assert_eq!(used.iter().map(Vec::len).collect::<Vec<_>>(), [2, 2, 1]);
        assert_eq!(used[0][0]["title"], "one");
        assert!(conversations[0].ends_with(used[0][0]["id"].as_str().unwrap()));
        assert_eq!(used[2][0]["title"], "Welcome");
        let ids: BTreeSet<_> = used.concat().iter().map(|row| row["id"].to_string()).collect();
        assert_eq!(ids.len(), 5);
        let positions = messages.concat();
        let positions: Vec<_> = positions.iter().map(|row| &row["position"]).collect();
        assert_eq!(positions, [3, 2, 1, 0]);
        for query in ["limit=0", "limit=256", "limit=x", "cursor=x"] {
            let (status, refused) = jane.get(&format!("/api/conversations?{query}")).await;
            assert_eq!((status, &refused["code"]), (400, &json!("invalid_request")), "{query}");
        }
    }

    async fn twenty_messages_sent_at_once_are_kept_in_order(place) {
        let site = Site::start(&place).await;
        let jane = site.person("jane").await;
        let conversation = jane.conversation().await;
        let mut events = jane.watch(&conversation).await;

        let texts: Vec<_> = (0..20).map(|number| format!("message {number}")).collect();
        let sent = join_all(texts.iter().map(|text| jane.say(&conversation, text))).await;
        for (_, answer) in &sent {
            assert_eq!(answer["is_pending"], true);
        }
        let mut complete = 0;
        while complete < 20 {
            let message = events.find("message").await;
            complete += usize::from(message["is_answer"] == true && message["is_pending"] == false);
        }

        let (_, listed) = jane.get(&format!("{conversation}/messages?limit=100")).await;
        let mut kept = listed["items"].as_array().unwrap().clone();
        kept.reverse();
        assert_eq!(kept.len(), 40);
        for (place, message) in kept.iter().enumerate() {
            assert_eq!(message["position"], place);
        }
        for (message, answer) in sent {
            let place = usize::try_from(message["position"].as_u64().unwrap()).unwrap();
            assert_eq!(kept[place], message);
            assert_eq!(kept[place + 1]["id"], answer["id"]);
            let echo = kept[place + 1]["text"].as_str().unwrap();
            assert!(echo.contains(message["text"].as_str().unwrap()), "{echo}");
        }
    }

    async fn a_message_has_up_to_64_kib(place) {
        let site = Site::start(&place).await;
        let jane = site.person("jane").await;
        let conversation = jane.conversation().await;
        let path = format!("{conversation}/messages");

        let longest = "\u{1}".repeat(65_536);
        let (message, _) = jane.say(&conversation, &longest).await;

        assert_eq!(message["text"], longest);
        for (text, refusal) in [
            ("x".repeat(65_537), (413, "too_large")),
            ("x".repeat(1_000_000), (413, "too_large")),
            (" \n".to_owned(), (400, "invalid_request")),
            ("a\0b".to_owned(), (400, "invalid_request")),
        ] {
            let (status, refused) = jane.post(&path, &json!({ "text": text })).await;
            assert_eq!((status, refused["code"].as_str().unwrap()), refusal);
        }
    }

    async fn a_message_that_is_sent_again_is_stored_once(place) {
        let site = Site::start(&place).await;
        let (jane, john) = (site.person("jane").await, site.person("john").await);
        let path = format!("{}/messages", jane.conversation().await);
        let others = format!("{}/messages", john.conversation().await);
        let body = json!({"id": "01890a5d-ac96-774b-bcce-b302099a8057", "text": "hello"});

        let sent = join_all((0..5).map(|_| jane.post(&path, &body))).await;
        let taken = john.post(&others, &body).await;

        for (status, again) in &sent {
            assert_eq!(*status, 201);
            assert_eq!(again["message"], sent[0].1["message"]);
            assert_eq!(again["answer"]["id"], sent[0].1["answer"]["id"]);
        }
        assert_eq!((taken.0, &taken.1["code"]), (409, &json!("invalid_request")));
        let answers = json!({"id": sent[0].1["answer"]["id"], "text": "hello"});
        assert_eq!(jane.post(&path, &answers).await.0, 409);
        let (_, listed) = jane.get(&path).await;
        assert_eq!(listed["items"].as_array().unwrap().len(), 2);
    }

    async fn everything_goes_with_its_user(place) {
        let site = Site::start(&place).await;
        let jane = site.person("jane").await;
        let conversation = jane.conversation().await;
        jane.say(&conversation, "hello").await;

        site.chat.belgie.auth().operator().delete(jane.user.id).await.unwrap();

        assert_eq!(jane.get("/api/conversations").await.0, 401);
        let rows = match place.url.strip_prefix("sqlite://") {
            Some(path) => rows_of_sqlite(path),
            None => rows_of_postgres(&place.url).await,
        };
        assert_eq!(rows, [0, 0]);
    }
}

/// Follows the cursors to the end.
async fn pages(caller: &crate::support::Caller<'_>, path: &str) -> Vec<Vec<Value>> {
    let mut pages = Vec::new();
    let mut cursor = String::new();
    loop {
        let (status, page) = caller.get(&format!("{path}{cursor}")).await;
        assert_eq!(status, 200, "{page}");
        pages.push(page["items"].as_array().unwrap().clone());
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return pages,
        }
    }
}

fn rows_of_sqlite(path: &str) -> [i64; 2] {
    use chat::model::tables::{conversations, messages};
    use diesel::prelude::*;

    let mut db = SqliteConnection::establish(path).unwrap();
    let conversations = conversations::table.count().get_result(&mut db);
    let messages = messages::table.count().get_result(&mut db);
    [conversations.unwrap(), messages.unwrap()]
}

async fn rows_of_postgres(url: &str) -> [i64; 2] {
    use chat::model::tables::{conversations, messages};
    use diesel::QueryDsl as _;
    use diesel_async::{AsyncConnection as _, AsyncPgConnection, RunQueryDsl as _};

    let mut db = AsyncPgConnection::establish(url).await.unwrap();
    let conversations = conversations::table.count().get_result(&mut db).await;
    let messages = messages::table.count().get_result(&mut db).await;
    [conversations.unwrap(), messages.unwrap()]
}

#[actix_web::test]
async fn requests_that_are_not_understood_are_answered_with_problem_details() {
    let place = crate::support::Place::sqlite();
    let site = Site::start(&place).await;
    let jane = site.person("jane").await;
    let messages = format!("{}/messages", jane.conversation().await);
    let post = |body: &'static str, content_type: &'static str| {
        let request = jane.request(reqwest::Method::POST, &messages);
        request
            .body(body)
            .header("content-type", content_type)
            .send()
    };

    for (body, content_type, status, code) in [
        ("{", "application/json", 400, "invalid_request"),
        (
            "{\"txet\":\"x\"}",
            "application/json",
            400,
            "invalid_request",
        ),
        (
            "{\"text\":\" \"}",
            "application/json",
            400,
            "invalid_request",
        ),
        ("{}", "text/plain", 415, "unsupported_media_type"),
    ] {
        let response = post(body, content_type).await.unwrap();
        assert_eq!(response.status(), status, "{body}");
        assert_eq!(
            response.headers()["content-type"],
            "application/problem+json"
        );
        let problem: Value = response.json().await.unwrap();
        assert_eq!(problem["code"], code, "{body}");
    }
    for path in ["/api/conversations/x/messages", "/api/nothing"] {
        let (status, problem) = jane.get(path).await;
        assert_eq!(
            (status, &problem["code"]),
            (404, &json!("not_found")),
            "{path}"
        );
    }
}
