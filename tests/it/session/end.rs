//! Ways in which a session ends, and that it has ended everywhere (SES-10, SES-16).

use reqwest::{Method, StatusCode};

use crate::origin::session_of;
use crate::support::browser::{Browser, client};
use crate::support::nodes::two_nodes;
use crate::support::program::Node;
use crate::support::repetition::repetitions;
use crate::support::site::{Kind, Site, on_both_databases};
use crate::support::stored::count;

/// How the session of a browser is ended: by what it sends itself, from another browser, or by the operator.
#[derive(Clone, Copy, Debug)]
enum Ending {
    SignOut,
    SignOutByForm,
    SignOutByBearer,
    OwnByDelete,
    OwnByForm,
    OthersByDelete,
    OthersByForm,
    Operator,
    OperatorAll,
    Disabled,
    Deleted,
}

const ENDINGS: &[Ending] = &[
    Ending::SignOut,
    Ending::SignOutByForm,
    Ending::SignOutByBearer,
    Ending::OwnByDelete,
    Ending::OwnByForm,
    Ending::OthersByDelete,
    Ending::OthersByForm,
    Ending::Operator,
    Ending::OperatorAll,
    Ending::Disabled,
    Ending::Deleted,
];

async fn form(browser: &Browser, url: String) -> StatusCode {
    let request = browser
        .request(Method::POST, url)
        .header("content-type", "application/x-www-form-urlencoded");
    request.send().await.unwrap().status()
}

async fn send(browser: &Browser, method: Method, url: String) -> StatusCode {
    browser.request(method, url).send().await.unwrap().status()
}

impl Ending {
    /// Ends `ended`'s session at this node; `other` is the same person elsewhere.
    async fn happen(self, site: &Site, node: &Node, [ended, other]: [&Browser; 2]) {
        let id = session_of(ended, node).await;
        let status = match self {
            Self::SignOut => send(ended, Method::POST, node.url("/auth/signout")).await,
            Self::SignOutByForm => form(ended, node.url("/auth/signout")).await,
            Self::SignOutByBearer => {
                let token = ended.cookie(node, "belgie_session").unwrap();
                let request = client().post(node.url("/auth/signout")).bearer_auth(token);
                request.send().await.unwrap().status()
            }
            Self::OwnByDelete => {
                send(
                    ended,
                    Method::DELETE,
                    node.url(&format!("/auth/sessions/{id}")),
                )
                .await
            }
            Self::OwnByForm => form(ended, node.url(&format!("/auth/sessions/{id}/revoke"))).await,
            Self::OthersByDelete => send(other, Method::DELETE, node.url("/auth/sessions")).await,
            Self::OthersByForm => form(other, node.url("/auth/sessions/revoke-others")).await,
            Self::Operator => operator(site, &["session", "revoke", &id]),
            Self::OperatorAll => operator(site, &["session", "revoke", "--user", "jane@gmail.com"]),
            Self::Disabled => operator(site, &["user", "disable", "jane@gmail.com"]),
            Self::Deleted => operator(site, &["user", "delete", "jane@gmail.com"]),
        };
        assert!(
            !status.is_client_error() && !status.is_server_error(),
            "{self:?}: {status}"
        );
    }
}

fn operator(site: &Site, command: &[&str]) -> StatusCode {
    site.run(command);
    StatusCode::OK
}

/// Tries the token by cookie and by bearer.
async fn opens(node: &Node, token: &str) -> bool {
    let by_cookie = client()
        .get(node.url("/auth/session"))
        .header("cookie", format!("belgie_session={token}"));
    let by_bearer = client().get(node.url("/auth/session")).bearer_auth(token);
    let mut opened = false;
    for request in [by_cookie, by_bearer] {
        let status = request.send().await.unwrap().status();
        assert!(matches!(status.as_u16(), 200 | 401), "{status}");
        opened |= status == 200;
    }
    opened
}

on_both_databases! {
    ses_10_however_a_session_ends_it_has_ended_at_every_node_at_once,
    ses_10_nothing_that_runs_beside_a_sign_out_keeps_the_session,
}

