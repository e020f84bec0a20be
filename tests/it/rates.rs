//! How often one network may start sign-ins and the like: witnesses that the limits hold from outside, at several nodes
//! and over restarts.

use std::time::{Duration, Instant};

use belgie_idp_emulator::Endpoint;
use futures_util::future::join_all;
use reqwest::{Client, RequestBuilder, Response};
use serde_json::{Value, json};

use crate::support::browser::{client, header};
use crate::support::nodes::two_nodes;
use crate::support::program::Node;
use crate::support::site::{Kind, Site, on_both_databases};
use crate::support::stored::{count, execute, is_sqlite};
use crate::support::wire::{raw, status};

const START: &str = "/auth/provider/google/signin";
/// Permits for starts that a network has at once; another comes back after each pause.
const BURST: usize = 300;
const PAUSE: Duration = Duration::from_millis(500);
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
/// Requests at once.
const CROWD: usize = 50;
/// The most requests that are sent until one is refused.
const PATIENCE: usize = 10_000;

/// What became of many requests, of which the last ones were refused.
struct Exhausted {
    granted: usize,
    took: Duration,
    refused: Response,
}

impl Exhausted {
    /// Sends requests, many at once, until one is refused with 429. The request gets the number of those before it.
    async fn by(request: impl Fn(usize) -> RequestBuilder, granted_status: u16) -> Self {
        let (begun, mut granted) = (Instant::now(), 0);
        for first in (0..PATIENCE).step_by(CROWD) {
            let sent = (first..first + CROWD).map(|number| request(number).send());
            let mut refused = None;
            for answer in join_all(sent).await {
                let answer = answer.unwrap();
                if answer.status() == 429 {
                    refused = Some(answer);
                } else {
                    assert_eq!(answer.status(), granted_status);
                    granted += 1;
                }
            }
            if let Some(refused) = refused {
                let took = begun.elapsed();
                return Self {
                    granted,
                    took,
                    refused,
                };
            }
        }
        panic!("{granted} requests, and none was refused")
    }

    /// Checks that what was granted is the burst, and what came back in the meantime.
    fn assert_whole_burst(&self) {
        let (granted, most) = (self.granted, BURST + self.refilled());
        assert!((BURST..=most).contains(&granted), "{granted} of {most}");
    }

    /// The permits that came back in the meantime, and perhaps one more.
    fn refilled(&self) -> usize {
        (self.took.as_millis() / PAUSE.as_millis()) as usize + 1
    }
}

/// Lets every bucket that was used be empty for long, however busy the machine.
fn empty_buckets(site: &Site) {
    let hour = if is_sqlite(site) {
        "3600000000"
    } else {
        "interval '1 hour'"
    };
    let empty = format!("UPDATE belgie_rate_limits SET full_at = full_at + {hour}");
    execute(site, &empty);
}

fn start(client: &Client, node: &Node) -> RequestBuilder {
    client.get(node.url(START))
}

fn retry_after(refused: &Response) -> u32 {
    header(refused, "retry-after").parse().unwrap()
}

on_both_databases! {
    rat_01_a_network_that_starts_too_many_sign_ins_has_to_wait,
    rat_12_a_restart_gives_no_permits_back,
}

async fn rat_01_a_network_that_starts_too_many_sign_ins_has_to_wait(site: Site) {
    let (node, client) = (site.node().await, client());

    let exhausted = Exhausted::by(|_| start(&client, &node), 303).await;

    exhausted.assert_whole_burst();
    assert_eq!(count(&site, "belgie_attempts"), exhausted.granted);
    assert_eq!(retry_after(&exhausted.refused), 1);
    assert!(exhausted.refused.headers().get("set-cookie").is_none());
    let problem: Value = exhausted.refused.json().await.unwrap();
    let expected = json!({
        "type": "about:blank",
        "title": "Too Many Requests",
        "status": 429,
        "code": "rate_limited",
        "detail": "Please wait a moment, then try again.",
    });
    assert_eq!(problem, expected);
    let hint = "if that is the address of a reverse proxy, add it to the trusted proxies";
    assert!(node.log().contains(hint), "{}", node.log());
}

async fn rat_12_a_restart_gives_no_permits_back(site: Site) {
    let (mut node, client) = (site.node().await, client());
    assert_eq!(start(&client, &node).send().await.unwrap().status(), 303);
    empty_buckets(&site);
    node.kill().await;

    let node = site.node().await;

    let refused = start(&client, &node).send().await.unwrap();
    assert_eq!(
        (refused.status().as_u16(), retry_after(&refused)),
        (429, 150)
    );
}

#[tokio::test]
async fn rat_12_two_nodes_share_the_permits_of_a_network() {
    let mut site = Site::new(Kind::Postgres).await;
    let nodes = two_nodes(&mut site).await;
    let client = client();

    let by_turns = |number: usize| start(&client, &nodes[number % 2]);
    let exhausted = Exhausted::by(by_turns, 303).await;

    exhausted.assert_whole_burst();
}

