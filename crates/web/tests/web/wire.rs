//! Over a real connection: what only shows there.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use actix_web::dev::ServerHandle;
use actix_web::{App, HttpServer};

use crate::browser::{Browser, SESSION};
use crate::site::{Routes, Site};

fn serve(site: &Site) -> (SocketAddr, ServerHandle) {
    let Routes::Actix(routes) = &site.routes else {
        panic!("these cases run on actix")
    };
    let routes = routes.clone();
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

/// Sends the beginning of a request, and returns all that comes until the server closes the connection.
async fn begin(address: SocketAddr, beginning: String) -> String {
    let conversation = move || {
        let mut connection = TcpStream::connect(address).unwrap();
        connection
            .set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        connection.write_all(beginning.as_bytes()).unwrap();
        let mut answer = String::new();
        connection.read_to_string(&mut answer).unwrap();
        answer
    };
    actix_web::web::block(conversation).await.unwrap()
}

/// A request whose body never comes to its end, once with its length said and once without.
fn endless(path: &str, headers: &str) -> [String; 2] {
    let head = format!("POST {path} HTTP/1.1\r\nHost: a.example\r\n{headers}");
    [
        format!("{head}Content-Length: 10\r\n\r\nx"),
        format!("{head}Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n"),
    ]
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
async fn rel_18_a_panic_does_not_disturb_other_requests() {
    let site = Site::new();
    let jane = Browser::signed_in(&site).await;
    let session = format!("Cookie: {SESSION}={}\r\n\r\n", jane.cookies[SESSION]);
    let me = get("/api/me").replace("\r\n\r\n", &format!("\r\n{session}"));
    let (address, handle) = serve(&site);

    let conversations = (0..40).map(|number| {
        let panics = get("/auth/provider/buggy/signin");
        let others = [me.clone(), get("/auth/providers"), get("/signin")];
        let requests = if number % 2 == 0 {
            vec![panics; 3]
        } else {
            others.to_vec()
        };
        converse(address, requests)
    });
    let answers = futures_util::future::join_all(conversations).await;
    handle.stop(true).await;

    let mut ids = BTreeSet::new();
    for (number, answers) in answers.iter().enumerate() {
        let status = if number % 2 == 0 { 500 } else { 200 };
        for answer in answers {
            let expected = format!("HTTP/1.1 {status} ");
            assert!(answer.starts_with(&expected), "{number}: {answer}");
            let id = answer.split("x-request-id: ").nth(1).unwrap();
            let id = id.split("\r\n").next().unwrap();
            assert!(ids.insert(id.to_owned()), "{id} is twice");
            assert_eq!(
                answer.contains(&format!("Reference for support: {id}.")),
                status == 500,
                "{answer}"
            );
        }
    }
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

#[actix_web::test]
async fn hdr_07_a_body_is_waited_for_ten_seconds_at_most() {
    let site = Site::new();
    let (address, handle) = serve(&site);
    let begun = Instant::now();

    let [one, other] = endless("/auth/signout", "").map(|request| begin(address, request));
    let answers = futures_util::future::join(one, other).await;
    handle.stop(true).await;

    for answer in [answers.0, answers.1] {
        assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
        assert!(answer.contains("\"code\":\"invalid_request\""), "{answer}");
    }
    let waited = begun.elapsed().as_secs();
    assert!((10..30).contains(&waited), "{waited}");
}

#[actix_web::test]
async fn hdr_07_a_body_that_does_not_matter_is_not_waited_for() {
    let site = Site::new();
    let (address, handle) = serve(&site);
    let begun = Instant::now();

    for (path, headers, status) in [
        ("/auth/signout", "Origin: https://evil.example\r\n", 403),
        ("/auth/signout", "Content-Type: text/plain\r\n", 415),
        ("/auth/sessions/revoke-others", "", 401),
        ("/auth/sessions/x/revoke", "", 401),
        ("/auth/providers", "", 405),
        ("/nowhere", "", 404),
    ] {
        let [one, other] = endless(path, headers).map(|request| begin(address, request));
        let answers = futures_util::future::join(one, other).await;
        for answer in [answers.0, answers.1] {
            let expected = format!("HTTP/1.1 {status} ");
            assert!(answer.starts_with(&expected), "{path}: {answer}");
        }
    }
    handle.stop(true).await;

    assert!(begun.elapsed().as_secs() < 15, "{:?}", begun.elapsed());
}
