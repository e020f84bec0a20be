//! What the database holds opens nothing.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::support::browser::{Browser, client, code};
use crate::support::program::Node;
use crate::support::site::{Kind, Site, on_both_databases};
use crate::support::stored::{count, dump};

on_both_databases! {
    ses_02_no_stored_value_opens_anything,
}

async fn ses_02_no_stored_value_opens_anything(site: Site) {
    let (node, browser) = (site.node().await, Browser::new());
    browser.sign_in(&node, &site.idp, "jane").await;
    browser.begin(&node).await;
    let session = browser.cookie(&node, "belgie_session").unwrap();
    let attempt = browser.cookie(&node, "belgie_attempt").unwrap();

    let dump = dump(&site);

    for secret in [&session, &attempt] {
        assert!(
            !dump.contains(secret.as_str()),
            "the secret itself is stored"
        );
    }
    let words = words_of(&dump);
    let hashes: Vec<_> = words.iter().filter_map(|word| as_token(word)).collect();
    assert!(
        words.len() >= 5 && hashes.len() >= 3,
        "a session, a state, a browser: {dump}"
    );
    let read = words.iter().cloned().chain(hashes.clone());
    for value in read.flat_map(|word| [format!("s_{word}"), word]) {
        assert_opens_nothing(&node, &value).await;
    }
    for (state, binding) in hashes
        .iter()
        .flat_map(|state| hashes.iter().map(move |binding| (state, binding)))
    {
        assert_completes_nothing(&node, state, binding).await;
    }
    assert!(browser.me(&node).await.is_some());
    assert_eq!(count(&site, "belgie_attempts"), 1);
}

/// What an attacker picks out of a dump to try: everything long enough to be a secret.
fn words_of(dump: &str) -> BTreeSet<String> {
    let words = dump.split(|at: char| !at.is_ascii_alphanumeric() && at != '-' && at != '_');
    let long = words.filter(|word| word.len() >= 16);
    long.map(str::to_owned).collect()
}

/// A stored hash written as a token is: the first attempt of an attacker who has read the database.
fn as_token(hexadecimal: &str) -> Option<String> {
    if hexadecimal.len() < 64 {
        return None;
    }
    let digits = &hexadecimal[hexadecimal.len() - 64..];
    let byte = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
    let bytes: Option<Vec<u8>> = (0..64).step_by(2).map(byte).collect();
    bytes.map(|bytes| URL_SAFE_NO_PAD.encode(bytes))
}

async fn assert_opens_nothing(node: &Node, value: &str) {
    let by_cookie = client()
        .get(node.url("/api/me"))
        .header("cookie", format!("belgie_session={value}"));
    let by_bearer = client().get(node.url("/api/me")).bearer_auth(value);
    for request in [by_cookie, by_bearer] {
        assert_eq!(request.send().await.unwrap().status(), 401, "{value}");
    }
}

/// Tries to finish a sign-in that another browser began.
async fn assert_completes_nothing(node: &Node, state: &str, binding: &str) {
    let path = format!("/auth/provider/google/callback?code=c&state={state}");
    let request = client()
        .get(node.url(&path))
        .header("cookie", format!("belgie_attempt=b_{binding}"));
    let answer = request.send().await.unwrap();
    assert_eq!(code(answer).await, "invalid_state", "{state} {binding}");
}

/// What is written to the disk beside the tables too: the write-ahead log, pages that are free again.
#[tokio::test]
async fn ses_02_no_file_of_the_database_holds_a_token() {
    let site = Site::new(Kind::Sqlite).await;
    let (node, browser) = (site.node().await, Browser::new());
    let mut secrets = Vec::new();
    for _ in 0..3 {
        let asked = browser.begin(&node).await;
        let state = asked.query_pairs().find(|(name, _)| name == "state");
        secrets.push(state.unwrap().1.into_owned());
        browser.sign_in(&node, &site.idp, "jane").await;
        secrets.push(browser.cookie(&node, "belgie_session").unwrap());
    }
    secrets.push(browser.cookie(&node, "belgie_attempt").unwrap());

    let files = std::fs::read_dir(site.directory.path()).unwrap();
    let mut searched = 0;
    for file in files {
        let path = file.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        searched += bytes.len();
        for secret in &secrets {
            let secret = secret.trim_start_matches("s_").trim_start_matches("b_");
            let found = bytes
                .windows(secret.len())
                .any(|at| at == secret.as_bytes());
            assert!(!found, "{} holds a token", path.display());
        }
    }
    assert!(searched > 4096, "nothing was searched");
}
