use belgie_idp_emulator::Fault;
use reqwest::Method;

use crate::browser::{Browser, client};
use crate::site::{CLIENT_SECRET, Site, on_both_databases};

on_both_databases! {
    async fn cfg_02_no_secret_is_in_any_log(site: Site) {
        let (node, browser) = (site.node().await, Browser::new());
        let asked = browser.begin(&node).await;
        let callback = site.idp.authorize(&asked, "jane").await.unwrap();
        assert_eq!(browser.get(callback.clone()).await.status(), 303);
        browser.get(callback.clone()).await;
        let session = browser.cookie(&node, "belgie_session").unwrap();
        client().get(node.url("/api/me")).bearer_auth(&session).send().await.unwrap();
        client().get(node.url(&format!("/api/me?token={session}"))).send().await.unwrap();
        let attempt = browser.cookie(&node, "belgie_attempt");
        site.idp.fault_once(Fault::signature(belgie_idp_emulator::Signature::BitFlipped));
        browser.try_sign_in(&node, &site.idp, "jane").await;
        browser.request(Method::POST, node.url("/auth/signout")).send().await.unwrap();

        let log = node.log();
        assert!(log.contains("signed in") && log.contains("/auth/provider/google/callback"), "{log}");
        let secret = |name: &str, url: &url::Url| url.query_pairs().find(|(found, _)| found == name).unwrap().1.into_owned();
        let canaries = [
            session,
            attempt.unwrap_or_else(|| "b_none".to_owned()),
            secret("state", &asked),
            secret("nonce", &asked),
            secret("code", &callback),
            CLIENT_SECRET.to_owned(),
            site.setting("SECRET").to_owned(),
        ];
        for canary in canaries {
            assert!(!log.contains(&canary), "{canary} in the log:\n{log}");
        }
        if let Some(password) = url::Url::parse(site.setting("DATABASE_URL")).unwrap().password() {
            assert!(!log.contains(password), "the database's password is in the log");
        }
    }
}

#[tokio::test]
async fn cfg_08_a_request_cannot_write_lines_of_its_own_into_the_log() {
    let site = Site::new(crate::site::Kind::Sqlite).await;
    let node = site.node().await;

    let path = "/nowhere%0d%0a2026-01-01 ERROR forged\u{1b}[31m";
    client()
        .get(node.url(path))
        .header("user-agent", "agent\u{1b}[31m forged")
        .send()
        .await
        .ok();
    client().get(node.url("/api/me")).send().await.unwrap();

    assert!(
        !node
            .log()
            .lines()
            .any(|line| line.starts_with("2026-01-01 ERROR forged"))
    );
    assert!(!node.log().contains('\u{1b}'));
}
