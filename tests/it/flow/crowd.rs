//! Many sign-ins that one browser seems to begin at once: they cost nobody else anything.

use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use crate::support::browser::Browser;
use crate::support::program::Node;
use crate::support::site::{Kind, Site};

const CLIENTS: usize = 120;
/// Sign-ins that each client begins in a round.
const EACH: usize = 8;
const ROUNDS: usize = 3;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn flow_13_clients_that_share_one_cookie_slow_no_session_check_on_postgresql() {
    let site = Site::new(Kind::Postgres).await;
    let (node, jane) = (site.node().await, Browser::new());
    jane.sign_in(&node, &site.idp, "jane").await;
    let strangers: Vec<_> = (0..CLIENTS).map(|_| Browser::new()).collect();
    let shared = vec![Browser::new(); CLIENTS];
    for browser in strangers.iter().chain(&shared[..1]) {
        browser.begin(&node).await;
    }

    let mut slowdowns = Vec::new();
    for _ in 0..ROUNDS {
        let alone = median_check(&node, &jane, &strangers).await;
        let crowded = median_check(&node, &jane, &shared).await;
        slowdowns.push((crowded.as_secs_f64() / alone.as_secs_f64(), alone, crowded));
    }

    slowdowns.sort_by(|one, other| one.0.total_cmp(&other.0));
    let (slowdown, ..) = slowdowns[ROUNDS / 2];
    assert!(slowdown <= 2.0, "{slowdowns:?}");
}

/// How long session checks take, in the median, while all these browsers begin sign-ins.
async fn median_check(node: &Node, jane: &Browser, browsers: &[Browser]) -> Duration {
    let mut begins = JoinSet::new();
    for browser in browsers {
        let (browser, start) = (browser.clone(), node.url("/auth/provider/google/signin"));
        begins.spawn(async move {
            for _ in 0..EACH {
                assert_eq!(browser.get(&start).await.status(), 303);
            }
        });
    }
    let mut took = Vec::new();
    while !begins.is_empty() {
        let begun = Instant::now();
        assert_eq!(jane.get(node.url("/api/me")).await.status(), 200);
        took.push(begun.elapsed());
        while let Some(ended) = begins.try_join_next() {
            ended.unwrap();
        }
    }
    assert!(took.len() >= 8, "too few checks: {took:?}");
    took.sort_unstable();
    took[took.len() / 2]
}
