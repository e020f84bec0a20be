//! Many sign-ins that one browser seems to begin at once: they cost others nothing.

use std::time::{Duration, Instant};

use reqwest::{Method, RequestBuilder};
use tokio::task::JoinSet;

use crate::support::browser::{Browser, client};
use crate::support::program::Node;
use crate::support::site::{Kind, Site};
use crate::support::stored::query;

const CLIENTS: usize = 120;
/// Sign-ins that each client begins in a round.
const EACH: usize = 8;
const ROUNDS: usize = 3;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn flow_13_clients_that_share_one_cookie_slow_no_session_check_on_postgresql() {
    let site = Site::without_limits(Kind::Postgres).await;
    let (node, jane) = (site.node().await, Browser::new());
    jane.sign_in(&node, &site.idp, "jane").await;
    let (strangers, shared) = (client(), Browser::new());
    shared.begin(&node).await;
    let start = node.url("/auth/provider/google/signin");

    let mut slowdowns = Vec::new();
    for _ in 0..ROUNDS {
        let alone = median_check(&node, &jane, || strangers.get(&start)).await;
        let crowded = median_check(&node, &jane, || shared.request(Method::GET, &start)).await;
        slowdowns.push((crowded.as_secs_f64() / alone.as_secs_f64(), alone, crowded));
    }

    slowdowns.sort_by(|one, other| one.0.total_cmp(&other.0));
    let (slowdown, ..) = slowdowns[ROUNDS / 2];
    assert!(slowdown <= 2.0, "{slowdowns:?}");
    // Of transactions that conflict most are rolled back. PostgreSQL counts them when a session has been idle for a while.
    tokio::time::sleep(Duration::from_secs(2)).await;
    let rolled_back =
        "SELECT xact_rollback FROM pg_stat_database WHERE datname = current_database()";
    let rolled_back: usize = query(&site, rolled_back).trim().parse().unwrap();
    assert!(rolled_back < 20, "{rolled_back}");
}

/// How long session checks take, in the median, while so many clients begin sign-ins.
async fn median_check(
    node: &Node,
    jane: &Browser,
    request: impl Fn() -> RequestBuilder,
) -> Duration {
    let mut begins = JoinSet::new();
    for _ in 0..CLIENTS {
        let requests: Vec<_> = (0..EACH).map(|_| request()).collect();
        begins.spawn(async move {
            for sent in requests {
                assert_eq!(sent.send().await.unwrap().status(), 303);
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
