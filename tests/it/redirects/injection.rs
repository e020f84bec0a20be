//! Control characters and broken encodings in everything that a caller can set, sent byte for byte.

use std::fmt::Write as _;

use crate::support::browser::Browser;
use crate::support::program::Node;
use crate::support::site::{Kind, Site};
use crate::support::wire::{raw, status};

/// Ways to write a line break, with a header behind it.
const BREAKS: &[&str] = &[
    "%0d%0aX-Injected:%20yes",
    "%0D%0A%0D%0AX-Injected:%20yes",
    "%0aX-Injected:%20yes",
    "%0dX-Injected:%20yes",
    "%250d%250aX-Injected:%20yes",
    "%25250d%25250aX-Injected:%20yes",
    "%E5%98%8D%E5%98%8AX-Injected:%20yes",
    "%C4%8D%C4%8AX-Injected:%20yes",
    "%E2%80%A8X-Injected:%20yes",
    "%C2%85X-Injected:%20yes",
    "%00X-Injected:%20yes",
    "%0b%0cX-Injected:%20yes",
    "%7f%1b[31mX-Injected:%20yes",
    "%u000d%u000aX-Injected:%20yes",
    "\\r\\nX-Injected:%20yes",
    "%c0%8d%c0%8aX-Injected:%20yes",
    "%ff%feX-Injected:%20yes",
];

/// Every route with all that it reads, `@` where the caller's text goes.
const TARGETS: &[(&str, &str)] = &[
    ("GET", "/@"),
    ("GET", "/?@=@"),
    ("GET", "/signin?redirect_url=@"),
    ("GET", "/signin?redirect_url=/@"),
    ("GET", "/signin?redirect_url=https://app.example/@"),
    ("GET", "/dashboard?notice=@"),
    ("GET", "/dashboard?@"),
    ("GET", "/auth/@"),
    ("GET", "/auth/providers?@=@"),
    ("GET", "/auth/provider/@/signin"),
    ("GET", "/auth/provider/@/callback?code=c&state=s"),
    ("GET", "/auth/provider/google/signin?redirect_url=@"),
    ("GET", "/auth/provider/google/signin?redirect_url=/@"),
    (
        "GET",
        "/auth/provider/google/signin?redirect_url=/a%3F@%23@",
    ),
    (
        "GET",
        "/auth/provider/google/signin?redirect_url=https://app.example/@",
    ),
    (
        "GET",
        "/auth/provider/google/signin?redirect_url=https://app.example@",
    ),
    ("GET", "/auth/provider/google/signin?state=@"),
    ("GET", "/auth/provider/google/signin?mode=@"),
    ("GET", "/auth/provider/google/signin?reauthenticate=@"),
    ("GET", "/auth/provider/google/signin?@=@"),
    ("GET", "/auth/provider/google/callback?state=@&code=@"),
    (
        "GET",
        "/auth/provider/google/callback?state=s&error=@&error_description=@",
    ),
    ("GET", "/auth/provider/google/callback?state=s&code=c&iss=@"),
    ("GET", "/auth/session?@=@"),
    ("GET", "/auth/sessions?@=@"),
    ("DELETE", "/auth/sessions/@"),
    ("POST", "/auth/sessions/@/revoke"),
    ("POST", "/auth/sessions/revoke-others?@=@"),
    ("POST", "/auth/signout?redirect_url=@"),
    ("GET", "/api/me?@=@"),
    ("GET", "/healthz?@"),
    ("GET", "/readyz?@"),
    ("OPTIONS", "/auth/session?@"),
    ("@", "/auth/session"),
];

/// Headers that a server might be tempted to echo.
const HEADERS: &[&str] = &[
    "Accept",
    "Access-Control-Request-Headers",
    "Access-Control-Request-Method",
    "Authorization",
    "Content-Type",
    "Forwarded",
    "Host",
    "Origin",
    "Referer",
    "User-Agent",
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "X-Request-Id",
];

fn request(node: &Node, line: &str, cookie: &str, more: &str) -> Vec<u8> {
    let host = if more.starts_with("Host:") {
        String::new()
    } else {
        format!("Host: {}\r\n", &node.base_url()[7..])
    };
    let mut request =
        format!("{line} HTTP/1.1\r\n{host}Accept: text/html\r\nSec-Fetch-Mode: navigate\r\n");
    let _ = write!(
        request,
        "Sec-Fetch-Site: same-origin\r\nConnection: close\r\nContent-Length: 0\r\nCookie: {cookie}\r\n"
    );
    let _ = write!(request, "{more}\r\n");
    request.into_bytes()
}

/// Checks one answer: complete, no fault of ours, and nothing in its head that the caller wrote as a line of its own.
fn assert_sound(answer: &str, asked: &str) {
    let (head, _) = answer
        .split_once("\r\n\r\n")
        .unwrap_or_else(|| panic!("{asked}: {answer}"));
    assert!((200..500).contains(&status(answer)), "{asked}: {head}");
    for line in head.split("\r\n") {
        let named = line.to_ascii_lowercase();
        assert!(!named.starts_with("x-injected"), "{asked}: {head}");
        assert!(
            line.bytes().all(|byte| (0x20..0x7f).contains(&byte)),
            "{asked}: {head:?}"
        );
    }
}

