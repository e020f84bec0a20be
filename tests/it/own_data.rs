//! What users do with the data about themselves, and how long events say where they came from.

use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::support::broken::{mend, refuse};
use crate::support::browser::{Browser, code, header};
use crate::support::mail_server::{MailServer, token_in};
use crate::support::nodes::two_nodes;
use crate::support::program::Node;
use crate::support::site::{Kind, Site, on_both_databases};
use crate::support::stored::{count, dump, execute, query};

on_both_databases! {
    an_edited_name_stays_at_the_next_sign_in,
    aud_04_an_export_is_whole_and_has_no_secrets,
    aud_05_nothing_names_a_deleted_user_any_more,
    aud_05_a_form_with_the_own_address_deletes_the_user,
    aud_02_a_deletion_that_fails_leaves_everything,
    aud_06_address_and_agent_of_old_events_are_erased,
}

const JANE: &str = "jane@gmail.com";

async fn send(browser: &Browser, node: &Node, method: Method, path: &str) -> Response {
    let request = browser.request(method, node.url(path));
    request
        .header("user-agent", "of-jane")
        .send()
        .await
        .unwrap()
}

async fn signed_in(site: &Site, node: &Node) -> Browser {
    let browser = Browser::new();
    browser.sign_in(node, &site.idp, "jane").await;
    browser
}

async fn an_edited_name_stays_at_the_next_sign_in(site: Site) {
    let node = site.node().await;
    let browser = signed_in(&site, &node).await;
    let edit = json!({"name": "J. D.", "image": "https://pictures.example/j"});

    let request = browser.request(Method::PATCH, node.url("/api/me"));
    let edited = request.json(&edit).send().await.unwrap();

    assert_eq!(edited.status(), 200, "{}", node.log());
    let edited: Value = edited.json().await.unwrap();
    assert_eq!(
        (&edited["name"], &edited["image"]),
        (&edit["name"], &edit["image"])
    );
    let again = signed_in(&site, &node).await.me(&node).await.unwrap();
    assert_eq!(
        (&again["name"], &again["image"]),
        (&edit["name"], &edit["image"])
    );
}

async fn aud_04_an_export_is_whole_and_has_no_secrets(site: Site) {
    let node = site.node().await;
    let browser = signed_in(&site, &node).await;
    let token = browser.cookie(&node, "belgie_session").unwrap();
    let password = json!({"password": "correct horse battery staple"});
    let set = browser.request(Method::POST, node.url("/auth/password/set"));
    assert_eq!(set.json(&password).send().await.unwrap().status(), 204);
    let user = browser.me(&node).await.unwrap();
    let id = user["id"].as_str().unwrap();
    more_events(&site, id, 1300);

    let answer = send(&browser, &node, Method::GET, "/api/me/export").await;

    assert_eq!(answer.status(), 200, "{}", node.log());
    assert_eq!(header(&answer, "cache-control"), "no-store");
    let disposition = header(&answer, "content-disposition");
    assert!(disposition.starts_with("attachment;"), "{disposition}");
    let text = answer.text().await.unwrap();
    for secret in [&*token, "correct horse", "argon2", "token_hash"] {
        assert!(!text.contains(secret), "{secret}");
    }
    let export: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(export["user"]["id"], user["id"]);
    assert_eq!(export["accounts"][0]["subject"], "jane");
    assert!(export["accounts"][0]["tokens_updated_at"].is_string());
    assert_eq!(export["sessions"].as_array().unwrap().len(), 1);
    assert!(export["password"]["changed_at"].is_string());
    let stored = count(&site, &format!("belgie_events WHERE {}", is_of(&site, id)));
    let events = export["events"].as_array().unwrap();
    assert_eq!((events.len(), stored), (1303, 1303));
    let head = send(&browser, &node, Method::HEAD, "/api/me/export").await;
    assert_eq!(head.status(), 200);
}

