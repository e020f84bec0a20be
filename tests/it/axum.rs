//! The example on axum: what holds for the program holds there too, at the root and below a path.

use reqwest::Method;
use url::Url;

use crate::support::browser::{Browser, code, header};
use crate::support::program::Node;
use crate::support::site::{Kind, Site};

/// Runs a case at the root and below a path.
async fn at_both_places(case: impl AsyncFn(&Site, &Node, &str)) {
    let site = Site::new(Kind::Sqlite).await;
    for base_path in ["", "/account"] {
        let node = Node::start_axum(&site, base_path).await;
        case(&site, &node, base_path).await;
    }
}

/// The application's own address, beside Belgie's.
fn own(node: &Node, path: &str) -> Url {
    Url::parse(node.base_url()).unwrap().join(path).unwrap()
}

#[tokio::test]
async fn a_person_signs_in_is_known_and_signs_out() {
    at_both_places(async |site, node, base_path| {
        let browser = Browser::new();
        assert_eq!(browser.me(node).await, None);
        let sent = browser.open(own(node, "/")).await;
        let expected = format!("{base_path}/auth/provider/google/signin?redirect_url=%2F");
        assert_eq!(header(&sent, "location"), expected);

        let landed = browser.try_sign_in(node, &site.idp, "jane").await;
        assert_eq!(header(&landed, "location"), "/");
        let me = browser.me(node).await.unwrap();
        assert_eq!(me["email"], "jane@gmail.com");
        let hello = browser.open(own(node, "/")).await.text().await.unwrap();
        assert_eq!(hello, "Hello jane Doe.\n");

        browser.sign_out(node).await;
        assert_eq!(browser.me(node).await, None);
    })
    .await;
}

#[tokio::test]
async fn csr_01_a_change_by_cookie_must_come_from_this_site() {
    at_both_places(async |site, node, _| {
        let browser = Browser::new();
        browser.try_sign_in(node, &site.idp, "jane").await;

        let urls = [node.url("/auth/signout"), own(node, "/cheer").into()];
        for url in &urls {
            let foreign = browser
                .plain_request(Method::POST, url)
                .header("origin", "https://evil.example");
            assert_eq!(code(foreign.send().await.unwrap()).await, "cross_origin");
        }
        assert!(browser.me(node).await.is_some());
        let cheer = browser
            .request(Method::POST, &urls[1])
            .send()
            .await
            .unwrap();
        assert_eq!(cheer.text().await.unwrap(), "jane Doe cheers.\n");
    })
    .await;
}

#[tokio::test]
async fn ses_07_cookies_are_hidden_lax_and_for_the_whole_site() {
    at_both_places(async |site, node, _| {
        let browser = Browser::new();
        let begun = browser.get(node.url("/auth/provider/google/signin")).await;
        let landed = browser.try_sign_in(node, &site.idp, "jane").await;

        for (answer, name) in [(&begun, "belgie_attempt"), (&landed, "belgie_session")] {
            let cookie = header(answer, "set-cookie");
            assert!(cookie.starts_with(&format!("{name}=")), "{cookie}");
            assert!(
                cookie.contains("; HttpOnly; SameSite=Lax; Path=/; Max-Age="),
                "{cookie}"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn ses_11_people_list_and_end_their_sessions() {
    at_both_places(async |site, node, _| {
        let (here, there) = (Browser::new(), Browser::new());
        here.try_sign_in(node, &site.idp, "jane").await;
        there.try_sign_in(node, &site.idp, "jane").await;

        let request = here.request(Method::DELETE, node.url("/auth/sessions"));
        let revoked = request.send().await.unwrap().text().await.unwrap();

        assert!(revoked.starts_with("{\"revoked\":"), "{revoked}");
        assert_eq!(there.me(node).await, None);
        let session = here.get(node.url("/auth/session")).await;
        let session: serde_json::Value = session.json().await.unwrap();
        assert_eq!(session["session"]["ip_address"], "127.0.0.1");
        assert!(here.get(own(node, "/admin")).await.status() == 403);
    })
    .await;
}
