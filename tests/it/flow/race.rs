//! Callbacks that come at the same time, or are broken off.

use std::time::Duration;

use belgie_idp_emulator::Endpoint;
use reqwest::Url;

use crate::support::browser::{Browser, with_parameter};
use crate::support::repetition::repetitions;
use crate::support::site::{Site, on_both_databases};
use crate::support::stored::query;

fn sessions(site: &Site) -> usize {
    let count = query(site, "SELECT count(*) FROM belgie_sessions");
    count.trim().parse().unwrap()
}

/// What races for one attempt: the callback itself, in the hands of a stranger, and changed in every way.
fn racer(number: usize, mine: &Browser, stranger: &Browser, callback: &Url) -> (Browser, Url) {
    match number % 6 {
        0 => (mine.clone(), callback.clone()),
        1 => (stranger.clone(), callback.clone()),
        2 => (
            mine.clone(),
            with_parameter(callback, "error", "access_denied"),
        ),
        3 => (mine.clone(), with_parameter(callback, "code", "guessed")),
        4 => (
            mine.clone(),
            with_parameter(callback, "iss", "https://evil.example"),
        ),
        _ => (Browser::new(), callback.clone()),
    }
}

on_both_databases! {
    flow_03_concurrent_callbacks_ask_the_provider_at_most_once,
    flow_03_who_hangs_up_has_had_their_try,
}

async fn flow_03_concurrent_callbacks_ask_the_provider_at_most_once(site: Site) {
    let (node, mut asked, mut signed_in) = (site.node().await, 0, 0);
    for _ in 0..repetitions(3, 100) {
        let (mine, stranger) = (Browser::new(), Browser::new());
        stranger.begin(&node).await;
        let callback = mine.authorized(&node, &site.idp, "jane").await;

        let mut racers = tokio::task::JoinSet::new();
        for number in 0..48 {
            let (browser, url) = racer(number, &mine, &stranger, &callback);
            racers.spawn(async move { browser.get(url).await.status().as_u16() });
        }
        let answers = racers.join_all().await;

        let successes = answers.iter().filter(|status| **status == 303).count();
        let refusals = answers
            .iter()
            .filter(|status| matches!(**status, 400 | 401))
            .count();
        assert_eq!(successes + refusals, 48, "{answers:?}");
        let asked_now = site.idp.request_count(Endpoint::Token) - asked;
        assert!(
            successes <= asked_now && asked_now <= 1,
            "{successes} of {asked_now}"
        );
        (asked, signed_in) = (asked + asked_now, signed_in + successes);
        assert_eq!(mine.get(callback).await.status(), 400);
    }
    assert_eq!(sessions(&site), signed_in);
}

async fn flow_03_who_hangs_up_has_had_their_try(site: Site) {
    let node = site.node().await;
    for pause in 0..repetitions(12, 100) {
        let browser = Browser::new();
        let callback = browser.authorized(&node, &site.idp, "jane").await;
        let before = site.idp.request_count(Endpoint::Token);

        let patience = Duration::from_micros(pause as u64 * 500);
        let _ = tokio::time::timeout(patience, browser.get(callback.clone())).await;
        let mut again = Vec::new();
        for _ in 0..3 {
            again.push(browser.get(callback.clone()).await.status().as_u16());
        }

        let asked = site.idp.request_count(Endpoint::Token) - before;
        assert!(asked <= 1, "asked {asked} times after {patience:?}");
        assert_eq!(again[1..], [400, 400]);
    }
}
