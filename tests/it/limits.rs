//! How much of a request the real server takes, and how long it waits for it.

use std::time::{Duration, Instant};

use tokio::io::AsyncWriteExt as _;

use crate::support::program::Node;
use crate::support::site::{Kind, Site};
use crate::support::wire::{connect, raw, read_to_end, status};

const POSTS: [&str; 3] = [
    "/auth/signout",
    "/auth/sessions/revoke-others",
    "/auth/sessions/x/revoke",
];

/// A form of this site, by a visitor who is not signed in.
fn post(node: &Node, path: &str, headers: &str, body: &str) -> Vec<u8> {
    let (base, host) = (
        node.base_url(),
        node.base_url().trim_start_matches("http://"),
    );
    let form = "Content-Type: application/x-www-form-urlencoded\r\nConnection: close\r\n";
    format!("POST {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: {base}\r\n{form}{headers}\r\n{body}")
        .into_bytes()
}

#[tokio::test]
async fn hdr_07_a_body_of_64_kib_is_taken_and_not_a_byte_more() {
    let site = Site::new(Kind::Sqlite).await;
    let node = site.node().await;
    for (size, fits) in [
        (64 * 1024, true),
        (64 * 1024 + 1, false),
        (10 * 1024 * 1024, false),
    ] {
        let body = "a".repeat(size);
        let length = format!("Content-Length: {size}\r\n");
        for path in POSTS {
            let answer = raw(&node, &post(&node, path, &length, &body)).await;
            assert_eq!(status(&answer) != 413, fits, "{path} {size}: {answer}");
        }
        let chunks = format!("{size:x}\r\n{body}\r\n0\r\n\r\n");
        let chunked = post(
            &node,
            "/auth/signout",
            "Transfer-Encoding: chunked\r\n",
            &chunks,
        );
        let answer = raw(&node, &chunked).await;
        assert_eq!(
            status(&answer),
            if fits { 303 } else { 413 },
            "{size}: {answer}"
        );
    }
    // Its length alone is enough to refuse it.
    let huge = post(
        &node,
        "/auth/signout",
        "Content-Length: 99999999999\r\n",
        "",
    );
    assert_eq!(status(&raw(&node, &huge).await), 413);
}

#[tokio::test]
async fn hdr_07_a_head_of_16_kib_is_taken_and_not_much_more() {
    let site = Site::new(Kind::Sqlite).await;
    let node = site.node().await;
    let host = node.base_url().trim_start_matches("http://");
    let head = |path: &str, headers: &str| {
        let line =
            format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{headers}\r\n");
        line.into_bytes()
    };
    let empty = head("/api/me", "X-Large: \r\n").len();
    let padded = |size: usize| {
        head(
            "/api/me",
            &format!("X-Large: {}\r\n", "a".repeat(size - empty)),
        )
    };
    let many = |count: usize| head("/api/me", &"X-Small: a\r\n".repeat(count));
    let long = |size: usize| head(&format!("/api/me?{}", "a".repeat(size)), "");

    for (name, request, expected) in [
        ("16 KiB in all", padded(16 * 1024), 401),
        ("some bytes more", padded(16 * 1024 + 64), 431),
        ("17 KiB", padded(17 * 1024), 431),
        ("200 KiB", padded(200 * 1024), 431),
        ("90 headers", many(90), 401),
        ("1,000 headers", many(1_000), 431),
        ("an address of 15 KiB", long(15 * 1024), 401),
        ("an address of 16 KiB", long(16 * 1024), 431),
        ("an address of 60 KiB", long(60 * 1024), 431),
    ] {
        let answer = raw(&node, &request).await;
        assert_eq!(status(&answer), expected, "{name}: {answer}");
    }
}

#[tokio::test]
async fn hdr_07_a_head_is_waited_for_ten_seconds_however_it_comes() {
    let site = Site::new(Kind::Sqlite).await;
    let node = site.node().await;
    let dripping = async {
        let (mut stream, begun) = (connect(&node).await, Instant::now());
        while begun.elapsed() < Duration::from_secs(9) {
            stream.write_all(b"G").await.unwrap();
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        read_to_end(&mut stream).await;
        begun.elapsed()
    };
    let begun = Instant::now();
    let waiting = |beginning: &'static [u8]| {
        let node = &node;
        async move {
            let answer = raw(node, beginning).await;
            assert!(answer.is_empty() || status(&answer) == 408, "{answer}");
            begun.elapsed()
        }
    };

    let waited = tokio::join!(
        dripping,
        waiting(b""),
        waiting(b"G"),
        waiting(b"GET /api/me HTTP/1.1\r\nHost: "),
        waiting(b"GET /api/me HTTP/1.1\r\nHost: localhost\r\nX-A: a\r\n"),
    );

    for waited in [waited.0, waited.1, waited.2, waited.3, waited.4] {
        // It has an end: `read_to_end` waits no longer than another twenty.
        assert!(waited >= Duration::from_millis(9_500), "{waited:?}");
    }
}

/// Every message that two servers may take for messages of different lengths is refused, and what follows it on the
/// connection is never taken for a request (RFC 9112 §11.2).
#[tokio::test]
async fn hdr_07_a_request_of_doubtful_length_hides_no_other() {
    let site = Site::new(Kind::Sqlite).await;
    let node = site.node().await;
    let host = node.base_url().trim_start_matches("http://");
    let hidden = format!("GET /healthz HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    let mut doubtful = Vec::new();
    for headers in [
        "Content-Length: 4\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 4",
        "Content-Length: 0\r\nContent-Length: 5",
        "Content-Length: 0\r\nContent-Length: 0",
        "Content-Length: +0",
        "Content-Length: -1",
        "Content-Length: 0,0",
        "Content-Length: 0x0",
        "Content-Length: 0 0",
        "Content-Length: ",
        "Content-Length : 0",
        "Content-Length: 99999999999999999999999",
        "Transfer-Encoding: xchunked",
        "Transfer-Encoding: identity",
        "Transfer-Encoding: chunked, identity",
        "Transfer-Encoding: chunked, chunked",
        "Transfer-Encoding: gzip, chunked",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
        "Transfer-Encoding : chunked",
        "Transfer-Encoding: \u{b}chunked",
        "Transfer-Encoding:\r\n chunked",
        "Host: evil.example",
    ] {
        doubtful.push((headers, "0\r\n\r\n"));
    }
    for body in [
        "fffffffffffffffff\r\n\r\n",
        "-1\r\n\r\n",
        "0x0\r\n\r\n",
        "0\n\n",
        "2;\nxx\r\n0\r\n\r\n",
        "1\r\nxx0\r\n\r\n",
    ] {
        doubtful.push(("Transfer-Encoding: chunked", body));
    }
    for (headers, body) in doubtful {
        let request = post(&node, "/auth/signout", &format!("{headers}\r\n"), body);
        let request = String::from_utf8(request)
            .unwrap()
            .replace("Connection: close\r\n", "");
        let answer = raw(&node, format!("{request}{hidden}").as_bytes()).await;
        assert_eq!(status(&answer), 400, "{headers} {body:?}: {answer}");
        assert_eq!(
            answer.matches("HTTP/1.1 ").count(),
            1,
            "{headers} {body:?}: {answer}"
        );
    }
}
