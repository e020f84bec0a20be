//! Callbacks that come at the same time, or are broken off.

use std::time::Duration;

use belgie_idp_emulator::{Answer, Endpoint, Fault, Parameters};
use reqwest::Url;

use crate::support::browser::{Browser, with_parameter};
use crate::support::repetition::repetitions;
use crate::support::site::{Site, on_both_databases};
use crate::support::stored::count;

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
    flow_03_a_client_that_hangs_up_has_used_its_attempt,
    flow_03_hanging_up_while_the_provider_is_asked_uses_up_the_attempt,
}

async fn flow_03_concurrent_callbacks_ask_the_provider_at_most_once(site: Site) {
    let (node, mut asked, mut signed_in) = (site.node().await, 0, 0);
    let rounds = repetitions(3, 100);
    for round in 0..100.max(rounds) {
        if round >= rounds && signed_in > 0 {
            break;
        }
        let (mine, stranger) = (Browser::new(), Browser::new());
        stranger.begin(&node).await;
        let callback = mine.authorized(&node, &site.idp, "jane").await;

        let mut racers = tokio::task::JoinSet::new();
        for number in 0..48 {
            let (browser, url) = racer(round + number, &mine, &stranger, &callback);
            racers.spawn(async move { browser.get(url).await.status().as_u16() });
        }
        let answers = racers.join_all().await;

        let successes = count_of(&answers, &[303]);
        let refusals = count_of(&answers, &[400, 401]);
        assert_eq!(successes + refusals, 48, "{answers:?}");
        let asked_now = site.idp.request_count(Endpoint::Token) - asked;
        assert!(
            successes <= asked_now && asked_now <= 1,
            "{successes} of {asked_now}"
        );
        (asked, signed_in) = (asked + asked_now, signed_in + successes);
        assert_eq!(mine.get(callback).await.status(), 400);
    }
    assert!(signed_in > 0, "the callback itself never won");
    assert_eq!(count(&site, "belgie_sessions"), signed_in);
}

fn count_of(answers: &[u16], statuses: &[u16]) -> usize {
    let of_these = answers.iter().filter(|answer| statuses.contains(answer));
    of_these.count()
}

async fn flow_03_a_client_that_hangs_up_has_used_its_attempt(site: Site) {
    let node = site.node().await;
    let mut tries = Vec::new();
    for patience in patience() {
        let browser = Browser::new();
        let callback = browser.authorized(&node, &site.idp, "jane").await;

        let _ = tokio::time::timeout(patience, browser.get(callback.clone())).await;

        tries.push((
            patience,
            three_times(&browser, &callback).await,
            code_of(&callback),
        ));
    }
    // Either the server never heard of the first request, or that was the try.
    for (patience, again, code) in &tries {
        let asked = times_redeemed(&site, code);
        match again {
            [303, 400, 400] => assert_eq!(asked, 1, "after {patience:?}"),
            [400, 400, 400] => assert!(asked <= 1, "asked {asked} times after {patience:?}"),
            _ => panic!("{again:?} after {patience:?}"),
        }
    }
    let (_, again, code) = tries.last().unwrap();
    assert_eq!((*again, times_redeemed(&site, code)), ([400; 3], 1));
}

/// How long a client waits for its answer: less than any answer takes, and more and more, and at last until it has it.
fn patience() -> impl Iterator<Item = Duration> {
    (0..repetitions(12, 100))
        .map(|pause| Duration::from_micros(pause as u64 * 500))
        .chain([Duration::from_secs(60)])
}

fn code_of(callback: &Url) -> String {
    let mut parameters = callback.query_pairs();
    let code = parameters.find(|(name, _)| name == "code").unwrap();
    code.1.into_owned()
}

fn times_redeemed(site: &Site, code: &str) -> usize {
    let requests = site.idp.requests().token_requests;
    let redeemed = |form: &Parameters| form.first("code") == Some(code);
    requests
        .iter()
        .filter(|request| redeemed(&request.form))
        .count()
}

async fn flow_03_hanging_up_while_the_provider_is_asked_uses_up_the_attempt(site: Site) {
    let node = site.node().await;
    let slow = Answer::Slow {
        delay: Duration::from_millis(300),
    };
    site.idp.fault(Fault::answer(Endpoint::Token, slow));
    for round in 1..=repetitions(3, 30) {
        let browser = Browser::new();
        let callback = browser.authorized(&node, &site.idp, "jane").await;

        let (leaving, url) = (browser.clone(), callback.clone());
        let under_way = tokio::spawn(async move { leaving.get(url).await });
        while site.idp.request_count(Endpoint::Token) < round {
            assert!(!under_way.is_finished(), "it was answered already");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        under_way.abort();
        assert!(under_way.await.unwrap_err().is_cancelled());

        assert_eq!(three_times(&browser, &callback).await, [400; 3]);
        assert_eq!(site.idp.request_count(Endpoint::Token), round);
    }
}

async fn three_times(browser: &Browser, callback: &Url) -> [u16; 3] {
    let mut statuses = [0; 3];
    for status in &mut statuses {
        *status = browser.get(callback.clone()).await.status().as_u16();
    }
    statuses
}
