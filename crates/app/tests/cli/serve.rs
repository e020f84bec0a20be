use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::program::{Program, Running, SECRET, get};

#[test]
fn a_server_migrates_answers_and_ends_with_sigterm() {
    let program = Program::server();
    let mut server = program.begin("serve");
    let address = server.address();

    assert!(get(&address, "/healthz").starts_with("HTTP/1.1 200"));
    assert!(get(&address, "/readyz").starts_with("HTTP/1.1 200"));
    assert!(get(&address, "/auth/providers").contains(r#"{"providers":[]}"#));
    server.signal("TERM");

    let (status, log, _) = server.end();
    assert_eq!(status, Some(0), "{log}");
    assert!(
        log.contains("there are no users yet; to become the first admin, sign in, then run"),
        "{log}"
    );
    assert!(log.contains("database=sqlite://belgie.db"), "{log}");
    assert!(!log.contains(SECRET), "{log}");
}

#[test]
fn without_a_provider_and_passwords_the_sign_in_page_names_the_settings() {
    let program = Program::server().with("PASSWORD_ENABLED", "false");
    let mut server = program.begin("serve");

    let page = get(&server.address(), "/signin");

    assert!(page.contains("BELGIE_GOOGLE_CLIENT_ID"), "{page}");
    assert!(page.contains("BELGIE_OIDC_PROVIDERS"), "{page}");
}

#[test]
fn sigint_ends_a_server_as_gracefully() {
    let program = Program::server();
    let mut server = program.begin("serve");
    server.address();

    server.signal("INT");

    assert_eq!(server.end().0, Some(0));
}

#[test]
fn sighup_is_ignored() {
    let program = Program::server();
    let mut server = program.begin("serve");
    let address = server.address();

    server.signal("HUP");
    server.wait_for("SIGHUP is ignored");

    assert!(get(&address, "/readyz").starts_with("HTTP/1.1 200"));
}

#[test]
fn rel_01_a_stopping_server_is_not_ready_but_still_answers_for_a_while() {
    let program = Program::server().with("SHUTDOWN_DELAY", "1");
    let mut server = program.begin("serve");
    let address = server.address();

    server.signal("TERM");
    server.wait_for("stopping");

    assert!(get(&address, "/readyz").starts_with("HTTP/1.1 503"));
    assert!(get(&address, "/healthz").starts_with("HTTP/1.1 200"));
    assert_eq!(server.end().0, Some(0));
    assert!(TcpStream::connect(&address).is_err());
}

#[test]
fn a_second_signal_ends_a_server_at_once() {
    let program = Program::server().with("SHUTDOWN_DELAY", "60");
    let mut server = program.begin("serve");
    server.address();

    assert_ends_with_a_second_signal(server);
}

#[test]
fn a_second_signal_ends_a_server_at_once_while_a_request_is_under_way() {
    let program = Program::server();
    let mut server = program.begin("serve");
    let _unfinished = begin_request(&server.address());

    assert_ends_with_a_second_signal(server);
}

fn assert_ends_with_a_second_signal(mut server: Running) {
    server.signal("TERM");
    server.wait_for("stopping");
    sleep(Duration::from_millis(1200));
    let second = Instant::now();
    server.signal("TERM");

    let (status, log, _) = server.end();
    assert_eq!(status, Some(1), "{log}");
    assert!(second.elapsed() < Duration::from_secs(20), "{log}");
}

#[test]
fn two_signals_in_a_row_are_one() {
    let program = Program::server();
    let mut server = program.begin("serve");
    let mut connection = begin_request(&server.address());

    server.signal("TERM");
    server.signal("TERM");
    server.wait_for("stopping");
    sleep(Duration::from_millis(300));
    connection.write_all(b"123456789").unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).unwrap();

    assert!(answer.starts_with("HTTP/1.1 "), "{answer}");
    let (status, log, _) = server.end();
    assert_eq!(status, Some(0), "{log}");
}

/// Sends a request up to the first of the ten bytes of its body, and lets the server take it up.
fn begin_request(address: &str) -> TcpStream {
    let mut connection = TcpStream::connect(address).unwrap();
    let (_, port) = address.rsplit_once(':').unwrap();
    let site = format!("localhost:{port}");
    let head = format!(
        "POST /auth/signout HTTP/1.1\r\nHost: {site}\r\nOrigin: http://{site}\r\nExpect: 100-continue\r\n\
         Content-Length: 10\r\n\r\n"
    );
    connection.write_all(head.as_bytes()).unwrap();
    let mut goes_on = [0; b"HTTP/1.1 100 Continue\r\n\r\n".len()];
    connection.read_exact(&mut goes_on).unwrap();
    assert_eq!(&goes_on, b"HTTP/1.1 100 Continue\r\n\r\n");
    connection.write_all(b"0").unwrap();
    connection
}

#[test]
fn malformed_http_is_logged_only_at_debug_level() {
    let log_of = |program: Program| {
        let mut server = program.begin("serve");
        send_garbage(&server.address());
        server.signal("TERM");
        server.end().1
    };

    let log = log_of(Program::server());
    let asked = log_of(Program::server().with_variable("RUST_LOG", "actix_http=error"));

    assert!(!log.contains("ERROR") && !log.contains("actix"), "{log}");
    assert!(asked.contains("ERROR actix_http"), "{asked}");
}

fn send_garbage(address: &str) {
    for garbage in ["\u{16}\u{3}\u{1}hunter2\r\n\r\n", "GET / HUNTER2/9\r\n\r\n"] {
        let mut connection = TcpStream::connect(address).unwrap();
        connection.write_all(garbage.as_bytes()).unwrap();
        // The server may reset the connection.
        let _ = connection.read_to_end(&mut Vec::new());
    }
}

#[test]
fn a_busy_port_is_reported_with_its_setting() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let program = Program::server().with("BIND", taken.local_addr().unwrap().to_string());

    let ended = program.run(&["serve"]);

    assert_eq!(ended.status, Some(1));
    let message = ended.stderr.lines().last().unwrap();
    assert!(
        message.starts_with("belgie: BELGIE_BIND: cannot listen on 127.0.0.1:"),
        "{message}"
    );
    assert!(
        message.ends_with("another program is listening there already"),
        "{message}"
    );
    assert!(
        !ended.stderr.contains("migrated"),
        "an older server that runs there must not be locked out: {}",
        ended.stderr
    );
}

