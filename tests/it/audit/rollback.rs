//! A change and its event are kept together or not at all.

use reqwest::Method;
use serde_json::Value;

use crate::support::broken::{mend, refuse};
use crate::support::browser::Browser;
use crate::support::program::{self, Node};
use crate::support::site::{Site, on_both_databases};
use crate::support::stored;

on_both_databases! {
    aud_02_no_change_is_kept_without_its_event,
    aud_02_no_event_is_kept_without_its_change,
}

async fn aud_02_no_change_is_kept_without_its_event(site: Site) {
    let (node, mine, other) = (site.node().await, Browser::new(), Browser::new());
    mine.sign_in(&node, &site.idp, "jane").await;
    other.sign_in(&node, &site.idp, "jane").await;
    let before = kept(&site);

    refuse(&site, "INSERT", "belgie_events");
    assert_all_fail(&site, &node, &mine, &other).await;
    assert_eq!(kept(&site), before);
    mend(&site, "INSERT", "belgie_events");

    assert!(mine.me(&node).await.is_some() && other.me(&node).await.is_some());
    mine.sign_out(&node).await;
}

async fn aud_02_no_event_is_kept_without_its_change(site: Site) {
    let (node, mine, other) = (site.node().await, Browser::new(), Browser::new());
    mine.sign_in(&node, &site.idp, "jane").await;
    other.sign_in(&node, &site.idp, "jane").await;
    let successes = "SELECT count(*) FROM belgie_events WHERE outcome = 'success'";
    let before = stored::query(&site, successes);
    let all = [
        ("INSERT", "belgie_users"),
        ("UPDATE", "belgie_users"),
        ("DELETE", "belgie_users"),
        ("INSERT", "belgie_sessions"),
        ("DELETE", "belgie_sessions"),
    ];
    for (operation, table) in all {
        refuse(&site, operation, table);
    }

    assert_all_fail(&site, &node, &mine, &other).await;

    assert_eq!(stored::query(&site, successes), before);
    for (operation, table) in all {
        mend(&site, operation, table);
    }
    refuse(&site, "INSERT", "belgie_accounts");
    assert_eq!(
        Browser::new()
            .try_sign_in(&node, &site.idp, "john")
            .await
            .status(),
        500
    );
    assert_eq!(stored::query(&site, successes), before);
    let failures =
        "SELECT sum(count) FROM belgie_failures WHERE code = 'internal' AND kind = 'sign_in'";
    assert_eq!(
        stored::query(&site, failures).trim(),
        "3",
        "the failures themselves are counted"
    );
}

/// Tries every change that has an event: by the web and by the command line. None may be done.
async fn assert_all_fail(site: &Site, node: &Node, mine: &Browser, other: &Browser) {
    for subject in ["john", "jane"] {
        let answer = Browser::new().try_sign_in(node, &site.idp, subject).await;
        assert_eq!(answer.status(), 500, "{subject}");
    }
    let session = other.get(node.url("/auth/session")).await;
    let session: Value = session.json().await.unwrap();
    let id = session["session"]["id"].as_str().unwrap();
    for (method, path) in [
        (Method::POST, "/auth/signout"),
        (Method::DELETE, "/auth/sessions"),
        (Method::DELETE, &format!("/auth/sessions/{id}")),
        (Method::POST, "/auth/sessions/revoke-others"),
        (Method::DELETE, "/api/me"),
        (Method::POST, &format!("/auth/sessions/{id}/revoke")),
    ] {
        let request = mine.request(method, node.url(path));
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 500, "{path}");
        assert!(answer.headers().get("set-cookie").is_none(), "{path}");
        assert!(mine.me(node).await.is_some() && other.me(node).await.is_some());
    }
    for arguments in [
        &["user", "create", "new@example.com"][..],
        &["user", "set-role", "jane@gmail.com", "admin"],
        &["user", "disable", "jane@gmail.com"],
        &["user", "delete", "jane@gmail.com"],
        &["session", "revoke", id],
        &["session", "revoke", "--user", "jane@gmail.com"],
    ] {
        let ended = program::run(site.directory.path(), &site.settings, arguments);
        assert_eq!(ended.status.code(), Some(1), "{arguments:?}");
    }
}

/// All that the events of these changes record.
fn kept(site: &Site) -> String {
    let tables = ["users", "accounts", "sessions"];
    let rows = tables
        .map(|table| stored::query(site, &format!("SELECT * FROM belgie_{table} ORDER BY id")));
    rows.concat()
}
