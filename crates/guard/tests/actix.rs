//! An application behind the guard, over real sockets.

use std::net::SocketAddr;
use std::time::Duration;

use actix_web::dev::{AppConfig, Server, ServerHandle};
use actix_web::{App, HttpRequest, HttpResponse, web};
use belgie_guard::{ConnectionLimit, Deadlines, Guard};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};

/// More than the buffers of a connection hold.
const LARGE: usize = 16 * 1024 * 1024;

async fn peer(request: HttpRequest) -> String {
    request
        .peer_addr()
        .map(|peer| peer.to_string())
        .unwrap_or_default()
}

async fn large() -> HttpResponse {
    HttpResponse::Ok().body(vec![b'a'; LARGE])
}

async fn echo(body: web::Bytes) -> web::Bytes {
    body
}

fn serve() -> (SocketAddr, ServerHandle) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let app = || {
        App::new()
            .route("/peer", web::get().to(peer))
            .route("/large", web::get().to(large))
            .route("/echo", web::post().to(echo))
    };
    let deadlines = Deadlines::default().with_write(Duration::from_secs(60));
    let server = Guard::new(deadlines, ConnectionLimit::new(64))
        .listen(
            Server::build().disable_signals(),
            listener,
            1,
            app,
            AppConfig::default(),
        )
        .expect("it listens")
        .run();
    let handle = server.handle();
    tokio::spawn(server);
    (address, handle)
}

async fn ask(mut stream: TcpStream, request: &str) -> String {
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("answered");
    answer
}

#[actix_web::test]
async fn a_handler_sees_the_peer() {
    let (address, _server) = serve();
    let stream = TcpStream::connect(address).await.expect("connected");
    let own = stream.local_addr().expect("an address").to_string();
    let request = "GET /peer HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

    let answer = ask(stream, request).await;

    assert!(answer.ends_with(&own), "{answer}");
}

#[actix_web::test]
async fn a_large_answer_reaches_a_slow_reader_whole_and_a_request_after_it_is_answered() {
    let (address, _server) = serve();
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.set_recv_buffer_size(64 * 1024).expect("small");
    let mut stream = socket.connect(address).await.expect("connected");
    let requests = "GET /large HTTP/1.1\r\nHost: a\r\n\r\n\
                    GET /peer HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    stream.write_all(requests.as_bytes()).await.expect("sent");

    tokio::time::sleep(Duration::from_secs(1)).await;
    let mut answers = Vec::new();
    stream.read_to_end(&mut answers).await.expect("answered");

    assert!(answers.len() > LARGE, "{}", answers.len());
    assert_eq!(
        answers
            .windows(12)
            .filter(|bytes| bytes == b"HTTP/1.1 200")
            .count(),
        2
    );
}

#[actix_web::test]
async fn a_large_body_comes_whole() {
    let (address, _server) = serve();
    let body = "b".repeat(200 * 1024);
    let request = format!(
        "POST /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let stream = TcpStream::connect(address).await.expect("connected");

    let answer = ask(stream, &request).await;

    assert!(answer.ends_with(&body), "{}", answer.len());
}

#[actix_web::test]
async fn a_server_that_stops_waits_for_no_idle_client() {
    let (address, server) = serve();
    let mut stream = TcpStream::connect(address).await.expect("connected");
    stream.write_all(b"GET /pe").await.expect("sent");
    tokio::time::sleep(Duration::from_millis(100)).await;

    let stopped = tokio::time::timeout(Duration::from_secs(20), server.stop(true)).await;

    assert!(stopped.is_ok());
}
