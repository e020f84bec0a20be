//! A server that is asked to stop completes every request (REL-01).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use belgie_idp_emulator::{Answer, Endpoint, Fault};
use serde_json::Value;
use url::Url;

use crate::support::balancer::Balancer;
use crate::support::browser::{Browser, client, header};
use crate::support::program::Node;
use crate::support::repetition::repetitions;
use crate::support::site::{Kind, Site};

/// Twenty visitors who ask ten times a second.
const VISITORS: usize = 20;
const PAUSE: Duration = Duration::from_millis(100);
/// Requests that each makes at least, however slow the machine.
const LEAST: usize = 60;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_01_two_nodes_that_stop_in_turn_fail_none_of_200_requests_a_second() {
    let (duration, turn) = (
        Duration::from_secs(repetitions(6, 60) as u64),
        Duration::from_secs(repetitions(2, 10) as u64),
    );
    let balancer = Balancer::start().await;
    let mut site = Site::new(Kind::Postgres).await;
    site.set("BASE_URL", balancer.base_url());
    site.set("SHUTDOWN_DELAY", "2");
    let site = Arc::new(site);
    let mut nodes = [site.node().await, site.node().await];
    for node in &nodes {
        balancer.serve(node);
    }

    let (until, is_over) = (Instant::now() + duration, Arc::new(AtomicBool::new(false)));
    let mut visitors = tokio::task::JoinSet::new();
    for _ in 0..VISITORS {
        let (base_url, is_over) = (balancer.base_url(), Arc::clone(&is_over));
        visitors.spawn(ask_until(is_over, base_url, Arc::clone(&site)));
    }
    let mut stops = 0;
    // On a busy machine it takes longer until each has stopped once.
    while stops < 2 || Instant::now() + turn < until {
        tokio::time::sleep(turn).await;
        let node = &mut nodes[stops % 2];
        stop(node).await;
        *node = site.node().await;
        balancer.serve(node);
        stops += 1;
    }

    tokio::time::sleep_until(until.into()).await;
    is_over.store(true, Ordering::Relaxed);
    let served: usize = visitors.join_all().await.into_iter().sum();
    assert!(served >= VISITORS * LEAST, "{served} served");
}

/// Asks who is signed in, over and over, and signs in anew now and then. Returns how many requests were served: all.
async fn ask_until(is_over: Arc<AtomicBool>, base_url: String, site: Arc<Site>) -> usize {
    let browser = Browser::new();
    let mut pace = tokio::time::interval(PAUSE);
    let mut served = 0;
    while served < LEAST || !is_over.load(Ordering::Relaxed) {
        pace.tick().await;
        if served % 21 == 0 {
            let start = format!("{base_url}/auth/provider/google/signin");
            let begun = browser.get(start).await;
            let asked = Url::parse(&header(&begun, "location")).unwrap();
            let callback = site.idp.authorize(&asked, "jane").await.unwrap();
            assert_eq!(browser.get(callback).await.status(), 303);
            served += 1;
        } else {
            let me = browser.get(format!("{base_url}/api/me")).await;
            assert_eq!(me.status(), 200);
            let me: Value = me.json().await.unwrap();
            assert_eq!(me["email"], "jane@gmail.com");
        }
        served += 1;
    }
    served
}

/// Asks a node to stop: it is not ready at once, and ends well within 30 seconds.
async fn stop(node: &mut Node) {
    let begun = Instant::now();
    node.signal("TERM");
    not_ready(node).await;
    assert_eq!(node.ended().await.code(), Some(0), "{}", node.log());
    assert!(begun.elapsed() < Duration::from_secs(30));
}

/// Waits until a node that still takes connections says that it is not ready.
async fn not_ready(node: &Node) {
    let (url, patience) = (node.url("/readyz"), Duration::from_secs(10));
    let is_ready = async {
        while client().get(&url).send().await.unwrap().status() == 200 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        client().get(&url).send().await.unwrap().status()
    };
    let status = tokio::time::timeout(patience, is_ready).await;
    assert_eq!(status.expect("it is still ready"), 503);
}

#[tokio::test]
async fn rel_01_a_stopping_server_completes_a_sign_in_in_progress() {
    for signal in ["TERM", "INT"] {
        let site = Site::new(Kind::Sqlite).await;
        let node = site.node().await;
        stop_during_a_sign_in(&site, node, signal).await;
    }
}

/// Stops a node while a sign-in waits for the provider: it is completed, and the session holds at the next node.
async fn stop_during_a_sign_in(site: &Site, mut node: Node, signal: &str) {
    let browser = Browser::new();
    let callback = browser.authorized(&node, &site.idp, "jane").await;
    let asked = site.idp.request_count(Endpoint::Token);
    let delay = Duration::from_secs(2);
    let slow = Fault::answer(Endpoint::Token, Answer::Slow { delay });
    site.idp.fault_once(slow);

    let under_way = tokio::spawn({
        let browser = browser.clone();
        async move { browser.get(callback).await }
    });
    while site.idp.request_count(Endpoint::Token) == asked {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    node.signal(signal);

    assert_eq!(under_way.await.unwrap().status(), 303, "{}", node.log());
    assert_eq!(node.ended().await.code(), Some(0), "{}", node.log());
    let next = site.node().await;
    let session = browser.cookie(&next, "belgie_session").unwrap();
    let returning = Browser::new();
    returning.set_cookie(&next, &format!("belgie_session={session}"));
    let me = returning.me(&next).await.unwrap();
    assert_eq!(me["email"], "jane@gmail.com");
}

#[tokio::test]
async fn rel_01_a_stopping_server_keeps_serving_until_proxies_have_noticed() {
    for signal in ["TERM", "INT"] {
        let mut site = Site::new(Kind::Sqlite).await;
        site.set("SHUTDOWN_DELAY", "2");
        let (mut node, browser) = (site.node().await, Browser::new());
        browser.sign_in(&node, &site.idp, "jane").await;

        node.signal(signal);
        not_ready(&node).await;

        let served = browser.get(node.url("/api/me")).await;
        assert_eq!(served.status(), 200, "{signal}");
        assert_eq!(
            header(&served, "connection"),
            "close",
            "no more on this one"
        );
        assert_eq!(node.ended().await.code(), Some(0), "{}", node.log());
    }
}

/// Connections to the provider are shared by all workers: the one that opened them may be idle, and then it stops first.
#[tokio::test]
async fn rel_01_a_worker_that_stops_breaks_no_connection_to_the_provider() {
    for before in [1, 2] {
        let mut site = Site::new(Kind::Sqlite).await;
        site.set("WORKERS", "2");
        let node = site.node().await;
        // Each has a connection of its own, and connections go to the workers in turn.
        for _ in 0..before {
            Browser::new().sign_in(&node, &site.idp, "john").await;
        }
        stop_during_a_sign_in(&site, node, "TERM").await;
    }
}
