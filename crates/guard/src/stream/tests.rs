//! Clients on one end of a pipe, the server's side on the other, and a paused clock.

use std::io::ErrorKind;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};
use tokio::time::{advance, sleep, timeout};

use super::*;
use crate::{ConnectionLimit, Guard};

const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
const ONE: &[u8] = b"GET /1 HTTP/1.1\r\nhost: a\r\n\r\n";
const TWO: &[u8] = b"GET /2 HTTP/1.1\r\nhost: a\r\n\r\n";

type Server = GuardedStream<DuplexStream>;

fn guard() -> Guard {
    Guard::new(Deadlines::default(), ConnectionLimit::new(8))
}

async fn pair(guard: &Guard, size: usize) -> (DuplexStream, Server) {
    let (client, server) = duplex(size);
    (client, guard.admit(server).await.expect("room"))
}

/// Returns what the server reads, if anything.
async fn handed(server: &mut Server) -> Option<Vec<u8>> {
    let mut buffer = vec![0; 4096];
    let read = timeout(Duration::from_millis(1), server.read(&mut buffer)).await;
    let size = read.ok()?.expect("the connection goes on");
    buffer.truncate(size);
    Some(buffer)
}

/// Reads until the connection fails; returns the error and the time it took.
async fn failure(server: &mut Server) -> (ErrorKind, Duration) {
    let (begun, mut buffer) = (Instant::now(), [0; 64]);
    loop {
        match server.read(&mut buffer).await {
            Ok(size) => assert_ne!(size, 0, "the client has closed"),
            Err(error) => return (error.kind(), begun.elapsed()),
        }
    }
}

fn seconds(elapsed: Duration) -> u64 {
    elapsed.as_secs()
}

/// Returns a connection whose first request has been answered.
async fn answered(guard: &Guard) -> (DuplexStream, Server) {
    let (mut client, mut server) = pair(guard, 4096).await;
    client.write_all(ONE).await.expect("room");
    assert_eq!(handed(&mut server).await.as_deref(), Some(ONE));
    server.write_all(ANSWER).await.expect("room");
    (client, server)
}

