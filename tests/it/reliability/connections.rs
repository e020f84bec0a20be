//! Connections below HTTP: strangers hold neither the server's memory nor its sockets, and clients that behave notice
//! nothing.

use std::time::{Duration, Instant};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::{sleep, timeout};

use crate::support::memory::resident;
use crate::support::program::Node;
use crate::support::site::{Kind, Site};
use crate::support::wire::{connect, raw, read_to_end, status};

const REQUEST: &[u8] = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";

/// Sends a request and reads its answer, on a connection that stays open.
async fn ask(stream: &mut TcpStream) {
    stream.write_all(REQUEST).await.unwrap();
    read_answer(stream).await;
}

async fn read_answer(stream: &mut TcpStream) {
    let (mut answer, mut buffer) = (String::new(), [0; 4096]);
    while !answer.ends_with("{\"status\":\"ok\"}") {
        let size = stream.read(&mut buffer).await.unwrap();
        assert_ne!(size, 0, "{answer}");
        answer.push_str(str::from_utf8(&buffer[..size]).unwrap());
    }
    assert_eq!(status(&answer), 200);
}

/// How long until the server ends a connection whose client sends this after an answer, piece by piece.
async fn waited_for(node: &Node, beginning: &[u8], drip: &[u8]) -> Duration {
    let mut stream = connect(node).await;
    ask(&mut stream).await;
    let begun = Instant::now();
    stream.write_all(beginning).await.unwrap();
    while !drip.is_empty() && begun.elapsed() < Duration::from_secs(9) {
        stream.write_all(drip).await.unwrap();
        sleep(Duration::from_millis(500)).await;
    }
    let answer = read_to_end(&mut stream).await;
    assert!(answer.is_empty() || status(&answer) == 408, "{answer}");
    begun.elapsed()
}

#[tokio::test]
async fn hdr_07_a_later_head_is_waited_for_ten_seconds_like_the_first() {
    let site = Site::new(Kind::Sqlite).await;
    let node = &site.node().await;
    let pipelined = async {
        let (mut stream, begun) = (connect(node).await, Instant::now());
        let begins = [REQUEST, b"GET /api/me HTTP/1.1\r\n"].concat();
        stream.write_all(&begins).await.unwrap();
        let answer = read_to_end(&mut stream).await;
        assert_eq!(status(&answer), 200, "{answer}");
        begun.elapsed()
    };
    let idle = async {
        let mut stream = connect(node).await;
        ask(&mut stream).await;
        sleep(Duration::from_secs(12)).await;
        ask(&mut stream).await;
    };

    let (waited, ()) = tokio::join!(
        async {
            let waited = tokio::join!(
                waited_for(node, b"G", b""),
                waited_for(node, b"\r\n", b""),
                waited_for(node, b"GET /api/me HTTP/1.1\r\nHost: a\r\nX-A: a\r\n", b""),
                waited_for(node, b"G", b"E"),
                waited_for(node, b"", b"\r\n"),
                pipelined,
            );
            [waited.0, waited.1, waited.2, waited.3, waited.4, waited.5]
        },
        idle
    );

    for waited in waited {
        assert!(waited >= Duration::from_millis(9_500), "{waited:?}");
    }
}

/// A connection that takes little, whose client sends requests until the server reads no more, and reads no answer.
async fn deaf(node: &Node) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    let address = node.base_url().trim_start_matches("http://");
    let mut stream = socket.connect(address.parse().unwrap()).await.unwrap();
    let requests = REQUEST.repeat(400);
    for _ in 0..2_000 {
        let sent = timeout(Duration::from_secs(3), stream.write_all(&requests)).await;
        if sent.is_err() {
            return stream;
        }
    }
    panic!("the server reads on and on")
}

async fn many_deaf(node: &Node, count: usize) -> Vec<TcpStream> {
    let deaf = (0..count).map(|_| deaf(node));
    futures_util::future::join_all(deaf).await
}

#[tokio::test]
async fn rel_20_requests_whose_answers_are_not_read_cost_no_memory() {
    let site = Site::new(Kind::Sqlite).await;
    let node = site.node().await;
    for _ in 0..10 {
        ask(&mut connect(&node).await).await;
    }
    let before = resident(&node, "VmRSS:");

    let held = many_deaf(&node, 50).await;

    let after = resident(&node, "VmRSS:");
    let more = after.saturating_sub(before);
    assert_eq!(held.len(), 50);
    assert!(more < 40 * 1024, "{before} KiB, then {after} KiB");
    ask(&mut connect(&node).await).await;
}

#[tokio::test]
async fn rel_20_clients_that_neither_read_nor_continue_do_not_delay_a_shutdown() {
    let site = Site::new(Kind::Sqlite).await;
    let mut node = site.node().await;
    let mut held = many_deaf(&node, 20).await;
    for beginning in [b"".as_slice(), b"GET /api/me HTTP/1.1\r\nHost:"].repeat(20) {
        let mut stream = connect(&node).await;
        ask(&mut stream).await;
        stream.write_all(beginning).await.unwrap();
        held.push(stream);
    }
    let begun = Instant::now();

    node.signal("TERM");

    assert_eq!(node.ended().await.code(), Some(0), "{}", node.log());
    let seconds = begun.elapsed().as_secs();
    assert!(seconds < 20, "{seconds} of 30");
    assert_eq!(held.len(), 60);
}

