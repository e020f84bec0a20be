//! Sessions, from the sign-in to their end (SES-01 … SES-16).

mod cookie;
mod crowd;
mod end;
mod life;
mod stored;
mod token;

use reqwest::Method;
use serde_json::Value;

use crate::support::browser::{Browser, client, code, header};
use crate::support::program::Node;
use crate::support::site::{Kind, Site, on_both_databases};
use crate::support::stored::count;

/// The sessions that a person is shown in this browser, newest first.
async fn listed(browser: &Browser, node: &Node) -> Vec<Value> {
    let list = browser.get(node.url("/auth/sessions")).await;
    let mut list: Value = list.json().await.unwrap();
    serde_json::from_value(list["sessions"].take()).unwrap()
}

/// The id of the newest one that is not this browser's.
async fn other_session(browser: &Browser, node: &Node) -> String {
    let sessions = listed(browser, node).await;
    let mut others = sessions
        .iter()
        .filter(|session| session["current"] == false);
    others.next().unwrap()["id"].as_str().unwrap().to_owned()
}

on_both_databases! {
    ses_03_a_sign_in_gives_a_new_token_and_what_was_planted_opens_nothing,
    ses_11_a_user_lists_and_ends_own_sessions,
    ses_13_a_changed_role_and_a_disabled_user_take_effect_at_the_next_request,
    the_operator_lists_and_ends_sessions,
}

async fn ses_03_a_sign_in_gives_a_new_token_and_what_was_planted_opens_nothing(site: Site) {
    let (node, attacker) = (site.node().await, Browser::new());
    attacker.sign_in(&node, &site.idp, "john").await;
    let johns = attacker.cookie(&node, "belgie_session").unwrap();
    let made_up = format!("s_{}", "A".repeat(43));
    let mut old = Vec::new();
    for planted in [&made_up, &johns] {
        let browser = Browser::new();
        browser.set_cookie(&node, &format!("belgie_session={planted}"));
        browser.sign_in(&node, &site.idp, "jane").await;
        old.push(planted.clone());
        for _ in 0..2 {
            old.push(browser.cookie(&node, "belgie_session").unwrap());
            browser.sign_in(&node, &site.idp, "jane").await;
        }
        let token = browser.cookie(&node, "belgie_session").unwrap();
        assert!(!old.contains(&token));
        assert_eq!(browser.me(&node).await.unwrap()["email"], "jane@gmail.com");
    }

    for old in &old {
        let thief = Browser::new();
        thief.set_cookie(&node, &format!("belgie_session={old}"));
        assert_eq!(thief.me(&node).await, None);
    }
    assert_eq!(
        count(&site, "belgie_sessions"),
        2,
        "one for each browser of jane's, none of john's"
    );
}

/// Whatever a client says its session should be called, the server draws it.
#[tokio::test]
async fn ses_03_no_value_of_the_client_becomes_the_token() {
    let site = Site::new(Kind::Sqlite).await;
    let (node, browser) = (site.node().await, Browser::new());
    let wish = format!("s_{}", "B".repeat(43));
    let url = node.url(&format!(
        "/auth/provider/google/signin?session={wish}&token={wish}&belgie_session={wish}"
    ));
    let begun = browser
        .request(Method::GET, url)
        .header("x-session-token", &wish)
        .send()
        .await
        .unwrap();
    let mut callback = site
        .idp
        .authorize(header(&begun, "location"), "jane")
        .await
        .unwrap();
    callback
        .query_pairs_mut()
        .append_pair("session", &wish)
        .append_pair("token", &wish);

    let answer = browser
        .request(Method::GET, callback)
        .bearer_auth(&wish)
        .send()
        .await
        .unwrap();

    assert_eq!(answer.status(), 303, "{}", node.log());
    let token = browser.cookie(&node, "belgie_session").unwrap();
    assert_ne!(token, wish);
    assert_eq!(
        client()
            .get(node.url("/api/me"))
            .bearer_auth(&wish)
            .send()
            .await
            .unwrap()
            .status(),
        401
    );
}