async fn site() -> (Site, Node, String) {
    let mut site = Site::new(Kind::Sqlite).await;
    site.set("TRUSTED_ORIGINS", "https://app.example");
    let (node, browser) = (site.node().await, Browser::new());
    browser.sign_in(&node, &site.idp, "jane").await;
    let cookie = format!(
        "belgie_session={}",
        browser.cookie(&node, "belgie_session").unwrap()
    );
    (site, node, cookie)
}

#[tokio::test]
async fn red_05_no_parameter_of_any_route_breaks_a_header() {
    let (_site, node, session) = site().await;
    for (method, target) in TARGETS {
        for written in BREAKS {
            let line = format!("{method} {target}").replace('@', written);
            for cookie in ["a=b", &session] {
                if line.starts_with("POST /auth/signout") && cookie == session {
                    continue; // it would end the session of the others
                }
                let answer = raw(&node, &request(&node, &line, cookie, "")).await;
                assert_sound(&answer, &line);
            }
        }
    }
}

#[tokio::test]
async fn red_05_no_header_of_a_request_breaks_one_of_the_answer() {
    let (_site, node, session) = site().await;
    let bare = [
        "\u{1}",
        "\t",
        "\u{7f}",
        "é",
        "%0d%0aX-Injected: yes",
        "\\r\\nX-Injected: yes",
        "a\rX-Injected: yes",
        "\u{0}",
    ];
    for name in HEADERS {
        for value in bare {
            for line in [
                "GET /signin",
                "GET /dashboard",
                "GET /auth/session",
                "OPTIONS /auth/session",
                "GET /auth/provider/google/signin",
            ] {
                let answer = raw(
                    &node,
                    &request(&node, line, &session, &format!("{name}: {value}\r\n")),
                )
                .await;
                assert_sound(&answer, &format!("{line} with {name}: {value:?}"));
            }
        }
    }
    for value in bare {
        for cookie in ["belgie_session", "belgie_attempt"] {
            let answer = raw(
                &node,
                &request(&node, "GET /signin", &format!("{cookie}={value}"), ""),
            )
            .await;
            assert_sound(&answer, &format!("{cookie}={value:?}"));
        }
    }
}

#[tokio::test]
async fn red_05_a_front_ends_state_and_target_come_back_encoded() {
    let (site, node, _) = site().await;
    let mut came_back = 0;
    for written in BREAKS {
        let browser = Browser::new();
        // A target is an address, in which the break is encoded already; a state is any text.
        let target = written.replace('%', "%25");
        let start = format!(
            "/auth/provider/google/signin?redirect_url=https://app.example/in%3Fq%3D{target}&state={written}"
        );
        let answer = raw(&node, &request(&node, &format!("GET {start}"), "a=b", "")).await;
        assert_sound(&answer, &start);
        if status(&answer) != 303 {
            continue;
        }
        let asked = browser.begin_at(&node, &start).await;
        let callback = site.idp.authorize(&asked, "jane").await.unwrap();
        let cookie = format!(
            "belgie_attempt={}",
            browser.cookie(&node, "belgie_attempt").unwrap()
        );
        let line = format!("GET {}", &callback[url::Position::BeforePath..]);
        let answer = raw(&node, &request(&node, &line, &cookie, "")).await;
        assert_sound(&answer, written);
        assert!(
            answer.contains("location: https://app.example/in?q="),
            "{written}: {answer}"
        );
        came_back += 1;
    }
    assert!((5..BREAKS.len()).contains(&came_back), "{came_back}");
}

#[tokio::test]
async fn red_04_a_malformed_target_never_fails_the_server() {
    let (_site, node, session) = site().await;
    let long = "a".repeat(64 * 1024);
    let targets = [
        "http://[",
        "http%3A%2F%2F%5B",
        "%5B%5D",
        "%",
        "%2",
        "%zz",
        "%ff",
        "%ff%fe",
        "%C0%AF",
        "%ED%A0%80",
        "%F4%90%80%80",
        "%u2215",
        "/%",
        "/%zz",
        "/%ff",
        "/%C0%AF%C0%AF",
        "https://app.example:99999/",
        "https://app.example:a/",
        "https://%5B::1",
        "https://%ff/",
        "https://xn--/",
        "https://xn--ls8h=/",
        "https://a..b/",
        "https://-/",
        "https://%00/",
        "https://app.example/%zz",
        "///",
        "/",
        "//",
        "https://1.2.3.4.5/",
        "https://0x/",
        "https://256.256.256.256/",
        "https://app.example%2f@",
        "/?%zz#%",
        "/#",
        "&",
        "=",
        "+",
        "é",
        "/é",
        "\u{202e}",
        "/\u{1f600}",
        &long,
        &format!("/{long}"),
        &format!("https://app.example/{long}"),
        &format!("https://{long}/"),
        &"%25".repeat(5_000),
        &"/..".repeat(4_000),
        &"https://".repeat(1_000),
        &"@".repeat(10_000),
    ];
    for target in targets {
        for path in ["/signin", "/auth/provider/google/signin"] {
            for cookie in ["a=b", &session] {
                let line = format!("GET {path}?redirect_url={target}");
                let answer = raw(&node, &request(&node, &line, cookie, "")).await;
                assert!(
                    (200..500).contains(&status(&answer)),
                    "{line:.80}: {answer:.200}"
                );
            }
        }
    }
    let logged = node.log();
    assert!(
        !logged.contains("panicked") && !logged.contains("ERROR"),
        "{logged}"
    );
}
