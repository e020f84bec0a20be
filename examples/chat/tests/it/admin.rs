use belgie::Role;
use serde_json::{Value, json};

use crate::support::{Place, Site, on_both};

on_both! {
    async fn admins_see_who_has_sent_how_much(place) {
        let site = Site::start(&place).await;
        let (jane, ann) = (site.person("jane").await, site.in_role("ann", Role::ADMIN).await);
        let conversation = jane.conversation().await;
        for text in ["one", "two", "three"] {
            jane.say(&conversation, text).await;
        }

        let (status, first) = ann.get("/api/people?limit=1").await;
        let next = format!("/api/people?limit=1&cursor={}", first["next_cursor"].as_str().unwrap());
        let (_, second) = ann.get(&next).await;

        assert_eq!(status, 200);
        assert_eq!(first["items"], json!([{
            "id": jane.user.id.to_string(), "name": "jane", "email": "jane@example.com",
            "role": "user", "is_active": true, "messages": 3,
        }]));
        assert_eq!(second["items"][0]["email"], "ann@example.com");
        assert_eq!(second["next_cursor"], Value::Null);
    }

    async fn a_role_acts_at_the_next_request_and_who_is_disabled_is_out(place) {
        let site = Site::start(&place).await;
        let (jane, ann) = (site.person("jane").await, site.in_role("ann", Role::ADMIN).await);
        let jane_by_token = jane.clone().by_access_token().await;
        let path = format!("/api/people/{}", jane.user.id);
        assert_eq!(jane_by_token.get("/api/people").await.0, 403);

        assert_eq!(ann.patch(&path, &json!({"role": "admin"})).await.0, 204);

        assert_eq!(jane_by_token.get("/api/people").await.0, 200);
        assert_eq!(ann.patch(&path, &json!({"role": "user", "is_active": false})).await.0, 204);
        for jane in [&jane, &jane_by_token] {
            let (status, refused) = jane.get("/api/conversations").await;
            assert_eq!((status, &refused["code"]), (401, &json!("not_authenticated")));
        }
    }
}

#[actix_web::test]
async fn the_last_admin_stays_one() {
    let place = Place::sqlite();
    let site = Site::start(&place).await;
    let ann = site.in_role("ann", Role::ADMIN).await;
    let path = format!("/api/people/{}", ann.user.id);

    for change in [json!({"role": "user"}), json!({"is_active": false})] {
        let (status, refused) = ann.patch(&path, &change).await;
        assert_eq!(
            (status, &refused["code"]),
            (409, &json!("last_admin")),
            "{change}"
        );
    }
}

#[actix_web::test]
async fn people_are_changed_by_admins_with_a_session_alone() {
    let place = Place::sqlite();
    let site = Site::start(&place).await;
    let (jane, ann) = (
        site.person("jane").await,
        site.in_role("ann", Role::ADMIN).await,
    );
    let path = format!("/api/people/{}", jane.user.id);
    let nobody = "/api/people/01890a5d-ac96-774b-bcce-b302099a8057";
    let change = json!({"role": "admin"});

    let by_jane = jane.patch(&path, &change).await;
    let by_token = ann
        .clone()
        .by_access_token()
        .await
        .patch(&path, &change)
        .await;
    let no_role = ann.patch(&path, &json!({"role": "No role"})).await;
    let misspelled = ann.patch(&path, &json!({"roles": "admin"})).await;
    let of_nobody = ann.patch(nobody, &change).await;

    for (answer, status, code) in [
        (by_jane, 403, "forbidden"),
        (by_token, 403, "forbidden"),
        (no_role, 400, "invalid_request"),
        (misspelled, 400, "invalid_request"),
        (of_nobody, 404, "not_found"),
    ] {
        assert_eq!((answer.0, &answer.1["code"]), (status, &json!(code)));
    }
}
