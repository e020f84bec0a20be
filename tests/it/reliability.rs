//! A server that starts, stops, is killed, and loses its database or its provider (REL-01 … REL-23).

mod connections;
mod durable;
mod hashing;
mod killing;
mod migrations;
mod stopping;
mod upgrade;
mod writers;

use std::time::{Duration, Instant};

use belgie_idp_emulator::{Emulator, Person};
use fastrand::Rng;
use serde_json::Value;
use tokio::io::AsyncWriteExt as _;

use crate::support::browser::{Browser, client, code, header};
use crate::support::program::Node;
use crate::support::proxy::{Proxy, Way};
use crate::support::random::random;
use crate::support::repetition::repetitions;
use crate::support::site::{CLIENT_ID, CLIENT_SECRET, Kind, Site};
use crate::support::wire::{connect, read_to_end, status};

/// How long readiness may take to follow the database on a busy machine.
const LONGEST: Duration = Duration::from_secs(30);

#[tokio::test]
async fn rel_02_readiness_follows_the_database_and_liveness_does_not() {
    let mut site = Site::new(Kind::Postgres).await;
    let mut url = url::Url::parse(site.setting("DATABASE_URL")).unwrap();
    let proxy = Proxy::to(format!("127.0.0.1:{}", url.port().unwrap())).await;
    url.set_port(Some(proxy.port())).unwrap();
    site.set("DATABASE_URL", url.as_str());
    let (node, browser) = (site.node().await, Browser::new());
    browser.sign_in(&node, &site.idp, "jane").await;
    site.idp.forget_requests();

    for way in [Way::Closed, Way::Silent].repeat(repetitions(1, 20)) {
        proxy.set(way);
        let gone = tokio::join!(
            wait_for_readiness(&node, 503, LONGEST),
            live_for(&node, Duration::from_secs(2)),
        );
        let asked = browser.get(node.url("/api/me")).await;
        assert_eq!(
            asked.status(),
            503,
            "neither signed in nor signed out: {way:?} {gone:?}"
        );
        assert!(asked.headers().contains_key("retry-after"));
        assert!(asked.headers().get("set-cookie").is_none());

        proxy.set(Way::Open);
        tokio::join!(
            wait_for_readiness(&node, 200, LONGEST),
            live_for(&node, Duration::from_secs(1)),
        );
        assert!(browser.me(&node).await.is_some());
    }
    assert_eq!(
        site.idp.requests(),
        belgie_idp_emulator::Requests::default()
    );
}

