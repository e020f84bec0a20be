//! Many sign-ins that one browser seems to begin at once: they cost others nothing.

use std::time::Duration;

use reqwest::Method;
use tokio::task::JoinSet;

use crate::support::browser::Browser;
use crate::support::program::Node;
use crate::support::site::{Kind, Site};
use crate::support::stored::{Held, count, query};

/// More sign-ins than are kept of a browser.
const OPEN: usize = 40;
/// More than the node has connections.
const CLIENTS: usize = 24;
/// Sign-ins that each client begins.
const EACH: usize = 4;

/// Every sign-in that begins deletes the oldest ones of its browser. Were it to wait for others that do so, they would
/// hold all connections: here somebody holds those rows until all have begun.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn flow_13_clients_that_share_one_cookie_delay_no_session_check_on_postgresql() {
    let site = Site::without_limits(Kind::Postgres).await;
    let (node, jane) = (site.node().await, Browser::new());
    jane.sign_in(&node, &site.idp, "jane").await;
    let shared = Browser::new();
    for _ in 0..OPEN {
        shared.begin(&node).await;
    }
    let kept = count(&site, "belgie_attempts");
    let held = Held::take(&site, "SELECT FROM belgie_attempts FOR UPDATE");

    let mut begins = crowd(&node, &shared);
    let (mut checks, mut begun) = (0, 0);
    while let Some(of_client) = begins.join_next().await {
        begun += of_client.unwrap();
        assert_eq!(jane.get(node.url("/api/me")).await.status(), 200);
        checks += 1;
    }

    held.release();
    assert_eq!((begun, checks), (CLIENTS * EACH, CLIENTS));
    // The rows that were held are still there. The next sign-in deletes them.
    assert!(count(&site, "belgie_attempts") > kept);
    shared.begin(&node).await;
    assert_eq!(count(&site, "belgie_attempts"), kept);
    // Of transactions that conflict most are rolled back. PostgreSQL counts them when a session has been idle for a while.
    tokio::time::sleep(Duration::from_secs(2)).await;
    let rolled_back =
        "SELECT xact_rollback FROM pg_stat_database WHERE datname = current_database()";
    let rolled_back: usize = query(&site, rolled_back).trim().parse().unwrap();
    assert!(rolled_back < 20, "{rolled_back}");
}

/// Clients that begin sign-ins with one cookie. Each returns how many it began.
fn crowd(node: &Node, shared: &Browser) -> JoinSet<usize> {
    let mut begins = JoinSet::new();
    for _ in 0..CLIENTS {
        let start = || shared.request(Method::GET, node.url("/auth/provider/google/signin"));
        let requests: Vec<_> = (0..EACH).map(|_| start()).collect();
        begins.spawn(async move {
            let mut begun = 0;
            for request in requests {
                assert_eq!(request.send().await.unwrap().status(), 303);
                begun += 1;
            }
            begun
        });
    }
    begins
}
