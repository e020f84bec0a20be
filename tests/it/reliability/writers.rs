//! Many who write into one file of SQLite at once, by two processes: within one, a single thread writes.

use std::sync::Arc;
use std::time::Duration;

use reqwest::Method;
use tokio::time::{Instant, MissedTickBehavior, interval_at};

use crate::support::browser::Browser;
use crate::support::program::Node;
use crate::support::repetition::repetitions;
use crate::support::site::{Kind, Site};

const WRITERS: u32 = 32;
/// One request of each writer in this time makes 200 in a second.
const EACH: Duration = Duration::from_millis(160);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_21_32_writers_never_find_the_database_locked() {
    let site = Arc::new(Site::without_limits(Kind::Sqlite).await);
    let nodes = [Arc::new(site.node().await), Arc::new(site.node().await)];
    let rounds = repetitions(20, 375);

    let mut writers = tokio::task::JoinSet::new();
    for writer in 0..WRITERS {
        let node = &nodes[writer as usize % nodes.len()];
        let (site, node) = (Arc::clone(&site), Arc::clone(node));
        let first = Instant::now() + EACH * writer / WRITERS;
        writers.spawn(async move { write(&site, &node, first, rounds).await });
    }
    let written = writers.join_all().await;
    let signed_out: usize = written.iter().map(|written| written.signed_out).sum();
    let refused: usize = written.iter().map(|written| written.refused).sum();

    let log = nodes.each_ref().map(|node| node.log()).concat();
    let errors: Vec<_> = log.lines().filter(|line| line.contains("ERROR")).collect();
    assert!(errors.is_empty() && !log.contains("locked"), "{errors:#?}");
    assert_eq!(refused, 0);
    assert!(signed_out >= WRITERS as usize, "{signed_out} signed out");
}

/// What became of one writer's requests.
#[derive(Default)]
struct Written {
    signed_out: usize,
    /// Those that the database kept from being served.
    refused: usize,
}

/// Begins sign-ins one after the other, at a steady pace, and now and then completes one and signs out again: each of
/// these writes. A provider that is short of breath on a busy machine is not the database's fault.
async fn write(site: &Site, node: &Node, first: Instant, rounds: usize) -> Written {
    let mut pace = interval_at(first, EACH);
    pace.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let (browser, mut written) = (Browser::new(), Written::default());
    for round in 0..rounds {
        pace.tick().await;
        let begun = browser.get(node.url("/auth/provider/google/signin")).await;
        written.refused += failed(&begun);
        if round % 8 != 0 || begun.status() != 303 {
            continue;
        }
        let asked = begun.headers()["location"].to_str().unwrap();
        let callback = site.idp.authorize(asked, "jane").await.unwrap();
        pace.tick().await;
        written.refused += failed(&browser.get(callback).await);
        pace.tick().await;
        let sign_out = browser.request(Method::POST, node.url("/auth/signout"));
        let signed_out = sign_out.send().await.unwrap();
        written.refused += failed(&signed_out);
        written.signed_out += usize::from(signed_out.status() == 204);
    }
    written
}

fn failed(answer: &reqwest::Response) -> usize {
    usize::from(matches!(answer.status().as_u16(), 500 | 503))
}