async fn ses_11_a_user_lists_and_ends_own_sessions(site: Site) {
    let (node, mine, phone, john) = (
        site.node().await,
        Browser::new(),
        Browser::new(),
        Browser::new(),
    );
    for (browser, subject) in [(&mine, "jane"), (&phone, "jane"), (&john, "john")] {
        browser.sign_in(&node, &site.idp, subject).await;
    }

    assert_eq!(listed(&mine, &node).await.len(), 2);
    let other = other_session(&mine, &node).await;
    let path = format!("/auth/sessions/{other}");
    let foreign = john
        .request(Method::DELETE, node.url(&path))
        .send()
        .await
        .unwrap();
    assert_eq!(
        (foreign.status().as_u16(), code(foreign).await.as_str()),
        (404, "not_found")
    );
    let own = mine
        .request(Method::DELETE, node.url(&path))
        .send()
        .await
        .unwrap();
    assert_eq!(own.status(), 204);
    assert_eq!(phone.me(&node).await, None);

    phone.sign_in(&node, &site.idp, "jane").await;
    let others = mine
        .request(Method::DELETE, node.url("/auth/sessions"))
        .send()
        .await
        .unwrap();
    assert_eq!(others.json::<Value>().await.unwrap()["revoked"], 1);
    assert_eq!(
        (phone.me(&node).await, mine.me(&node).await.is_some()),
        (None, true)
    );
    assert!(john.me(&node).await.is_some());
}

async fn ses_13_a_changed_role_and_a_disabled_user_take_effect_at_the_next_request(site: Site) {
    let (node, browser) = (site.node().await, Browser::new());
    browser.sign_in(&node, &site.idp, "jane").await;

    site.run(&["user", "set-role", "jane@gmail.com", "admin"]);
    assert_eq!(browser.me(&node).await.unwrap()["role"], "admin");
    site.run(&["user", "disable", "jane@gmail.com"]);
    assert_eq!(browser.me(&node).await, None);

    let refused = browser.try_sign_in(&node, &site.idp, "jane").await;
    assert_eq!(
        (refused.status().as_u16(), code(refused).await.as_str()),
        (403, "account_disabled")
    );
    site.run(&["user", "enable", "jane@gmail.com"]);
    assert_eq!(browser.me(&node).await, None);
    browser.sign_in(&node, &site.idp, "jane").await;
}

async fn the_operator_lists_and_ends_sessions(site: Site) {
    let (node, browser) = (site.node().await, Browser::new());
    browser.sign_in(&node, &site.idp, "jane").await;

    let list: Value =
        serde_json::from_str(&site.run(&["session", "list", "jane@gmail.com", "--json"])).unwrap();
    let id = list[0]["id"].as_str().unwrap().to_owned();
    site.run(&["session", "revoke", &id]);
    assert_eq!(browser.me(&node).await, None);

    browser.sign_in(&node, &site.idp, "jane").await;
    site.run(&["session", "revoke", "--user", "jane@gmail.com"]);
    assert_eq!(browser.me(&node).await, None);
}

#[tokio::test]
async fn ses_07_the_cookie_has_every_protective_attribute_also_when_deleted() {
    let site = Site::new(Kind::Sqlite).await;
    let (node, browser) = (site.node().await, Browser::new());

    let signed_in = browser.try_sign_in(&node, &site.idp, "jane").await;
    let signed_out = browser
        .request(Method::POST, node.url("/auth/signout"))
        .send()
        .await
        .unwrap();

    for (answer, age) in [(&signed_in, "Max-Age=2592000"), (&signed_out, "Max-Age=0")] {
        let cookie = header(answer, "set-cookie");
        for attribute in [
            "belgie_session=",
            "; HttpOnly",
            "; SameSite=Lax",
            "; Path=/",
            age,
        ] {
            assert!(cookie.contains(attribute), "{attribute} in {cookie}");
        }
        assert!(!cookie.contains("Domain"), "{cookie}");
    }
}

#[tokio::test]
async fn red_06_a_form_is_answered_with_303() {
    let site = Site::new(Kind::Sqlite).await;
    let (node, browser, other) = (site.node().await, Browser::new(), Browser::new());
    browser.sign_in(&node, &site.idp, "jane").await;
    other.sign_in(&node, &site.idp, "jane").await;
    let ended = other_session(&browser, &node).await;

    for path in [
        &format!("/auth/sessions/{ended}/revoke"),
        "/auth/sessions/revoke-others",
        "/auth/signout",
    ] {
        let form = browser
            .request(Method::POST, node.url(path))
            .header("accept", "text/html");
        let form = form
            .header("content-type", "application/x-www-form-urlencoded")
            .body("");
        let answer = form.send().await.unwrap();
        assert_eq!(answer.status(), 303, "{path}");
        assert!(header(&answer, "location").starts_with('/'), "{path}");
    }

    assert_eq!(
        (browser.me(&node).await, other.me(&node).await),
        (None, None)
    );
}
