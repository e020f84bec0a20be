//! Many sessions of one person, and changes that meet (SES-13, SES-14).

use reqwest::{Method, Response};
use serde_json::Value;
use tokio::task::JoinSet;

use super::listed;
use crate::support::browser::{Browser, client};
use crate::support::nodes::{come_back_at_once, two_nodes};
use crate::support::program::Node;
use crate::support::repetition::repetitions;
use crate::support::site::{Kind, Site, on_both_databases};
use crate::support::stored::{count, execute, is_sqlite, query};

async fn opens(node: &Node, token: &str) -> bool {
    let request = client().get(node.url("/auth/session")).bearer_auth(token);
    request.send().await.unwrap().status() == 200
}

async fn statuses(answers: JoinSet<(Browser, Response)>) -> Vec<u16> {
    let answers = answers.join_all().await.into_iter();
    answers
        .map(|(_, answer)| answer.status().as_u16())
        .collect()
}

/// Adds sessions of jane's that are a little younger than the first.
fn add_sessions(site: &Site, number: usize) {
    let (hash, id, younger) = if is_sqlite(site) {
        ("randomblob(32)", "randomblob(16)", "created_at + n")
    } else {
        (
            "sha256(random()::text::bytea)",
            "gen_random_uuid()",
            "created_at + n * interval '1 microsecond'",
        )
    };
    let others = "user_id, provider, authenticated_at, last_used_at, expires_at";
    execute(
        site,
        &format!(
            "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {number}), \
             first AS (SELECT * FROM belgie_sessions WHERE user_id = (SELECT id FROM belgie_users WHERE email = 'jane@gmail.com') \
             ORDER BY created_at LIMIT 1) \
             INSERT INTO belgie_sessions (token_hash, id, created_at, {others}) \
             SELECT {hash}, {id}, {younger}, {others} FROM first, numbers WHERE {number} > 0",
        ),
    );
}

on_both_databases! {
    ses_14_the_oldest_of_a_hundred_and_one_sessions_ends,
    ses_14_concurrent_sign_ins_do_not_exceed_the_limit,
    ses_13_a_sign_in_at_the_same_time_does_not_undo_a_change_of_role,
}

async fn ses_14_the_oldest_of_a_hundred_and_one_sessions_ends(site: Site) {
    let (node, john) = (site.node().await, Browser::new());
    john.sign_in(&node, &site.idp, "john").await;
    let (mut tokens, real) = (Vec::new(), repetitions(3, 100));
    for _ in 0..real {
        let browser = Browser::new();
        browser.sign_in(&node, &site.idp, "jane").await;
        tokens.push(browser.cookie(&node, "belgie_session").unwrap());
    }
    add_sessions(&site, 100 - real);
    assert!(opens(&node, &tokens[0]).await, "it went too early");

    let last = Browser::new();
    last.sign_in(&node, &site.idp, "jane").await;

    assert!(!opens(&node, &tokens[0]).await, "the oldest is still there");
    for token in &tokens[1..] {
        assert!(opens(&node, token).await);
    }
    let sessions = listed(&last, &node).await;
    assert_eq!(sessions.len(), 100);
    assert_eq!(sessions[0]["current"], true, "the newest is first");
    let begun: Vec<_> = sessions
        .iter()
        .map(|session| session["created_at"].as_str().unwrap())
        .collect();
    assert!(
        begun.is_sorted_by(|newer, older| newer >= older),
        "{begun:?}"
    );
    assert!(
        john.me(&node).await.is_some(),
        "another user's session ended"
    );
}

async fn ses_14_concurrent_sign_ins_do_not_exceed_the_limit(site: Site) {
    let mut site = site;
    site.set("SESSIONS_PER_USER", "3");
    let nodes = two_nodes(&mut site).await;
    let mut begun_in_all = 0;
    for _ in 0..repetitions(2, 50) {
        let before = count(&site, "belgie_sessions");
        let sign_ins = come_back_at_once(&site, &nodes, &["jane"; 8]).await;
        let answers = statuses(sign_ins).await;
        assert!(
            answers.iter().all(|status| matches!(status, 303 | 503)),
            "{answers:?}"
        );
        let begun = answers.iter().filter(|status| **status == 303).count();
        assert_eq!(
            count(&site, "belgie_sessions"),
            (before + begun).min(3),
            "{answers:?}"
        );
        begun_in_all += begun;
    }
    assert!(begun_in_all > 3, "the bound was never met");
}

/// A sign-in writes the user's row: it must not write back a role that an operator has just changed.
async fn ses_13_a_sign_in_at_the_same_time_does_not_undo_a_change_of_role(site: Site) {
    let mut site = site;
    site.set("SESSIONS_PER_USER", "1000");
    let nodes = two_nodes(&mut site).await;
    let browser = Browser::new();
    browser.sign_in(&nodes[0], &site.idp, "jane").await;
    let mut signed_in = 0;
    for round in 0..repetitions(4, 50) {
        let role = ["admin", "user"][round % 2];
        let sign_ins = come_back_at_once(&site, &nodes, &["jane"; 8]).await;
        site.run_beside(&["user", "set-role", "jane@gmail.com", role])
            .await;
        for node in &nodes {
            assert_eq!(
                browser.me(node).await.unwrap()["role"],
                role,
                "at the next request"
            );
        }
        for status in statuses(sign_ins).await {
            // 503 where the two wrote at once and the machine was too busy to try again.
            assert!(matches!(status, 303 | 503), "{status}");
            signed_in += usize::from(status == 303);
        }
        assert_eq!(
            browser.me(&nodes[0]).await.unwrap()["role"],
            role,
            "it was undone"
        );
    }
    assert!(signed_in > 0, "no sign-in wrote the row");
    assert_eq!(count(&site, "belgie_users"), 1);
}

#[tokio::test]
async fn ses_11_the_list_has_only_own_sessions_and_no_tokens() {
    let site = Site::new(Kind::Sqlite).await;
    let (node, jane, john) = (site.node().await, Browser::new(), Browser::new());
    jane.sign_in(&node, &site.idp, "jane").await;
    john.sign_in(&node, &site.idp, "john").await;
    let token = jane.cookie(&node, "belgie_session").unwrap();

    let list = jane
        .get(node.url("/auth/sessions"))
        .await
        .text()
        .await
        .unwrap();

    assert_eq!(
        serde_json::from_str::<Value>(&list).unwrap()["sessions"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert!(!list.contains(&token[2..]), "the list names the token");
    let hashes = query(&site, "SELECT token_hash FROM belgie_sessions").to_lowercase();
    let digits: String = hashes.chars().filter(char::is_ascii_hexdigit).collect();
    assert!(
        !list.to_lowercase().contains(&digits[..32]),
        "the list names a hash"
    );
    let others = listed(&john, &node).await;
    let foreign = others[0]["id"].as_str().unwrap();
    for id in [
        foreign,
        &foreign.to_uppercase(),
        &foreign.replace('-', ""),
        "*",
        "%",
        "0",
        "..",
        "' OR 1=1 --",
    ] {
        let url = format!("{}/{}", node.url("/auth/sessions"), id.replace(' ', "%20"));
        let answer = jane.request(Method::DELETE, url).send().await.unwrap();
        assert!(
            matches!(answer.status().as_u16(), 404 | 405),
            "{id}: {}",
            answer.status()
        );
    }
    assert!(john.me(&node).await.is_some());
}