/// Lets this process have as many descriptors as it may.
fn take_descriptors() {
    let maximum = getrlimit(Resource::Nofile).maximum;
    let current = maximum;
    setrlimit(Resource::Nofile, Rlimit { current, maximum }).unwrap();
}

#[tokio::test]
async fn rel_20_a_thousand_silent_clients_keep_no_other_out() {
    take_descriptors();
    let site = Site::new(Kind::Sqlite).await;
    let directory = site.directory.path();
    let node = Node::start_with_descriptors(directory, &site.settings, 256).await;
    let mut held = Vec::new();
    for number in 0..1_000 {
        let mut stream = connect(&node).await;
        let beginning: &[u8] = match number % 4 {
            0 => b"",
            1 => b"GET /api/me HT",
            2 => b"POST /auth/signout HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n",
            _ => &[REQUEST, b"G"].concat(),
        };
        // It may have been closed already to make room.
        let _ = stream.write_all(beginning).await;
        held.push(stream);
    }

    let begun = Instant::now();
    let asked = async {
        for path in ["/healthz", "/readyz"].repeat(10) {
            let request =
                format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            let answer = raw(&node, request.as_bytes()).await;
            assert_eq!(status(&answer), 200, "{path}: {answer}");
        }
    };
    let served = timeout(Duration::from_secs(10), asked).await;

    assert!(served.is_ok(), "{:?}: {}", begun.elapsed(), node.log());
    assert!(
        !node.log().contains("Too many open files"),
        "{}",
        node.log()
    );
    assert_eq!(held.len(), 1_000);
}

/// The statuses of the answers to these requests, sent at once on one connection, in the order in which they came.
async fn statuses(node: &Node, requests: &str) -> Vec<u16> {
    let answers = raw(node, requests.as_bytes()).await;
    let status = |answer: &str| answer.split(' ').next().unwrap().parse().unwrap();
    answers.split("HTTP/1.1 ").skip(1).map(status).collect()
}

#[tokio::test]
async fn pipelined_requests_are_answered_in_their_order() {
    let site = Site::new(Kind::Sqlite).await;
    let node = site.node().await;
    let host = node.base_url().trim_start_matches("http://");
    let get = |path: &str| format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n");
    let one_turn = ["/healthz", "/api/me", "/nowhere"].map(get).concat();
    let last = format!("GET /healthz HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");

    let answered = statuses(&node, &(one_turn.repeat(50) + &last)).await;

    let expected = [[200, 401, 404].repeat(50), vec![200]].concat();
    assert_eq!(answered, expected);
}

#[tokio::test]
async fn a_body_is_not_taken_for_a_request_nor_a_request_for_a_body() {
    let site = Site::new(Kind::Sqlite).await;
    let node = site.node().await;
    let base = node.base_url();
    let host = base.trim_start_matches("http://");
    let post = |headers: &str, body: &str| {
        let form = "Content-Type: application/x-www-form-urlencoded\r\n";
        format!(
            "POST /auth/signout HTTP/1.1\r\nHost: {host}\r\nOrigin: {base}\r\n{form}{headers}\r\n{body}"
        )
    };
    let hidden = format!("GET /nowhere HTTP/1.1\r\nHost: {host}\r\n\r\n");
    let bytes = hidden.len();
    let chunked = format!("1;a=b\r\nx\r\n{bytes:x}\r\n{hidden}\r\n0\r\nTrailer: a\r\n\r\n");
    let length = format!("Content-Length: {bytes}\r\n");
    let expecting = format!("Expect: 100-continue\r\n{length}");
    let head = format!("HEAD /healthz HTTP/1.1\r\nHost: {host}\r\n\r\n");
    let ok = format!("GET /healthz HTTP/1.1\r\nHost: {host}\r\n\r\n");
    let last = format!("GET /healthz HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");

    for (request, expected) in [
        (post(&length, &hidden), vec![303]),
        (post("Transfer-Encoding: chunked\r\n", &chunked), vec![303]),
        (post("Content-Length: 0\r\n", ""), vec![303]),
        (post(&expecting, &hidden), vec![100, 303]),
        (head, vec![200]),
        (ok, vec![200]),
    ] {
        let answered = statuses(&node, &(request.repeat(3) + &last)).await;
        let expected = [expected.repeat(3), vec![200]].concat();
        assert_eq!(answered, expected, "{request}");
    }
}

#[tokio::test]
async fn a_connection_ends_where_its_client_says_so() {
    let site = Site::new(Kind::Sqlite).await;
    let node = site.node().await;
    for ending in [
        "GET /healthz HTTP/1.0\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
    ] {
        let answer = raw(&node, format!("{ending}{ending}").as_bytes()).await;
        assert_eq!(answer.matches("{\"status\":\"ok\"}").count(), 1, "{answer}");
    }
    let old = "GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";
    let answer = raw(
        &node,
        format!("{old}GET /healthz HTTP/1.0\r\n\r\n").as_bytes(),
    )
    .await;
    assert_eq!(answer.matches("{\"status\":\"ok\"}").count(), 2, "{answer}");

    let mut halved = connect(&node).await;
    halved.write_all(&REQUEST.repeat(3)).await.unwrap();
    halved.shutdown().await.unwrap();
    let answers = read_to_end(&mut halved).await;
    assert_eq!(answers.matches("HTTP/1.1 200").count(), 3, "{answers}");
}
