//! What users do with the data about themselves.

use std::sync::Arc;

use belgie_domain::{Event, EventId, EventKind, Role, UserId};
use belgie_ports::{Contention, Store, StoreError, StoreExt as _};
use chrono::TimeDelta;
use http::Method;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::browser::{Browser, NOTICE, SESSION};
use crate::password_forms::send;
use crate::site::Site;

const EMAIL: &str = "jane@example.com";

async fn patch(browser: &mut Browser<'_>, body: &str) -> Answer {
    let request = browser
        .request(Method::PATCH, "/api/me")
        .insert_header(("accept", "application/json"))
        .insert_header(("content-type", "application/json"))
        .insert_header(("sec-fetch-site", "same-origin"))
        .set_payload(body.to_owned());
    browser.send(request).await
}

async fn me(browser: &mut Browser<'_>) -> Value {
    browser.fetch(Method::GET, "/api/me").await.json()
}

async fn a_user_edits_name_and_picture_and_gets_the_user() {
    let site = Site::new();
    let mut browser = Browser::signed_in(&site).await;
    let before = me(&mut browser).await;

    let edit = json!({"name": "  J. D. ", "image": "https://pictures.example/j"});
    let edited = patch(&mut browser, &edit.to_string()).await;

    assert_eq!(edited.status, 200, "{edited:?}");
    let edited = edited.json();
    assert_eq!(edited["name"], "J. D.");
    assert_eq!(edited["image"], "https://pictures.example/j");
    assert_ne!(edited["updated_at"], Value::Null);
    assert_eq!(edited, me(&mut browser).await);
    let cleared = patch(&mut browser, r#"{"name":null}"#).await.json();
    assert_eq!(cleared["name"], Value::Null);
    assert_eq!(cleared["image"], "https://pictures.example/j");
    assert_eq!(cleared["id"], before["id"]);
    let same = patch(&mut browser, "{}").await;
    assert_eq!((same.status.as_u16(), same.json()), (200, cleared));
}

async fn an_edited_name_stays_at_the_next_sign_in() {
    let site = Site::new();
    let mut browser = Browser::signed_in(&site).await;
    let before = me(&mut browser).await;
    patch(&mut browser, r#"{"name":"J. D."}"#).await;

    browser.sign_in().await;

    let after = me(&mut browser).await;
    assert_eq!(after["name"], "J. D.");
    assert_eq!(after["image"], before["image"]);
    assert_ne!(before["name"], after["name"]);
}

async fn adm_05_an_edit_ignores_role_id_and_address() {
    let site = Site::new();
    let mut browser = Browser::signed_in(&site).await;
    let before = me(&mut browser).await;

    let all = json!({
        "id": "00000000-0000-7000-8000-000000000000", "email": "other@example.com", "email_verified": true,
        "email_proved": true, "role": "admin", "is_active": false, "name_edited": false,
    });
    let answer = patch(&mut browser, &all.to_string()).await;

    assert_eq!((answer.status.as_u16(), answer.json()), (200, before));
}

async fn what_cannot_be_a_name_or_a_picture_is_refused() {
    let site = Site::new();
    let mut browser = Browser::signed_in(&site).await;
    let before = me(&mut browser).await;
    let long = "x".repeat(257);
    for body in [
        json!({"name": ""}),
        json!({"name": "  "}),
        json!({"name": long}),
        json!({"name": "Jane\nDoe"}),
        json!({"name": "Jane\u{202e}"}),
        json!({"name": 1}),
        json!({"name": ["Jane"]}),
        json!({"name": "Jane", "image": "http://pictures.example/j"}),
        json!({"image": "javascript:alert(1)"}),
        json!({"image": "/j.png"}),
        json!({"image": ""}),
        json!({"image": {}}),
        json!(["Jane"]),
    ] {
        let answer = patch(&mut browser, &body.to_string()).await;
        assert_eq!(
            (answer.status.as_u16(), &*answer.code()),
            (400, "invalid_request"),
            "{body}"
        );
    }
    let form = browser
        .request(Method::PATCH, "/api/me")
        .insert_header(("accept", "application/json"))
        .insert_header(("content-type", "application/x-www-form-urlencoded"))
        .insert_header(("sec-fetch-site", "same-origin"))
        .set_payload("name=Joe");
    assert_eq!(browser.send(form).await.code(), "unsupported_media_type");
    assert_eq!(me(&mut browser).await, before);
}

async fn a_user_edits_by_form() {
    let site = Site::new();
    let mut browser = Browser::signed_in(&site).await;
    let image = me(&mut browser).await["image"].clone();

    let saved = send(&mut browser, "/api/me", &[("name", "J. D.")]).await;

    assert_eq!((saved.status.as_u16(), saved.location()), (303, "/account"));
    let page = browser.open("/account").await;
    assert!(
        page.body.contains("Your changes are saved."),
        "{}",
        page.body
    );
    let edited = me(&mut browser).await;
    assert_eq!(
        (&edited["name"], &edited["image"]),
        (&json!("J. D."), &image)
    );
    let cleared = send(&mut browser, "/api/me", &[("name", ""), ("image", "")]).await;
    assert_eq!(cleared.status, 303);
    let cleared = me(&mut browser).await;
    assert_eq!(
        (&cleared["name"], &cleared["image"]),
        (&Value::Null, &Value::Null)
    );
}

async fn a_form_with_an_unusable_field_is_shown_again() {
    let site = Site::new();
    let mut browser = Browser::signed_in(&site).await;
    let before = me(&mut browser).await;
    let long = "x".repeat(257);
    for fields in [
        [("name", &*long), ("image", "")],
        [("name", " "), ("image", "")],
        [("name", "Jane"), ("image", "http://pictures.example/j")],
    ] {
        let again = send(&mut browser, "/api/me", &fields).await;
        assert_eq!(again.status, 422, "{again:?}");
        let kind = again.header("content-type");
        assert!(kind.unwrap().starts_with("text/html"), "{again:?}");
    }
    assert_eq!(me(&mut browser).await, before);
}

async fn csr_01_an_edit_and_a_deletion_from_another_site_are_refused() {
    let site = Site::new();
    let mut browser = Browser::signed_in(&site).await;
    for (method, path, kind) in [
        (Method::PATCH, "/api/me", "application/json"),
        (Method::POST, "/api/me", "application/x-www-form-urlencoded"),
        (Method::DELETE, "/api/me", "application/json"),
        (
            Method::POST,
            "/api/me/delete",
            "application/x-www-form-urlencoded",
        ),
    ] {
        let request = browser
            .request(method.clone(), path)
            .insert_header(("accept", "application/json"))
            .insert_header(("content-type", kind))
            .insert_header(("sec-fetch-site", "cross-site"))
            .set_payload("{}");
        let answer = browser.send(request).await;
        assert_eq!(answer.code(), "cross_origin", "{method} {path}");
    }
    assert!(browser.is_signed_in().await);
}

async fn aud_05_a_user_who_deletes_itself_is_signed_out_everywhere() {
    let site = Site::new();
    let mut browser = Browser::signed_in(&site).await;
    let mut elsewhere = Browser::signed_in(&site).await;
    let id = me(&mut browser).await["id"].clone();

    let answer = browser.fetch(Method::DELETE, "/api/me").await;

    assert_eq!(answer.status, 204, "{answer:?}");
    assert!(!browser.cookies.contains_key(SESSION));
    assert!(!elsewhere.is_signed_in().await);
    let mut again = Browser::signed_in(&site).await;
    assert_ne!(me(&mut again).await["id"], id);
}

async fn aud_05_a_form_deletes_the_user_whose_address_is_typed() {
    let site = Site::new();
    let mut browser = Browser::signed_in(&site).await;
    for typed in ["", "jane", "joe@example.com", "jane@example.com.example"] {
        let again = send(&mut browser, "/api/me/delete", &[("confirm_email", typed)]).await;
        assert_eq!(again.status, 422, "{typed}");
        assert!(browser.is_signed_in().await);
    }
    let none = send(&mut browser, "/api/me/delete", &[]).await;
    assert_eq!(none.status, 422);

    let typed = format!(" {} ", EMAIL.to_uppercase());
    let gone = send(&mut browser, "/api/me/delete", &[("confirm_email", &typed)]).await;

    assert_eq!((gone.status.as_u16(), gone.location()), (303, "/"));
    assert!(!browser.cookies.contains_key(SESSION));
    assert!(browser.cookies.contains_key(NOTICE));
    let page = browser.open("/signin").await;
    assert!(
        page.body.contains("Your account is deleted."),
        "{}",
        page.body
    );
    assert!(!browser.is_signed_in().await);
}

async fn adm_04_a_deletion_needs_a_recent_authentication() {
    let site = Site::new();
    let mut browser = Browser::signed_in(&site).await;
    site.clock.advance(TimeDelta::hours(1));

    let by_program = browser.fetch(Method::DELETE, "/api/me").await;
    let by_form = send(&mut browser, "/api/me/delete", &[("confirm_email", EMAIL)]).await;

    assert_eq!(by_program.code(), "fresh_sign_in_required");
    assert_eq!(by_form.status, 403);
    assert!(browser.is_signed_in().await);
}

async fn adm_03_the_last_admin_stays() {
    let site = Site::new();
    let mut browser = Browser::signed_in(&site).await;
    let id = me(&mut browser).await["id"].as_str().unwrap().parse();
    let operator = site.auth.operator();
    operator.set_role(id.unwrap(), Role::ADMIN).await.unwrap();

    let by_program = browser.fetch(Method::DELETE, "/api/me").await;
    let by_form = send(&mut browser, "/api/me/delete", &[("confirm_email", EMAIL)]).await;

    assert_eq!(
        (by_program.status.as_u16(), &*by_program.code()),
        (409, "last_admin")
    );
    assert_eq!(by_form.status, 409);
    assert!(browser.is_signed_in().await);
}

/// Whatever an export must not contain.
fn assert_no_secrets(export: &Answer, browser: &Browser<'_>) {
    for secret in [
        &browser.cookies[SESSION],
        "hash",
        "access_token",
        "refresh_token",
    ] {
        assert!(!export.body.contains(secret), "{secret}: {}", export.body);
    }
}

async fn aud_04_the_export_is_a_file_with_everything_but_secrets() {
    let site = Site::new();
    let mut browser = Browser::signed_in(&site).await;
    site.clock.advance(TimeDelta::seconds(1));
    patch(&mut browser, r#"{"name":"J. D."}"#).await;

    let answer = browser.fetch(Method::GET, "/api/me/export").await;

    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let attachment = "attachment; filename=\"personal-data.json\"";
    assert_eq!(answer.header("content-disposition"), Some(attachment));
    assert_no_secrets(&answer, &browser);
    let export = answer.json();
    let members: Vec<_> = export.as_object().unwrap().keys().cloned().collect();
    let expected = [
        "accounts",
        "events",
        "exported_at",
        "links",
        "mails",
        "password",
        "sessions",
        "user",
    ];
    assert_eq!(members, expected);
    let mut user = me(&mut browser).await;
    user["name_edited"] = true.into();
    user["image_edited"] = false.into();
    assert_eq!(export["user"], user);
    let accounts = browser.fetch(Method::GET, "/auth/accounts").await.json();
    let mut account = accounts["accounts"][0].clone();
    account["tokens_updated_at"] = export["accounts"][0]["tokens_updated_at"].clone();
    assert_eq!(export["accounts"], json!([account]));
    let sessions = browser.fetch(Method::GET, "/auth/sessions").await.json();
    assert_eq!(export["sessions"][0]["id"], sessions["sessions"][0]["id"]);
    assert_eq!(export["sessions"][0]["ip_address"], "192.0.2.1");
    assert_eq!(export["password"], Value::Null);
    assert_eq!(
        (&export["links"], &export["mails"]),
        (&json!([]), &json!([]))
    );
    let events = export["events"].as_array().unwrap();
    let kinds: Vec<_> = events
        .iter()
        .map(|event| event["kind"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["profile_changed", "sign_in", "user_created"]);
    for event in events {
        assert_eq!(event["user_id"], user["id"], "{event}");
        assert_eq!(event["ip_address"], "192.0.2.1", "{event}");
        assert_eq!(event["user_agent"], crate::browser::FIREFOX, "{event}");
    }
}

async fn aud_04_the_export_of_a_password_is_since_when_there_is_one() {
    let site = Site::new();
    let mut browser = Browser::new(&site);
    let jane = [
        ("email", EMAIL),
        ("password", "correct horse battery staple"),
    ];
    send(&mut browser, "/auth/register", &jane).await;

    let answer = browser.fetch(Method::GET, "/api/me/export").await;

    assert_no_secrets(&answer, &browser);
    assert!(!answer.body.contains("argon2") && !answer.body.contains("correct horse"));
    let export = answer.json();
    assert_eq!(
        export["password"]["changed_at"],
        export["user"]["created_at"]
    );
    assert_eq!(export["accounts"], json!([]));
}

async fn aud_04_the_export_of_many_events_is_one_list() {
    let site = Site::new();
    let mut browser = Browser::signed_in(&site).await;
    let user: UserId = me(&mut browser).await["id"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    let (now, store): (_, Arc<dyn Store>) = (site.auth.now(), Arc::new(site.store.clone()));
    let events = (0..1100_u32).map(|number| {
        let mut random = [0; 10];
        random[..4].copy_from_slice(&number.to_be_bytes());
        let mut event = Event::new(EventId::new(now, random), now, EventKind::SignOut);
        event.user_id = Some(user);
        event
    });
    let events: Vec<_> = events.collect();
    let written: Result<(), StoreError> = store
        .transaction(Contention::none(), events, |events, tx| {
            Box::pin(async move {
                for event in events {
                    tx.insert_event(event).await?;
                }
                Ok(())
            })
        })
        .await;
    written.unwrap();

    let export = browser.fetch(Method::GET, "/api/me/export").await.json();

    assert_eq!(export["events"].as_array().unwrap().len(), 1102);
}

async fn an_export_needs_a_session() {
    let site = Site::new();
    let mut browser = Browser::new(&site);
    let answer = browser.fetch(Method::GET, "/api/me/export").await;
    assert_eq!(answer.code(), "not_authenticated");
    let page = browser.open("/api/me/export").await;
    assert_eq!(page.status, 303);
}

everywhere! {
    aud_04_the_export_is_a_file_with_everything_but_secrets,
    aud_04_the_export_of_a_password_is_since_when_there_is_one,
    aud_04_the_export_of_many_events_is_one_list,
    an_export_needs_a_session,

    a_user_edits_name_and_picture_and_gets_the_user,
    an_edited_name_stays_at_the_next_sign_in,
    adm_05_an_edit_ignores_role_id_and_address,
    what_cannot_be_a_name_or_a_picture_is_refused,
    a_user_edits_by_form,
    a_form_with_an_unusable_field_is_shown_again,
    csr_01_an_edit_and_a_deletion_from_another_site_are_refused,
    aud_05_a_user_who_deletes_itself_is_signed_out_everywhere,
    aud_05_a_form_deletes_the_user_whose_address_is_typed,
    adm_04_a_deletion_needs_a_recent_authentication,
    adm_03_the_last_admin_stays,
}