#[tokio::test]
async fn rat_01_a_person_gets_a_page_that_says_how_long_to_wait() {
    let site = Site::new(Kind::Sqlite).await;
    let (node, client) = (site.node().await, client());
    let navigate = || start(&client, &node).header("sec-fetch-mode", "navigate");
    assert_eq!(navigate().send().await.unwrap().status(), 303);
    empty_buckets(&site);

    let refused = navigate().send().await.unwrap();

    assert_eq!(
        (refused.status().as_u16(), retry_after(&refused)),
        (429, 150)
    );
    let page = refused.text().await.unwrap();
    for part in [
        "Too many attempts",
        "Please try again in 3 minutes.",
        "Try Google again",
    ] {
        assert!(page.contains(part), "{page}");
    }
}

#[tokio::test]
async fn rat_04_addresses_of_one_prefix_are_one_network_behind_a_trusted_proxy() {
    let mut site = Site::new(Kind::Sqlite).await;
    site.set("TRUSTED_PROXIES", "127.0.0.1/32");
    let (node, client) = (site.node().await, client());
    let of_prefix = |number: usize| {
        let address = format!("2001:db8:1:2:{number:x}::{number:x}");
        start(&client, &node).header("x-forwarded-for", address)
    };

    let exhausted = Exhausted::by(of_prefix, 303).await;

    exhausted.assert_whole_burst();
    for elsewhere in ["2001:db8:1:3::1", "192.0.2.1"] {
        let begun = start(&client, &node).header("x-forwarded-for", elsewhere);
        assert_eq!(begun.send().await.unwrap().status(), 303, "{elsewhere}");
    }
}

#[tokio::test]
async fn rat_05_clients_that_make_up_addresses_share_the_limit_of_their_own() {
    let site = Site::new(Kind::Sqlite).await;
    let (node, client) = (site.node().await, client());
    let made_up = |number: usize| {
        let address = format!("192.0.{}.{}", number / 250, number % 250);
        let forwarded = format!("for={address}");
        start(&client, &node)
            .header("x-forwarded-for", &address)
            .header("x-real-ip", &address)
            .header("forwarded", forwarded)
    };

    let exhausted = Exhausted::by(made_up, 303).await;

    exhausted.assert_whole_burst();
}

/// The limit is counted behind the routes, so a path that is spelled differently is either no route or limited.
#[tokio::test]
async fn rat_06_no_spelling_of_the_path_escapes_the_limit() {
    let site = Site::new(Kind::Sqlite).await;
    let (node, client) = (site.node().await, client());
    assert_eq!(start(&client, &node).send().await.unwrap().status(), 303);
    empty_buckets(&site);
    let host = node.base_url().trim_start_matches("http://");
    for (path, expected) in [
        ("/auth/provider/google/signin", 429),
        ("/auth/provider/google/signin?a=b", 429),
        ("/auth/provider/google/signin?", 429),
        ("//auth/provider/google/signin", 404),
        ("/auth//provider/google/signin", 404),
        ("/auth/provider/google//signin", 404),
        ("/auth/provider/google/signin/", 404),
        ("/auth/provider/google%2fsignin", 404),
        ("/auth/provider/google/./signin", 404),
        ("/auth/x/../provider/google/signin", 404),
        ("/AUTH/provider/google/signin", 404),
        ("/auth/provider/google/SIGNIN", 404),
        ("/auth/provider/GOOGLE/signin", 404),
        ("/auth/provider/google/signin;a=b", 404),
    ] {
        let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        let answer = raw(&node, request.as_bytes()).await;
        assert_eq!(status(&answer), expected, "{path}: {answer}");
    }
}

#[tokio::test]
async fn rat_01_posted_codes_are_refused_before_the_provider_is_asked() {
    let site = Site::new(Kind::Sqlite).await;
    let (node, client) = (site.node().await, client());
    let proof = json!({
        "code": "made-up",
        "code_verifier": VERIFIER,
        "redirect_uri": node.url("/"),
        "nonce": "n",
    });
    let post = async || {
        let request = client.post(node.url("/auth/provider/google/callback"));
        let answer = request.json(&proof).send().await.unwrap();
        answer.status().as_u16()
    };
    assert_eq!(post().await, 401);
    assert_eq!(site.idp.request_count(Endpoint::Token), 1);

    empty_buckets(&site);

    assert_eq!(post().await, 429);
    assert_eq!(site.idp.request_count(Endpoint::Token), 1);
}

#[tokio::test]
async fn rat_01_made_up_one_time_codes_are_limited() {
    let site = Site::new(Kind::Sqlite).await;
    let (node, client) = (site.node().await, client());
    let fields = json!({
        "code": "c_ZtbHHPtp2yUGGHFqmiVRGYS1nZ0B5rpdsv0JXvpnxsM",
        "code_verifier": VERIFIER,
    });
    let exchange = async || {
        let request = client.post(node.url("/auth/exchange")).json(&fields);
        request.send().await.unwrap().status().as_u16()
    };
    assert_eq!(exchange().await, 400);

    empty_buckets(&site);

    assert_eq!(exchange().await, 429);
}

#[tokio::test]
async fn limits_that_are_off_refuse_nothing() {
    let site = Site::without_limits(Kind::Sqlite).await;
    let (node, client) = (site.node().await, client());

    for _ in 0..BURST / CROWD * 3 {
        let sent = (0..CROWD).map(|_| start(&client, &node).send());
        for answer in join_all(sent).await {
            assert_eq!(answer.unwrap().status(), 303);
        }
    }

    assert_eq!(count(&site, "belgie_rate_limits"), 0);
}
