//! Two servers on one PostgreSQL database.

use belgie_idp_emulator::Endpoint;
use reqwest::Method;

use crate::browser::Browser;
use crate::program::Node;
use crate::repetition::repetitions;
use crate::site::{Kind, Site};

/// Two nodes that answer to one name: the second is asked at the address of the first.
pub(crate) async fn two_nodes(site: &mut Site) -> [Node; 2] {
    let first = site.node().await;
    site.set(
        "GOOGLE_REDIRECT_URI",
        first.url("/auth/provider/google/callback"),
    );
    let second = site.node().await;
    [first, second]
}

/// Lets the second browser-visible address hold the cookies of the first: cookies know hosts, not ports.
pub(crate) fn at(node: &Node, url: &url::Url) -> String {
    node.url(&url[url::Position::BeforePath..])
}

#[tokio::test]
async fn flow_03_copies_of_a_callback_at_two_nodes_sign_in_once() {
    let mut site = Site::new(Kind::Postgres).await;
    let nodes = two_nodes(&mut site).await;
    for round in 1..=repetitions(5, 100) {
        let browser = Browser::new();
        let callback = site
            .idp
            .authorize(&browser.begin(&nodes[0]).await, "jane")
            .await
            .unwrap();

        let mut copies = tokio::task::JoinSet::new();
        for copy in 0..50 {
            let (browser, url) = (browser.clone(), at(&nodes[copy % 2], &callback));
            copies.spawn(async move { browser.get(url).await.status() == 303 });
        }

        let signed_in = copies
            .join_all()
            .await
            .into_iter()
            .filter(|signed_in| *signed_in)
            .count();
        assert_eq!(
            (signed_in, site.idp.request_count(Endpoint::Token)),
            (1, round)
        );
    }
}

#[tokio::test]
async fn lnk_17_first_sign_ins_at_two_nodes_make_one_user() {
    let mut site = Site::new(Kind::Postgres).await;
    let nodes = two_nodes(&mut site).await;
    let mut callbacks = Vec::new();
    for _ in 0..50 {
        let browser = Browser::new();
        let callback = site
            .idp
            .authorize(&browser.begin(&nodes[0]).await, "jane")
            .await
            .unwrap();
        callbacks.push((browser, callback));
    }

    let mut sign_ins = tokio::task::JoinSet::new();
    for (copy, (browser, callback)) in callbacks.into_iter().enumerate() {
        let url = at(&nodes[copy % 2], &callback);
        sign_ins.spawn(async move { browser.get(url).await.status().as_u16() });
    }
    let answers = sign_ins.join_all().await;

    assert!(answers.iter().all(|status| *status == 303), "{answers:?}");
    let users: serde_json::Value =
        serde_json::from_str(&site.run(&["user", "list", "--json"])).unwrap();
    assert_eq!(users.as_array().unwrap().len(), 1, "{users}");
}

#[tokio::test]
async fn ses_10_a_sign_out_at_one_node_holds_at_the_other_at_once() {
    let mut site = Site::new(Kind::Postgres).await;
    let nodes = two_nodes(&mut site).await;
    for _ in 0..20 {
        let browser = Browser::new();
        browser.sign_in(&nodes[0], &site.idp, "jane").await;
        assert!(browser.me(&nodes[1]).await.is_some());
        let cookie = browser.cookie(&nodes[0], "belgie_session").unwrap();

        let answer = browser
            .request(Method::POST, nodes[0].url("/auth/signout"))
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 204);

        for node in &nodes {
            let replay = Browser::new();
            replay.set_cookie(node, &format!("belgie_session={cookie}"));
            assert_eq!(replay.me(node).await, None);
        }
    }
}