/// Asks ten times a second until `/readyz` answers this.
async fn wait_for_readiness(node: &Node, status: u16, at_most: Duration) {
    let begun = Instant::now();
    loop {
        let asked = client().get(node.url("/readyz")).send();
        let answered = tokio::time::timeout(at_most, asked).await;
        assert!(
            begun.elapsed() < at_most,
            "not {status} after {:?}:\n{}",
            begun.elapsed(),
            node.log()
        );
        if answered.is_ok_and(|answer| answer.unwrap().status() == status) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Asks for a while whether the process lives: it says so whatever the database does, and without waiting for it.
async fn live_for(node: &Node, duration: Duration) {
    let (begun, mut took) = (Instant::now(), Vec::new());
    while begun.elapsed() < duration {
        let asked = Instant::now();
        let answer = client().get(node.url("/healthz")).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        took.push(asked.elapsed());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    took.sort_unstable();
    // A request that needs the database waits a second or longer.
    assert!(
        took[took.len() / 2] < Duration::from_millis(500),
        "{took:?}"
    );
}

#[tokio::test]
async fn rel_18_the_server_survives_garbage_on_its_sockets() {
    let site = Site::new(Kind::Sqlite).await;
    let node = site.node().await;
    let mut garbage = vec![
        b"\0\0\0\0".to_vec(),
        b"GET / HTTP/9.9\r\n\r\n".to_vec(),
        b"GET http://[ HTTP/1.1\r\nHost: [\r\n\r\n".to_vec(),
        vec![0xff; 4096],
    ];
    let mut random = random();
    for _ in 0..repetitions(96, 9_996) {
        garbage.push(noise(&mut random));
    }

    let mut answered = 0;
    for bytes in &garbage {
        let mut stream = connect(&node).await;
        // The server may have read enough.
        let _ = stream.write_all(bytes).await;
        let _ = stream.shutdown().await;
        let answer = read_to_end(&mut stream).await;
        let is_refusal = answer.is_empty() || (400..500).contains(&status(&answer));
        assert!(is_refusal, "{bytes:?}: {answer}");
        answered += usize::from(!answer.is_empty());
    }

    assert!(answered > garbage.len() / 4, "{answered} were answered");
    let ready = client().get(node.url("/readyz")).send().await.unwrap();
    assert_eq!(ready.status(), 200);
    assert!(!node.log().contains("panicked"), "{}", node.log());
}

/// Bytes that are no request, though some begin like one.
fn noise(random: &mut Rng) -> Vec<u8> {
    let beginnings = [
        "",
        "GET ",
        "GET / HTTP/1.1\r\n",
        "POST /auth/signout HTTP/1.1\r\nHost: a\r\nContent-Length: ",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ];
    let mut bytes = beginnings[random.usize(..beginnings.len())]
        .as_bytes()
        .to_vec();
    // The first byte keeps what follows from being a line, a number or a header.
    bytes.push(0);
    for _ in 0..random.usize(..2_000) {
        bytes.push(random.u8(..));
    }
    bytes
}

#[tokio::test]
async fn rel_23_a_provider_that_was_down_at_the_start_is_used_once_it_is_back() {
    let mut site = Site::new(Kind::Sqlite).await;
    // One that refuses connections, and one that takes them and never says a word.
    let listen = || std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let (late, silent) = (listen().local_addr().unwrap(), listen());
    site.set("OIDC_PROVIDERS", "late,silent");
    for (id, address) in [("LATE", late), ("SILENT", silent.local_addr().unwrap())] {
        site.set(
            &format!("OIDC_{id}_ISSUER_URL"),
            format!("http://{address}"),
        );
        site.set(&format!("OIDC_{id}_CLIENT_ID"), CLIENT_ID);
        site.set(&format!("OIDC_{id}_CLIENT_SECRET"), CLIENT_SECRET);
    }
    let begun = Instant::now();
    let (node, browser) = (site.node().await, Browser::new());
    assert!(
        begun.elapsed() < Duration::from_secs(8),
        "{:?}",
        begun.elapsed()
    );

    browser.sign_in(&node, &site.idp, "jane").await;
    for (id, status) in [("late", 502), ("silent", 504)] {
        let asked = browser
            .get(node.url(&format!("/auth/provider/{id}/signin")))
            .await;
        assert_eq!(
            (asked.status().as_u16(), code(asked).await.as_str()),
            (status, "provider_unavailable")
        );
    }
    let providers = browser.get(node.url("/auth/providers")).await;
    let providers: Value = providers.json().await.unwrap();
    assert_eq!(providers["providers"].as_array().unwrap().len(), 3);
    browser.sign_in(&node, &site.idp, "jane").await;

    let idp = Emulator::builder()
        .bind(late.to_string())
        .person(Person::new("lou").email("lou@example.com"));
    let idp = idp
        .client_any_redirect(CLIENT_ID, CLIENT_SECRET)
        .start()
        .await
        .unwrap();
    sign_in_within(Duration::from_secs(30), &node, &idp).await;
}

/// Tries to sign in at the provider that was late, again and again.
async fn sign_in_within(at_most: Duration, node: &Node, idp: &Emulator) {
    let (begun, browser) = (Instant::now(), Browser::new());
    let asked = loop {
        let answer = browser.get(node.url("/auth/provider/late/signin")).await;
        assert!(begun.elapsed() < at_most, "{}", node.log());
        if answer.status() == 303 {
            break header(&answer, "location");
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    };
    let callback = idp.authorize(&asked, "lou").await.unwrap();
    assert_eq!(browser.get(callback).await.status(), 303);
    assert_eq!(browser.me(node).await.unwrap()["email"], "lou@example.com");
}
