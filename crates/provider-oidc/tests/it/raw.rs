//! Servers that do with a socket what no HTTP library would.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use belgie_idp_emulator::Fault;
use belgie_ports::ProviderError;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::JoinHandle;

use crate::network::LONGEST_WAIT;
use crate::party::Party;

/// A server that sends a beginning, and then the same bytes again and again for as long as the client reads.
struct RawServer {
    address: SocketAddr,
    sent: Arc<AtomicUsize>,
    task: JoinHandle<()>,
}

impl RawServer {
    async fn start(beginning: &'static str, again: Vec<u8>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let sent = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&sent);
        let task = tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut request = [0; 4096];
                let _ = stream.read(&mut request).await;
                let _ = stream.write_all(beginning.as_bytes()).await;
                while !again.is_empty() && stream.write_all(&again).await.is_ok() {
                    count.fetch_add(again.len(), Ordering::Relaxed);
                }
            }
        });
        Self {
            address,
            sent,
            task,
        }
    }

    fn url(&self) -> String {
        format!("http://{}/", self.address)
    }
}

impl Drop for RawServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Signs in while an endpoint lies at this address.
async fn outcome_at(party: &Party, name: &str, url: &str) -> ProviderError {
    let faults = [Fault::discovery(name, url), Fault::without_claim("email")];
    party.outcome(faults).await.unwrap_err()
}

#[tokio::test]
async fn net_03_a_head_without_end_is_not_read() {
    for name in ["jwks_uri", "token_endpoint", "userinfo_endpoint"] {
        for again in [
            format!("x: {}\r\n", "y".repeat(4096)).into_bytes(),
            b"y".repeat(65_536),
            b"a: b\r\n".repeat(1000),
        ] {
            let server = RawServer::start("HTTP/1.1 200 OK\r\nx: ", again).await;
            let party = Party::new().await;
            let start = Instant::now();

            let error = outcome_at(&party, name, &server.url()).await;

            assert!(matches!(error, ProviderError::Unavailable(_)), "{error:?}");
            assert!(start.elapsed() < LONGEST_WAIT, "{name}");
            // What was sent beyond what was read lies in the buffers of the two sockets.
            assert!(server.sent.load(Ordering::Relaxed) < 32 << 20, "{name}");
        }
    }
}

#[tokio::test]
async fn net_01_interim_answers_without_end_are_given_up() {
    let interim = b"HTTP/1.1 103 Early Hints\r\n\r\n".to_vec();
    let server = RawServer::start("HTTP/1.1 100 Continue\r\n\r\n", interim).await;
    let party = Party::new().await;
    let start = Instant::now();

    let error = outcome_at(&party, "token_endpoint", &server.url()).await;

    let expected = matches!(
        error,
        ProviderError::TimedOut | ProviderError::Unavailable(_)
    );
    assert!(expected, "{error:?}");
    assert!(start.elapsed() < LONGEST_WAIT);
}

#[tokio::test]
async fn net_03_a_body_in_any_encoding_is_not_read() {
    for head in [
        "HTTP/1.1 200 OK\r\ncontent-encoding: br\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Encoding: GZIP\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-encoding: deflate\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-encoding: zstd\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-encoding: identity, gzip\r\n\r\n",
    ] {
        let server = RawServer::start(head, vec![0; 65_536]).await;
        let party = Party::new().await;

        let error = outcome_at(&party, "jwks_uri", &server.url()).await;

        let reason = crate::party::causes(&error);
        assert!(reason.contains("is compressed"), "{reason}");
    }
}

#[tokio::test]
async fn net_03_a_length_that_is_announced_reserves_nothing() {
    let head = "HTTP/1.1 200 OK\r\ncontent-length: 18446744073709551615\r\n\r\n";
    let server = RawServer::start(head, vec![b' '; 65_536]).await;
    let party = Party::new().await;

    let error = outcome_at(&party, "jwks_uri", &server.url()).await;

    assert!(matches!(error, ProviderError::Unavailable(_)), "{error:?}");
}

#[tokio::test]
async fn idt_18_what_is_no_http_makes_the_provider_unusable() {
    for text in [
        "220 mail.example.com ESMTP\r\n",
        "HTTP/9.9 200 OK\r\n\r\n{}",
        "HTTP/1.1 999999 OK\r\n\r\n{}",
        "HTTP/1.1 200 OK\r\ncontent-length: x\r\n\r\n{}",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{}",
        "\0",
    ] {
        for name in ["jwks_uri", "token_endpoint", "userinfo_endpoint"] {
            let server = RawServer::start(text, Vec::new()).await;
            let party = Party::new().await;

            let error = outcome_at(&party, name, &server.url()).await;

            let expected = matches!(error, ProviderError::Unavailable(_));
            assert!(expected, "{name} {text:?}: {error:?}");
        }
    }
}

/// A listener whose queue is full: connections to it are neither taken nor refused.
async fn full_listener() -> (TcpListener, Vec<TcpStream>) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    let mut waiting = Vec::new();
    let moment = Duration::from_millis(300);
    while let Ok(stream) = tokio::time::timeout(moment, TcpStream::connect(address)).await {
        waiting.push(stream.unwrap());
    }
    (listener, waiting)
}

#[tokio::test]
async fn net_01_a_connection_is_waited_for_3_seconds() {
    let (listener, _waiting) = full_listener().await;
    let url = format!("http://{}/", listener.local_addr().unwrap());
    for name in ["jwks_uri", "token_endpoint", "userinfo_endpoint"] {
        let party = Party::new().await;
        let start = Instant::now();

        let error = outcome_at(&party, name, &url).await;

        assert!(
            matches!(error, ProviderError::TimedOut),
            "{name}: {error:?}"
        );
        let took = start.elapsed();
        // The whole sign-in is given up after nine.
        let expected = Duration::from_millis(2_500)..Duration::from_secs(8);
        assert!(expected.contains(&took), "{name}: {took:?}");
    }
}