#[tokio::test(start_paused = true)]
async fn the_next_request_is_handed_over_once_the_last_is_answered() {
    let (mut client, mut server) = pair(&guard(), 4096).await;
    client
        .write_all(&[ONE, TWO, ONE].concat())
        .await
        .expect("room");

    for request in [ONE, TWO, ONE] {
        assert_eq!(handed(&mut server).await.as_deref(), Some(request));
        assert_eq!(handed(&mut server).await, None);
        server.write_all(&ANSWER[..20]).await.expect("room");
        assert_eq!(handed(&mut server).await, None);
        server.write_all(&ANSWER[20..]).await.expect("room");
    }
    assert_eq!(handed(&mut server).await, None);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_read_while_a_request_is_unanswered() {
    let (mut client, mut server) = pair(&guard(), 64).await;
    let flood = tokio::spawn(async move { client.write_all(&ONE.repeat(100)).await });

    assert_eq!(handed(&mut server).await.as_deref(), Some(ONE));
    sleep(Duration::from_secs(60)).await;

    assert_eq!(handed(&mut server).await, None);
    assert!(!flood.is_finished());
}

#[tokio::test(start_paused = true)]
async fn a_body_is_handed_over_with_its_head_and_no_further() {
    for (head, body) in [
        ("content-length: 5", "hello"),
        ("transfer-encoding: chunked", "5\r\nhello\r\n0\r\n\r\n"),
    ] {
        let (mut client, mut server) = pair(&guard(), 4096).await;
        let post = format!("POST / HTTP/1.1\r\nhost: a\r\n{head}\r\n\r\n{body}");
        let both = [post.as_bytes(), TWO].concat();
        client.write_all(&both).await.expect("room");

        assert_eq!(handed(&mut server).await, Some(post.into_bytes()), "{head}");
        assert_eq!(handed(&mut server).await, None);
    }
}

#[tokio::test(start_paused = true)]
async fn interim_responses_and_responses_to_head_are_recognised() {
    let (mut client, mut server) = pair(&guard(), 4096).await;
    let head = b"HEAD / HTTP/1.1\r\nhost: a\r\n\r\n".as_slice();
    client
        .write_all(&[head, TWO, ONE].concat())
        .await
        .expect("room");

    assert_eq!(handed(&mut server).await.as_deref(), Some(head));
    let length = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n";
    server.write_all(length).await.expect("room");
    assert_eq!(handed(&mut server).await.as_deref(), Some(TWO));
    let interim = b"HTTP/1.1 100 Continue\r\n\r\n";
    server.write_all(interim).await.expect("room");
    assert_eq!(handed(&mut server).await, None);
    server.write_all(ANSWER).await.expect("room");
    assert_eq!(handed(&mut server).await.as_deref(), Some(ONE));
}

#[tokio::test(start_paused = true)]
async fn what_is_unclear_is_handed_over_and_nothing_after_it() {
    let (mut client, mut server) = pair(&guard(), 4096).await;
    let unclear = b"GET / HTTP/1.1\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n".as_slice();
    client.write_all(unclear).await.expect("room");

    assert_eq!(handed(&mut server).await.as_deref(), Some(unclear));
    client.write_all(ONE).await.expect("room");
    assert_eq!(handed(&mut server).await, None);
    assert_eq!(failure(&mut server).await.0, ErrorKind::TimedOut);
}

#[tokio::test(start_paused = true)]
async fn a_head_without_an_end_is_handed_over_before_it_takes_much() {
    let (mut client, mut server) = pair(&guard(), 1024 * 1024).await;
    let endless = [b"GET / HTTP/1.1\r\nx: ".to_vec(), vec![b'a'; 200 * 1024]].concat();
    client.write_all(&endless).await.expect("room");

    let mut taken = 0;
    while let Some(bytes) = handed(&mut server).await {
        taken += bytes.len();
    }

    assert!((128 * 1024..140 * 1024).contains(&taken), "{taken}");
}

#[tokio::test(start_paused = true)]
async fn every_head_is_waited_for_ten_seconds_from_its_first_byte() {
    let guard = guard();
    let (_client, mut server) = pair(&guard, 4096).await;
    let (kind, waited) = failure(&mut server).await;
    assert_eq!((kind, seconds(waited)), (ErrorKind::TimedOut, 10));

    for stray in [b"G".as_slice(), b"\r\n", b"GET / HTTP/1.1\r\nhost: a\r\n"] {
        let (mut client, mut server) = answered(&guard).await;
        assert_eq!(handed(&mut server).await, None);
        advance(Duration::from_secs(20)).await;
        client.write_all(stray).await.expect("room");
        let (kind, waited) = failure(&mut server).await;
        assert_eq!((kind, seconds(waited)), (ErrorKind::TimedOut, 10));

        let mut answers = Vec::new();
        drop(server);
        client.read_to_end(&mut answers).await.expect("no reset");
        assert!(answers.starts_with(ANSWER));
        assert_eq!(&answers[ANSWER.len()..], REQUEST_TIMEOUT);
    }
}

#[tokio::test(start_paused = true)]
async fn a_head_that_drips_wins_no_time() {
    let (mut client, mut server) = answered(&guard()).await;
    let drip = tokio::spawn(async move {
        while client.write_all(b"\r\n").await.is_ok() {
            sleep(Duration::from_secs(1)).await;
        }
    });

    let (kind, waited) = failure(&mut server).await;

    assert_eq!((kind, seconds(waited)), (ErrorKind::TimedOut, 10));
    drop(server);
    drip.await.expect("the client sees the end");
}

#[tokio::test(start_paused = true)]
async fn an_idle_connection_ends_after_its_time_and_without_a_word() {
    let (mut client, mut server) = answered(&guard()).await;

    let (kind, waited) = failure(&mut server).await;

    assert_eq!((kind, seconds(waited)), (ErrorKind::TimedOut, 75));
    drop(server);
    let mut answers = Vec::new();
    client.read_to_end(&mut answers).await.expect("no reset");
    assert_eq!(answers, ANSWER);
}

#[tokio::test(start_paused = true)]
async fn a_request_that_is_served_has_all_the_time() {
    let (mut client, mut server) = pair(&guard(), 4096).await;
    client.write_all(ONE).await.expect("room");
    assert_eq!(handed(&mut server).await.as_deref(), Some(ONE));

    advance(Duration::from_secs(3600)).await;

    assert_eq!(handed(&mut server).await, None);
    server.write_all(ANSWER).await.expect("it goes on");
}

#[tokio::test(start_paused = true)]
async fn the_rest_of_a_body_that_is_answered_is_waited_for_ten_seconds() {
    let (mut client, mut server) = pair(&guard(), 4096).await;
    let post = b"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\n\r\nhe";
    client.write_all(post).await.expect("room");
    assert_eq!(handed(&mut server).await.as_deref(), Some(post.as_slice()));
    advance(Duration::from_secs(60)).await;
    server.write_all(ANSWER).await.expect("room");

    let (kind, waited) = failure(&mut server).await;

    assert_eq!((kind, seconds(waited)), (ErrorKind::TimedOut, 10));
}

/// Returns how sending a response that does not fit into the pipe fails, if it does.
async fn send_much(server: &mut Server) -> Result<(), ErrorKind> {
    let body = vec![b'a'; 1024];
    let head = b"HTTP/1.1 200 OK\r\ncontent-length: 1024\r\n\r\n".to_vec();
    let sent = server.write_all(&[head, body].concat()).await;
    sent.map_err(|error| error.kind())
}

#[tokio::test(start_paused = true)]
async fn a_client_that_takes_no_byte_is_given_up() {
    for (stops, limit) in [(false, 30), (true, 5)] {
        let guard = guard();
        let (mut client, mut server) = pair(&guard, 64).await;
        client.write_all(ONE).await.expect("room");
        assert_eq!(handed(&mut server).await.as_deref(), Some(ONE));
        let begun = Instant::now();

        let stop = async {
            if stops {
                sleep(Duration::from_secs(1)).await;
                guard.stop();
            }
        };
        let (sent, ()) = tokio::join!(send_much(&mut server), stop);

        assert_eq!(sent, Err(ErrorKind::TimedOut));
        assert_eq!(seconds(begun.elapsed()), limit);
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_that_reads_slowly_gets_all() {
    let (mut client, mut server) = pair(&guard(), 64).await;
    client.write_all(ONE).await.expect("room");
    assert_eq!(handed(&mut server).await.as_deref(), Some(ONE));
    let slow = tokio::spawn(async move {
        let (mut taken, mut buffer) = (0, [0; 16]);
        while let Ok(size @ 1..) = client.read(&mut buffer).await {
            taken += size;
            sleep(Duration::from_secs(20)).await;
        }
        taken
    });

    assert_eq!(send_much(&mut server).await, Ok(()));
    drop(server);

    assert!(slow.await.expect("no panic") > 1024);
}

#[tokio::test(start_paused = true)]
async fn the_longest_waiting_connection_fails_when_another_needs_its_place() {
    let guard = guard();
    let mut open = Vec::new();
    for _ in 0..7 {
        open.push(pair(&guard, 4096).await);
        advance(Duration::from_secs(1)).await;
    }
    let (client, served) = &mut open[0];
    client.write_all(ONE).await.expect("room");
    assert_eq!(handed(served).await.as_deref(), Some(ONE));

    let (_client, _new) = pair(&guard, 4096).await;

    let (kind, _) = failure(&mut open[1].1).await;
    assert_eq!(kind, ErrorKind::ConnectionAborted);
    open[0].1.write_all(ANSWER).await.expect("it goes on");
    assert_eq!(handed(&mut open[2].1).await, None);
}