async fn ses_10_however_a_session_ends_it_has_ended_at_every_node_at_once(site: Site) {
    let mut site = site;
    let nodes = two_nodes(&mut site).await;
    for (round, ending) in ENDINGS.iter().enumerate() {
        let (ended, other) = (Browser::new(), Browser::new());
        for browser in [&ended, &other] {
            browser.sign_in(&nodes[0], &site.idp, "jane").await;
        }
        let token = ended.cookie(&nodes[0], "belgie_session").unwrap();
        for node in &nodes {
            assert!(opens(node, &token).await);
        }

        ending
            .happen(&site, &nodes[round % 2], [&ended, &other])
            .await;

        for node in nodes.iter().rev() {
            assert!(!opens(node, &token).await, "{ending:?}");
        }
        assert_eq!(ended.me(&nodes[0]).await, None, "{ending:?}");
        if matches!(ending, Ending::Disabled) {
            site.run(&["user", "enable", "jane@gmail.com"]);
            assert!(!opens(&nodes[0], &token).await, "it came back to life");
        }
    }
}

/// Checks that run while the person signs out see a session that works or none, and none once it has answered.
async fn ses_10_nothing_that_runs_beside_a_sign_out_keeps_the_session(site: Site) {
    let mut site = site;
    site.set("SESSION_UPDATE_AGE", "0");
    let nodes = two_nodes(&mut site).await;
    for _ in 0..repetitions(5, 100) {
        let browser = Browser::new();
        browser.sign_in(&nodes[0], &site.idp, "jane").await;
        let token = browser.cookie(&nodes[0], "belgie_session").unwrap();
        let mut checks = tokio::task::JoinSet::new();
        for copy in 0..10 {
            let request = client()
                .get(nodes[copy % 2].url("/auth/session"))
                .bearer_auth(&token);
            checks.spawn(async move { request.send().await.unwrap().status().as_u16() });
        }

        assert_eq!(
            send(&browser, Method::POST, nodes[0].url("/auth/signout")).await,
            204
        );

        for node in &nodes {
            assert!(!opens(node, &token).await);
        }
        let seen = checks.join_all().await;
        assert!(
            seen.iter().all(|status| matches!(status, 200 | 401)),
            "{seen:?}"
        );
        for node in &nodes {
            assert!(!opens(node, &token).await, "a check brought it back");
        }
    }
    assert_eq!(count(&site, "belgie_sessions"), 0);
}

#[tokio::test]
async fn ses_16_only_a_post_signs_out() {
    let site = Site::new(Kind::Sqlite).await;
    let (node, browser) = (site.node().await, Browser::new());
    browser.sign_in(&node, &site.idp, "jane").await;

    for method in [
        "GET", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "QUERY", "post",
    ] {
        for (site, dest) in [
            ("same-origin", "empty"),
            ("same-origin", "document"),
            ("cross-site", "image"),
        ] {
            let url = node.url("/auth/signout?_method=POST");
            let request = browser
                .plain_request(method.parse().unwrap(), url)
                .header("sec-fetch-site", site)
                .header("sec-fetch-dest", dest);
            let answer = request.send().await.unwrap();
            assert_eq!(answer.status(), 405, "{method} {site} {dest}");
            assert!(answer.headers().get("set-cookie").is_none(), "{method}");
        }
    }

    assert!(browser.me(&node).await.is_some());
}

#[tokio::test]
async fn ses_16_signing_out_clears_our_own_cookie_and_no_other() {
    let site = Site::new(Kind::Sqlite).await;
    let node = site.node().await;
    for content_type in [None, Some("application/x-www-form-urlencoded")] {
        let browser = Browser::new();
        browser.sign_in(&node, &site.idp, "jane").await;
        browser.begin(&node).await;
        browser.set_cookie(&node, "hosts_own=1; Path=/");

        let mut request = browser.request(Method::POST, node.url("/auth/signout"));
        if let Some(content_type) = content_type {
            request = request.header("content-type", content_type);
        }
        let answer = request.send().await.unwrap();

        assert!(answer.headers().get("clear-site-data").is_none());
        let set: Vec<_> = answer.headers().get_all("set-cookie").iter().collect();
        let leaves_notice = content_type.is_some();
        assert_eq!(set.len(), 1 + usize::from(leaves_notice), "{set:?}");
        assert!(set[0].to_str().unwrap().starts_with("belgie_session=;"));
        let notice = browser.cookie(&node, "belgie_notice");
        assert_eq!(notice.is_some(), leaves_notice, "{notice:?}");
        assert_eq!(browser.cookie(&node, "belgie_session"), None);
        assert!(browser.cookie(&node, "belgie_attempt").is_some());
        assert_eq!(browser.cookie(&node, "hosts_own").as_deref(), Some("1"));
    }
}
