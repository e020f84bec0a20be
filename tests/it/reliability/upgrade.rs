//! Words of a newer version in the database, as while nodes are upgraded one by one.

use belgie_idp_emulator::Endpoint;

use crate::support::browser::{Browser, code};
use crate::support::site::{Site, on_both_databases};
use crate::support::stored::{count, execute, is_sqlite};

on_both_databases! {
    rel_11_values_of_a_newer_version_in_the_database_break_nothing,
}

async fn rel_11_values_of_a_newer_version_in_the_database_break_nothing(site: Site) {
    let (node, browser) = (site.node().await, Browser::new());
    browser.sign_in(&node, &site.idp, "jane").await;
    execute(&site, "UPDATE belgie_users SET role = 'auditor-of_2031'");
    add_event_of_the_future(&site);

    let me = browser.me(&node).await.unwrap();
    assert_eq!(me["role"], "auditor-of_2031");
    for path in [
        "/auth/session",
        "/auth/sessions",
        "/dashboard",
        "/",
        "/readyz",
    ] {
        assert_eq!(browser.get(node.url(path)).await.status(), 200, "{path}");
    }
    assert!(
        site.run(&["user", "show", "jane@gmail.com"])
            .contains("auditor-of_2031")
    );
    site.run(&["user", "list"]);
    site.run(&["cleanup"]);

    let asked = site.idp.request_count(Endpoint::Token);
    for change in [
        "purpose = 'step_up'",
        "delivery = 'carrier_pigeon'",
        "purpose = 'x', delivery = ''",
    ] {
        let stranger = Browser::new();
        let callback = stranger.authorized(&node, &site.idp, "john").await;
        execute(&site, &format!("UPDATE belgie_attempts SET {change}"));

        let answer = stranger.get(callback).await;

        assert_eq!(answer.status(), 400, "{change}");
        assert_eq!(code(answer).await, "invalid_state", "{change}");
        assert_eq!(stranger.me(&node).await, None);
    }
    assert_eq!(site.idp.request_count(Endpoint::Token), asked);
    Browser::new().sign_in(&node, &site.idp, "john").await;
    browser.sign_in(&node, &site.idp, "jane").await;
    assert_eq!(
        browser.me(&node).await.unwrap()["role"],
        "auditor-of_2031",
        "a sign-in keeps it"
    );
    browser.sign_out(&node).await;

    assert_eq!(count(&site, "belgie_events WHERE kind = 'teleported'"), 1);
    let log = node.log();
    assert!(!log.contains("ERROR") && !log.contains("panicked"), "{log}");
}

/// What a newer node has written about this user.
fn add_event_of_the_future(site: &Site) {
    let (id, at) = if is_sqlite(site) {
        ("x'00000000000070008000000000000001'", "0")
    } else {
        ("'00000000-0000-7000-8000-000000000001'", "to_timestamp(0)")
    };
    let insert = format!(
        "INSERT INTO belgie_events (id, occurred_at, kind, user_id, outcome) \
         SELECT {id}, {at}, 'teleported', id, 'dematerialised' FROM belgie_users"
    );
    execute(site, &insert);
}
