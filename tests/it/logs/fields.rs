//! What comes from outside stays inside its field of its line of the log.

use serde_json::Value;

use crate::support::browser::Browser;
use crate::support::program::Node;
use crate::support::site::{Kind, Site};
use crate::support::wire::raw;

/// A tab, ANSI's one-character introducer, line breaks beyond ASCII, text that runs backwards, and no UTF-8.
const FORGED: &[u8] =
    b"a\tforged \xc2\x9b31m\xc2\x85\xe2\x80\xa8\xe2\x80\xa9\xe2\x80\xaegnp.\xef\xbb\xbf \xff";
/// The same where bytes are percent-encoded, with line breaks and escape sequences.
const ENCODED: &str =
    "%0d%0a2026-01-01T00:00:00Z%20ERROR%20forged%1b%5b31m%c2%9b31m%e2%80%a8%e2%80%ae%00";

#[tokio::test]
async fn cfg_08_a_request_cannot_write_lines_of_its_own_into_the_log() {
    let mut site = Site::new(Kind::Sqlite).await;
    for format in ["text", "json"] {
        site.set("LOG_FORMAT", format);
        let node = Node::start_logging(site.directory.path(), &site.settings, "trace").await;
        for request in requests(&node) {
            raw(&node, &request).await;
        }
        forge_at_the_provider(&site, &node).await;

        let log = node.finish().await;

        assert!(log.matches("forged").count() > 10, "{log}");
        for line in log.lines() {
            assert!(!line.chars().any(moves_or_hides), "{line:?}");
            assert!(!line.starts_with("2026-01-01"), "{line}");
            if format == "json" {
                let line: Value = serde_json::from_str(line).unwrap();
                assert!(
                    line["level"].is_string() && line["timestamp"].is_string(),
                    "{line}"
                );
            } else {
                let (time, rest) = line.split_once("Z ").unwrap_or_else(|| panic!("{line}"));
                let level = rest.split_whitespace().next().unwrap();
                assert_eq!(time.len(), "2026-01-01T00:00:00.000000".len(), "{line}");
                assert!(
                    ["TRACE", "DEBUG", "INFO", "WARN", "ERROR"].contains(&level),
                    "{line}"
                );
            }
        }
    }
}

/// Requests that carry something of the kind wherever a request can.
fn requests(node: &Node) -> Vec<Vec<u8>> {
    let host = node.base_url().trim_start_matches("http://");
    let mut requests = Vec::new();
    for header in [
        "User-Agent",
        "X-Request-Id",
        "X-Forwarded-For",
        "Forwarded",
        "Referer",
        "Origin",
        "Accept",
        "Cookie",
        "Authorization",
        "X-Any",
    ] {
        let head =
            format!("GET /api/me HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{header}: ");
        requests.push([head.as_bytes(), FORGED, b"\r\n\r\n"].concat());
        // Line breaks within a header, and characters that a header may not have.
        for broken in [
            &b"a\x1b[31mforged"[..],
            b"a\n2026-01-01 forged",
            b"a\r\n 2026-01-01 forged",
            b"a\0forged",
            b"a\rforged",
        ] {
            requests.push([head.as_bytes(), broken, b"\r\n\r\n"].concat());
        }
    }
    for path in [
        format!("/{ENCODED}"),
        format!("/auth/provider/{ENCODED}/signin"),
        format!("/auth/provider/{ENCODED}/callback?code=a&state=b"),
        format!("/auth/provider/google/callback?error={ENCODED}&state={ENCODED}&iss={ENCODED}"),
        format!("/auth/provider/google/signin?redirect_url=https://forged.example/{ENCODED}"),
        format!("/auth/sessions/{ENCODED}"),
        format!("/signin?redirect_url={ENCODED}"),
    ] {
        requests.push(
            format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")
                .into_bytes(),
        );
    }
    requests.push(
        [
            b"GET /nowhere/",
            FORGED,
            b" HTTP/1.1\r\nHost: forged\r\nConnection: close\r\n\r\n",
        ]
        .concat(),
    );
    requests.push(
        [
            b"GET / HTTP/1.1\r\nHost: ",
            FORGED,
            b"\r\nConnection: close\r\n\r\n",
        ]
        .concat(),
    );
    requests.push(
        [
            b"FORGED\x1b[31m / HTTP/1.1\r\nHost: ",
            host.as_bytes(),
            b"\r\n\r\n",
        ]
        .concat(),
    );
    requests
}

/// A provider that says odd things in its tokens, which the reason of the failure may quote.
async fn forge_at_the_provider(site: &Site, node: &Node) {
    use belgie_idp_emulator::Fault;
    let forged = "x\r\n2026-01-01T00:00:00Z ERROR forged\u{1b}[31m\u{9b}31m\u{2028}\u{202e}";
    for fault in [
        Fault::claim("iss", forged),
        Fault::claim("aud", forged),
        Fault::claim("azp", forged),
        Fault::claim("nonce", forged),
        Fault::claim("exp", forged),
        Fault::claim("sub", forged),
        Fault::claim("email", forged),
        Fault::claim("hd", forged),
        Fault::claim("name", forged),
        Fault::header("alg", forged),
        Fault::header("kid", forged),
        Fault::header("typ", forged),
        Fault::header("crit", forged),
        Fault::token_error(forged),
        Fault::token_reply("token_type", forged),
        Fault::callback("iss", forged),
        Fault::authorization_error(forged, forged),
    ] {
        site.idp.fault(fault);
        Browser::new().try_sign_in(node, &site.idp, "jane").await;
        site.idp.clear_faults();
    }
}

fn moves_or_hides(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{2028}'..='\u{202e}' | '\u{200e}' | '\u{200f}' | '\u{feff}'
        )
}
