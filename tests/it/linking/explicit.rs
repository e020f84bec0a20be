//! Accounts that a user adds and removes (LNK-12 … LNK-14).

use belgie_idp_emulator::{Emulator, Person};
use reqwest::{Method, Response};
use serde_json::Value;

use super::{OTHER, other_provider, sign_in_at, user};
use crate::support::browser::{Browser, code, header};
use crate::support::nodes::two_nodes;
use crate::support::program::Node;
use crate::support::site::Site;
use crate::support::site::on_both_databases;
use crate::support::stored::count;

const JANE: &str = "jane@gmail.com";
const LINK: &str = "/auth/provider/other/link";

on_both_databases! {
    lnk_12_an_account_is_connected_and_disconnected_at_every_node,
    lnk_13_an_account_of_another_user_stays_with_that_user,
}

/// Adds an account at the other provider.
async fn link(browser: &Browser, node: &Node, other: &Emulator, subject: &str) -> Response {
    let asked = browser.submit(node.url(LINK), "").await;
    assert_eq!(asked.status(), 303);
    let callback = other.authorize(header(&asked, "location"), subject).await;
    browser.get(callback.unwrap()).await
}

async fn accounts(browser: &Browser, node: &Node) -> Vec<Value> {
    let answer = browser.get(node.url("/auth/accounts")).await;
    let body: Value = answer.json().await.unwrap();
    body["accounts"].as_array().unwrap().clone()
}

fn work(subject: &str) -> Person {
    Person::new(subject)
        .email("jane@work.example")
        .email_verified(true)
}

async fn lnk_12_an_account_is_connected_and_disconnected_at_every_node(site: Site) {
    let mut site = site;
    let other = other_provider(&mut site).await;
    let nodes = two_nodes(&mut site).await;
    let browser = Browser::new();
    browser.sign_in(&nodes[0], &site.idp, "jane").await;
    let jane = user(&site, JANE)["id"].clone();
    other.put_person(work("at-work"));

    let linked = link(&browser, &nodes[0], &other, "at-work").await;

    assert_eq!(linked.status(), 303);
    assert!(header(&linked, "location").ends_with("/account"));
    assert_eq!(accounts(&browser, &nodes[0]).await.len(), 2);
    let again = Browser::new();
    let answer = sign_in_at(&again, &nodes[0], (OTHER, &other), "at-work").await;
    assert_eq!(answer.status(), 303);
    assert_eq!(again.me(&nodes[1]).await.unwrap()["id"], jane);

    let id = accounts(&browser, &nodes[1]).await[1]["id"].clone();
    let path = format!("/auth/accounts/{}", id.as_str().unwrap());
    let removed = browser.request(Method::DELETE, nodes[1].url(&path));
    assert_eq!(removed.send().await.unwrap().status(), 204);
    let stranger = Browser::new();
    let answer = sign_in_at(&stranger, &nodes[0], (OTHER, &other), "at-work").await;
    assert_eq!(answer.status(), 303);
    assert_ne!(stranger.me(&nodes[0]).await.unwrap()["id"], jane);
    let last = accounts(&browser, &nodes[0]).await.remove(0)["id"].clone();
    let path = format!("/auth/accounts/{}", last.as_str().unwrap());
    let refused = browser.request(Method::DELETE, nodes[0].url(&path));
    let refused = refused.send().await.unwrap();
    assert_eq!(code(refused).await, "last_sign_in_method");
}

async fn lnk_13_an_account_of_another_user_stays_with_that_user(site: Site) {
    let mut site = site;
    let other = other_provider(&mut site).await;
    let nodes = two_nodes(&mut site).await;
    other.put_person(work("joe"));
    let joe = Browser::new();
    let answer = sign_in_at(&joe, &nodes[0], (OTHER, &other), "joe").await;
    assert_eq!(answer.status(), 303);
    let owner = joe.me(&nodes[0]).await.unwrap()["id"].clone();
    let jane = Browser::new();
    jane.sign_in(&nodes[0], &site.idp, "jane").await;

    let refused = link(&jane, &nodes[0], &other, "joe").await;

    assert_eq!(refused.status(), 409);
    assert_eq!(code(refused).await, "account_taken");
    assert_eq!(accounts(&jane, &nodes[0]).await.len(), 1);
    assert_eq!(count(&site, "belgie_accounts"), 2);
    let again = Browser::new();
    sign_in_at(&again, &nodes[1], (OTHER, &other), "joe").await;
    assert_eq!(again.me(&nodes[0]).await.unwrap()["id"], owner);
}
