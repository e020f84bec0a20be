//! Over a real connection: what only shows there.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::{App, HttpServer};

use crate::site::Site;

fn serve(site: &Site) -> (SocketAddr, ServerHandle) {
    let routes = site.routes.clone();
    let server = HttpServer::new(move || App::new().configure(routes.all()))
        .workers(1)
        .disable_signals()
        .bind(("127.0.0.1", 0))
        .unwrap();
    let address = server.addrs()[0];
    let server = server.run();
    let handle = server.handle();
    actix_web::rt::spawn(server);
    (address, handle)
}

/// Sends requests over one connection, one after the other, and returns all that came back.
async fn converse(address: SocketAddr, requests: Vec<String>) -> Vec<String> {
    let conversation = move || {
        let mut connection = TcpStream::connect(address).unwrap();
        connection
            .set_read_timeout(Some(Duration::from_secs(5)))
            .unwrap();
        let exchange = |request: &String| {
            connection.write_all(request.as_bytes()).unwrap();
            let mut buffer = vec![0; 1 << 16];
            let read = connection.read(&mut buffer).unwrap();
            String::from_utf8_lossy(&buffer[..read]).into_owned()
        };
        requests.iter().map(exchange).collect()
    };
    actix_web::web::block(conversation).await.unwrap()
}

fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: a.example\r\n\r\n")
}

#[actix_web::test]
async fn rel_18_a_panic_ends_neither_the_connection_nor_the_worker() {
    let site = Site::new();
    let (address, handle) = serve(&site);

    let requests = vec![get("/auth/provider/buggy/signin"), get("/healthz")];
    let answers = converse(address, requests).await;
    handle.stop(true).await;

    assert!(answers[0].starts_with("HTTP/1.1 500 "), "{}", answers[0]);
    assert!(answers[0].contains("x-request-id: "));
    assert!(answers[1].starts_with("HTTP/1.1 200 "), "{}", answers[1]);
}

#[actix_web::test]
async fn a_head_request_gets_the_headers_without_the_body() {
    let site = Site::new();
    let (address, handle) = serve(&site);

    let requests = vec![
        get("/auth/providers").replace("GET", "HEAD"),
        get("/healthz"),
    ];
    let answers = converse(address, requests).await;
    handle.stop(true).await;

    assert!(answers[0].starts_with("HTTP/1.1 200 ") && answers[0].ends_with("\r\n\r\n"));
    assert!(
        answers[1].ends_with("{\"status\":\"ok\"}"),
        "{}",
        answers[1]
    );
}

#[actix_web::test]
async fn hdr_07_headers_too_large_to_be_read_are_refused() {
    let site = Site::new();
    let (address, handle) = serve(&site);

    let large = format!("X-Large: {}\r\n\r\n", "a".repeat(20_000));
    let request = get("/healthz").replace("\r\n\r\n", &format!("\r\n{large}"));
    let answers = converse(address, vec![request]).await;
    handle.stop(true).await;

    assert!(answers[0].starts_with("HTTP/1.1 431 "), "{}", answers[0]);
}
