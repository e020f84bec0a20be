//! Keys are rotated while requests come in.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use tokio::task::JoinSet;

use super::*;

on_both_databases! {
    jwt_04_no_request_fails_while_keys_are_rotated,
    jwt_04_the_tokens_of_a_withdrawn_key_are_refused_at_both_nodes,
}

/// Lets the newest key begin to sign as if ten minutes had passed.
fn let_time_pass(site: &Site) {
    let earlier = if is_sqlite(site) {
        "signs_from - 600000000"
    } else {
        "signs_from - interval '10 minutes'"
    };
    let newest = "(SELECT max(number) FROM belgie_signing_keys)";
    execute(
        site,
        &format!("UPDATE belgie_signing_keys SET signs_from = {earlier} WHERE number = {newest}"),
    );
}

/// Waits until both nodes sign with the newest key.
async fn until_signing(nodes: &[Node; 2], session: &str, kid: &str) {
    for node in [0, 1] {
        for _ in 0..300 {
            if part(&token(nodes, node, session).await, 0)["kid"] == kid {
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        assert_eq!(part(&token(nodes, node, session).await, 0)["kid"], kid);
    }
}

/// Clients that get tokens at one node and use them at the other, until they are asked to stop. Each returns how many
/// requests failed, and its tokens.
fn load(nodes: &Arc<[Node; 2]>, session: &str) -> (Arc<AtomicBool>, JoinSet<(usize, Vec<String>)>) {
    let (is_over, requests) = (
        Arc::new(AtomicBool::new(false)),
        Arc::new(AtomicUsize::new(0)),
    );
    let mut clients = JoinSet::new();
    for number in 0..4 {
        let (nodes, session) = (Arc::clone(nodes), session.to_owned());
        let (is_over, requests) = (Arc::clone(&is_over), Arc::clone(&requests));
        clients.spawn(async move {
            let (mut failures, mut tokens) = (0, Vec::new());
            while !is_over.load(Ordering::Relaxed) {
                let at = requests.fetch_add(1, Ordering::Relaxed) + number;
                tokens.push(token(&nodes, at % 2, &session).await);
                let oldest = tokens[at % tokens.len()].clone();
                for token in [tokens.last().unwrap(), &oldest] {
                    failures += usize::from(me(&nodes, (at + 1) % 2, token).await != 200);
                }
            }
            (failures, tokens)
        });
    }
    (is_over, clients)
}

async fn jwt_04_no_request_fails_while_keys_are_rotated(site: Site) {
    let mut site = site;
    let (nodes, browser) = two_nodes(&mut site).await;
    let session = browser.cookie(&nodes[0], "belgie_session").unwrap();
    let nodes = Arc::new(nodes);
    token(&nodes, 0, &session).await;

    let (is_over, clients) = load(&nodes, &session);
    let mut kids = published(&nodes, 0).await;
    for _ in 0..2 {
        let made = site.try_run_beside(&["keys", "rotate", "--json"]).await;
        let key: Value = serde_json::from_slice(&made.stdout).unwrap();
        assert_eq!(key["state"], "published");
        let kid = key["kid"].as_str().unwrap().to_owned();
        let_time_pass(&site);
        until_signing(&nodes, &session, &kid).await;
        kids.push(kid);
    }
    is_over.store(true, Ordering::Relaxed);
    let ended = clients.join_all().await;

    let failures: usize = ended.iter().map(|(failures, _)| failures).sum();
    let tokens: Vec<_> = ended.iter().flat_map(|(_, tokens)| tokens).collect();
    assert_eq!(failures, 0, "of {} requests", 3 * tokens.len());
    for kid in &kids {
        let signed = tokens.iter().any(|token| part(token, 0)["kid"] == **kid);
        assert!(signed, "{kid} signed nothing");
    }
    for node in [0, 1] {
        assert_eq!(published(&nodes, node).await, kids);
    }
    let listed: Value = serde_json::from_str(&site.run(&["keys", "list", "--json"])).unwrap();
    let states: Vec<_> = listed
        .as_array()
        .unwrap()
        .iter()
        .map(|key| &key["state"])
        .collect();
    assert_eq!(states, ["verifying", "verifying", "signing"]);
}

async fn jwt_04_the_tokens_of_a_withdrawn_key_are_refused_at_both_nodes(site: Site) {
    let mut site = site;
    let (nodes, browser) = two_nodes(&mut site).await;
    let session = browser.cookie(&nodes[0], "belgie_session").unwrap();
    let old = token(&nodes, 0, &session).await;
    for node in [0, 1] {
        assert_eq!(me(&nodes, node, &old).await, 200);
    }

    site.run_beside(&["keys", "rotate", "--now"]).await;
    // A node reads its keys again when they are 10 seconds old.
    tokio::time::sleep(Duration::from_secs(11)).await;

    for node in [0, 1] {
        assert_eq!(me(&nodes, node, &old).await, 401);
        let new = token(&nodes, node, &session).await;
        assert_eq!(me(&nodes, 1 - node, &new).await, 200);
    }
    assert_eq!(published(&nodes, 0).await.len(), 1);
}
