//! What the database holds, read directly.

use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::browser::Browser;
use crate::site::{Kind, Site, on_both_databases};

const TABLES: &[&str] = &[
    "belgie_users",
    "belgie_accounts",
    "belgie_sessions",
    "belgie_attempts",
    "belgie_events",
];

/// Every stored value as the database's own client shows it: bytes in hexadecimal.
pub(crate) fn dump(site: &Site) -> String {
    let mut dump = String::new();
    for table in TABLES {
        dump.push_str(&query(site, &format!("SELECT * FROM {table}")));
    }
    dump
}

/// The answer of the database's own client to a query.
pub(crate) fn query(site: &Site, sql: &str) -> String {
    let url = site.setting("DATABASE_URL").to_owned();
    let (program, arguments) = match url.strip_prefix("sqlite://") {
        Some(path) => (
            "sqlite3",
            vec![
                "-readonly".to_owned(),
                path.to_owned(),
                ".mode quote".to_owned(),
                sql.to_owned(),
            ],
        ),
        None => ("psql", vec![url, "-XAtc".to_owned(), sql.to_owned()]),
    };
    let output = Command::new(program)
        .args(arguments)
        .output()
        .unwrap_or_else(|error| {
            panic!("cannot run {program} ({error}): run scripts/setup");
        });
    assert!(
        output.status.success(),
        "{sql}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Leaves a version in the table of migrations that this program does not know.
pub(crate) fn pretend_newer_schema(site: &Site) {
    let sql =
        "INSERT INTO belgie_migrations (version, name) VALUES ('99991231000000', 'of the future')";
    let url = site.setting("DATABASE_URL").to_owned();
    let status = match url.strip_prefix("sqlite://") {
        Some(path) => Command::new("sqlite3").args([path, sql]).status(),
        None => Command::new("psql").args([&url, "-qXc", sql]).status(),
    };
    assert!(status.unwrap().success());
}

on_both_databases! {
    async fn ses_02_no_stored_value_opens_anything(site: Site) {
        let (node, browser) = (site.node().await, Browser::new());
        browser.sign_in(&node, &site.idp, "jane").await;
        browser.begin(&node).await;
        let session = browser.cookie(&node, "belgie_session").unwrap();
        let attempt = browser.cookie(&node, "belgie_attempt").unwrap();

        let dump = dump(&site);

        for secret in [&session, &attempt] {
            assert!(!dump.contains(secret.as_str()), "the secret itself is stored");
        }
        let words = dump.split(|at: char| !at.is_ascii_alphanumeric() && at != '-' && at != '_');
        let words: std::collections::BTreeSet<_> = words.filter(|word| word.len() >= 16).collect();
        assert!(words.len() >= 5, "{dump}");
        let hashes: Vec<_> = words.iter().filter_map(|word| as_token(word)).collect();
        assert!(hashes.len() >= 2, "the hashes of a session and of an attempt: {dump}");
        let read = words.iter().map(|word| (*word).to_owned()).chain(hashes);
        for value in read.flat_map(|word| [format!("s_{word}"), word]) {
            let thief = Browser::new();
            thief.set_cookie(&node, &format!("belgie_session={value}"));
            assert_eq!(thief.me(&node).await, None, "{value}");
        }
    }
}

/// A stored hash written as a token is: what somebody tries first who has read the database.
fn as_token(hexadecimal: &str) -> Option<String> {
    if hexadecimal.len() < 64 {
        return None;
    }
    let digits = &hexadecimal[hexadecimal.len() - 64..];
    let byte = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
    let bytes: Option<Vec<u8>> = (0..64).step_by(2).map(byte).collect();
    bytes.map(|bytes| URL_SAFE_NO_PAD.encode(bytes))
}

#[tokio::test]
async fn csr_04_get_changes_nothing_but_attempts() {
    let site = Site::new(Kind::Sqlite).await;
    let (node, browser) = (site.node().await, Browser::new());
    browser.sign_in(&node, &site.idp, "jane").await;
    let before = dump(&site);

    for path in [
        "/",
        "/signin",
        "/dashboard",
        "/auth/providers",
        "/auth/session",
        "/api/me",
        "/auth/sessions",
        "/healthz",
        "/readyz",
        "/auth/signout",
        "/auth/sessions/revoke-others",
        "/nowhere",
    ] {
        browser.get(node.url(path)).await;
        browser
            .request(reqwest::Method::HEAD, node.url(path))
            .send()
            .await
            .unwrap();
        browser
            .request(reqwest::Method::OPTIONS, node.url(path))
            .send()
            .await
            .unwrap();
    }

    assert_eq!(dump(&site), before);
}