#[test]
fn a_healthcheck_asks_the_running_server() {
    let program = Program::server();
    let mut server = program.begin("serve");
    server.address();

    assert_eq!(program.run(&["healthcheck"]).ok(), "ready\n");
}

#[test]
fn rel_23_an_unreachable_provider_does_not_stop_the_server_from_starting() {
    let program = Program::server()
        .with("GOOGLE_CLIENT_ID", "id")
        .with("GOOGLE_CLIENT_SECRET", "hunter2")
        .with("GOOGLE_ISSUER_URL", "http://127.0.0.1:1");
    let mut server = program.begin("serve");

    let address = server.address();

    assert!(get(&address, "/auth/providers").contains(r#""id":"google""#));
}

#[test]
fn logs_are_json_when_asked_for() {
    let program = Program::server().with("LOG_FORMAT", "json");
    let mut server = program.begin("serve");
    server.wait_for("listening");
    server.signal("TERM");

    let (_, log, _) = server.end();
    for line in log.lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(
            line["message"].is_string() && line["level"].is_string(),
            "{line}"
        );
    }
}

#[test]
fn hdr_07_a_head_that_does_not_end_is_given_up() {
    let program = Program::server();
    let mut server = program.begin("serve");
    let mut connection = TcpStream::connect(server.address()).unwrap();
    connection
        .set_read_timeout(Some(Duration::from_secs(20)))
        .unwrap();

    connection
        .write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n")
        .unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).unwrap();

    assert!(
        answer.is_empty() || answer.starts_with("HTTP/1.1 408"),
        "{answer}"
    );
}