/// The condition of rows of this user.
fn is_of(site: &Site, user: &str) -> String {
    if crate::support::stored::is_sqlite(site) {
        return format!("user_id = x'{}'", user.replace('-', ""));
    }
    format!("user_id = '{user}'")
}

/// Adds events of this user.
fn more_events(site: &Site, user: &str, number: u32) {
    let columns = "id, occurred_at, kind, user_id, outcome";
    let sql = if crate::support::stored::is_sqlite(site) {
        let user = user.replace('-', "");
        format!(
            "WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {number})
            INSERT INTO belgie_events ({columns}) SELECT randomblob(16), n, 'sign_out', x'{user}', 'success' FROM n"
        )
    } else {
        format!(
            "INSERT INTO belgie_events ({columns})
            SELECT gen_random_uuid(), to_timestamp(n), 'sign_out', '{user}', 'success' FROM generate_series(1, {number}) n"
        )
    };
    execute(site, &sql);
}

async fn aud_05_nothing_names_a_deleted_user_any_more(mut site: Site) {
    let mails = MailServer::start().await;
    site.set("SMTP_URL", mails.url());
    site.set("MAIL_FROM", "no-reply@example.com");
    site.idp.put_person(
        belgie_idp_emulator::Person::new("canary-subject")
            .email("canary-address@gmail.com")
            .email_verified(true)
            .name("Canary Name"),
    );
    let node = site.node().await;
    let browser = Browser::new();
    browser.sign_in(&node, &site.idp, "canary-subject").await;
    let post = async |path: &str, body: Value| {
        let request = browser.request(Method::POST, node.url(path));
        let answer = request.json(&body).send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", node.log());
    };
    post(
        "/auth/password/set",
        json!({"password": "correct horse battery staple"}),
    )
    .await;
    mails.mail_to("canary-address@gmail.com", 1).await;
    post(
        "/auth/email/change",
        json!({"email": "canary-new@example.com"}),
    )
    .await;
    let token = token_in(&mails.mail_to("canary-new@example.com", 1).await);
    post("/auth/email/confirm", json!({"token": token})).await;
    drop(mails);
    post(
        "/auth/password/forgot",
        json!({"email": "canary-new@example.com"}),
    )
    .await;
    let id = browser.me(&node).await.unwrap()["id"].clone();
    let before = dump(&site).to_lowercase();
    assert!(before.contains("canary-new@example.com") && before.contains("canary-subject"));

    let answer = send(&browser, &node, Method::DELETE, "/api/me").await;

    assert_eq!(answer.status(), 204, "{}", node.log());
    assert!(header(&answer, "set-cookie").contains("Max-Age=0"));
    let after = dump(&site).to_lowercase();
    assert!(!after.contains("canary"), "{after}");
    assert!(
        !node.log().to_lowercase().contains("canary"),
        "{}",
        node.log()
    );
    for table in [
        "users",
        "accounts",
        "sessions",
        "passwords",
        "mailed_tokens",
        "provider_tokens",
    ] {
        assert_eq!(count(&site, &format!("belgie_{table}")), 0, "{table}");
    }
    let events = count(
        &site,
        &format!("belgie_events WHERE {}", is_of(&site, id.as_str().unwrap())),
    );
    assert!(events >= 5, "{events}");
    let again = Browser::new();
    again.sign_in(&node, &site.idp, "canary-subject").await;
    assert_ne!(again.me(&node).await.unwrap()["id"], id);
}

async fn aud_05_a_form_with_the_own_address_deletes_the_user(site: Site) {
    let node = site.node().await;
    let browser = signed_in(&site, &node).await;
    let form = async |typed: &str| {
        let request = browser.request(Method::POST, node.url("/api/me/delete"));
        let request = request
            .header("accept", "text/html")
            .header("content-type", "application/x-www-form-urlencoded");
        let answer = request.body(format!("confirm_email={typed}")).send().await;
        answer.unwrap().status().as_u16()
    };

    assert_eq!(form("john@gmail.com").await, 422);
    assert!(browser.me(&node).await.is_some());
    assert_eq!(form(JANE).await, 303);

    assert!(browser.me(&node).await.is_none());
    assert_eq!(count(&site, "belgie_users"), 0);
}

