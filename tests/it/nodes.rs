//! Two servers on one PostgreSQL database.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use belgie_idp_emulator::Endpoint;

use crate::support::browser::Browser;
use crate::support::nodes::{at, two_nodes};
use crate::support::repetition::repetitions;
use crate::support::site::{Kind, Site};
use crate::support::stored::count;

#[tokio::test]
async fn flow_03_copies_of_a_callback_at_two_nodes_sign_in_once() {
    let mut site = Site::new(Kind::Postgres).await;
    let nodes = two_nodes(&mut site).await;
    for round in 1..=repetitions(5, 100) {
        let browser = Browser::new();
        let callback = browser.authorized(&nodes[0], &site.idp, "jane").await;

        let mut copies = tokio::task::JoinSet::new();
        for copy in 0..50 {
            let (browser, url) = (browser.clone(), at(&nodes[copy % 2], &callback));
            copies.spawn(async move { browser.get(url).await.status() == 303 });
        }

        let signed_in = copies
            .join_all()
            .await
            .into_iter()
            .filter(|signed_in| *signed_in)
            .count();
        assert_eq!(
            (signed_in, site.idp.request_count(Endpoint::Token)),
            (1, round)
        );
    }
}

/// Threads that keep the machine's cores from everything else until this is dropped.
struct BusyMachine(Arc<AtomicBool>);

impl BusyMachine {
    fn new(threads: usize) -> Self {
        let is_over = Arc::new(AtomicBool::new(false));
        for _ in 0..threads {
            let is_over = Arc::clone(&is_over);
            std::thread::spawn(move || {
                while !is_over.load(Ordering::Relaxed) {
                    std::hint::spin_loop();
                }
            });
        }
        Self(is_over)
    }
}

impl Drop for BusyMachine {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lnk_17_fifty_first_sign_ins_of_one_person_at_two_nodes_of_a_busy_machine_all_get_in() {
    let mut site = Site::new(Kind::Postgres).await;
    let nodes = two_nodes(&mut site).await;
    let mut callbacks = Vec::new();
    for _ in 0..50 {
        let browser = Browser::new();
        let callback = browser.authorized(&nodes[0], &site.idp, "jane").await;
        callbacks.push((browser, callback));
    }

    let busy = BusyMachine::new(2);
    let mut sign_ins = tokio::task::JoinSet::new();
    for (copy, (browser, callback)) in callbacks.into_iter().enumerate() {
        let url = at(&nodes[copy % 2], &callback);
        sign_ins.spawn(async move { browser.get(url).await.status().as_u16() });
    }
    let answers = sign_ins.join_all().await;
    drop(busy);

    assert_eq!(answers, [303; 50]);
    for (table, rows) in [("users", 1), ("accounts", 1), ("sessions", 50)] {
        assert_eq!(count(&site, &format!("belgie_{table}")), rows, "{table}");
    }
}

#[tokio::test]
async fn ses_10_a_sign_out_at_one_node_holds_at_the_other_at_once() {
    let mut site = Site::new(Kind::Postgres).await;
    let nodes = two_nodes(&mut site).await;
    for _ in 0..20 {
        let browser = Browser::new();
        browser.sign_in(&nodes[0], &site.idp, "jane").await;
        assert!(browser.me(&nodes[1]).await.is_some());
        let cookie = browser.cookie(&nodes[0], "belgie_session").unwrap();

        browser.sign_out(&nodes[0]).await;

        for node in &nodes {
            let replay = Browser::new();
            replay.set_cookie(node, &format!("belgie_session={cookie}"));
            assert_eq!(replay.me(node).await, None);
        }
    }
}
