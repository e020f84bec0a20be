//! Requests from elsewhere (CSR-01 … CSR-06).

mod crawl;
mod forged;
mod login;
mod shared;

use crate::support::browser::Browser;
use crate::support::program::Node;

/// The id of the session of this browser.
pub(crate) async fn session_of(browser: &Browser, node: &Node) -> String {
    let answer = browser.get(node.url("/auth/session")).await;
    let body: serde_json::Value = answer.json().await.unwrap();
    body["session"]["id"].as_str().unwrap().to_owned()
}