async fn aud_02_a_deletion_that_fails_leaves_everything(site: Site) {
    let node = site.node().await;
    let browser = signed_in(&site, &node).await;
    let before = dump(&site);
    for (operation, table) in [
        ("INSERT", "belgie_events"),
        ("DELETE", "belgie_users"),
        ("DELETE", "belgie_sessions"),
    ] {
        refuse(&site, operation, table);

        let answer = send(&browser, &node, Method::DELETE, "/api/me").await;

        assert_eq!(answer.status(), 500, "{operation} {table}");
        assert!(answer.headers().get("set-cookie").is_none());
        mend(&site, operation, table);
        assert_eq!(dump(&site), before, "{operation} {table}");
    }
    assert!(browser.me(&node).await.is_some());
}

async fn aud_06_address_and_agent_of_old_events_are_erased(mut site: Site) {
    let node = site.node().await;
    signed_in(&site, &node).await;
    let with_client = "belgie_events WHERE ip_address IS NOT NULL OR user_agent IS NOT NULL";
    let requests = "SELECT request_id FROM belgie_events ORDER BY id";
    let (kept, before) = (count(&site, with_client), query(&site, requests));
    assert_eq!(kept, 2);

    site.run(&["cleanup"]);
    assert_eq!(count(&site, with_client), kept);
    site.set("EVENT_RETENTION_DAYS", "0");
    let said = site.run(&["cleanup"]);

    assert!(
        said.contains("erased address and agent of 2 old events"),
        "{said}"
    );
    assert_eq!(count(&site, with_client), 0);
    assert_eq!(query(&site, requests), before);
}

#[tokio::test]
async fn ses_12_a_deleted_user_is_signed_out_at_every_node_at_once() {
    let mut site = Site::new(Kind::Postgres).await;
    let nodes = two_nodes(&mut site).await;
    for _ in 0..5 {
        let (mine, other) = (Browser::new(), Browser::new());
        mine.sign_in(&nodes[0], &site.idp, "jane").await;
        other.sign_in(&nodes[0], &site.idp, "jane").await;
        assert!(mine.me(&nodes[1]).await.is_some() && other.me(&nodes[1]).await.is_some());

        let answer = send(&mine, &nodes[0], Method::DELETE, "/api/me").await;

        assert_eq!(answer.status(), 204, "{}", nodes[0].log());
        for node in &nodes {
            assert!(other.me(node).await.is_none());
        }
    }
}

#[tokio::test]
async fn adm_03_of_two_admins_who_delete_themselves_at_once_one_stays() {
    let mut site = Site::new(Kind::Postgres).await;
    let nodes = two_nodes(&mut site).await;
    for _ in 0..5 {
        let people = [Browser::new(), Browser::new()];
        for (browser, subject) in people.iter().zip(["jane", "john"]) {
            browser.sign_in(&nodes[0], &site.idp, subject).await;
            site.run(&["user", "set-role", &format!("{subject}@gmail.com"), "admin"]);
        }

        let [one, two] =
            [0, 1].map(|index| send(&people[index], &nodes[index], Method::DELETE, "/api/me"));
        let (one, two) = tokio::join!(one, two);

        let mut outcomes = Vec::new();
        for answer in [one, two] {
            outcomes.push(match answer.status().as_u16() {
                204 => "deleted".to_owned(),
                _ => code(answer).await,
            });
        }
        outcomes.sort();
        assert_eq!(outcomes, ["deleted", "last_admin"], "{}", nodes[0].log());
        site.run(&[
            "user",
            "delete",
            query(&site, "SELECT email FROM belgie_users").trim(),
        ]);
    }
}
