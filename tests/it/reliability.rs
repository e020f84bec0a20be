use std::time::{Duration, Instant};

use belgie_idp_emulator::Emulator;
use serde_json::Value;

use crate::browser::{Browser, client};
use crate::program::Node;
use crate::proxy::Proxy;
use crate::site::{CLIENT_ID, CLIENT_SECRET, Kind, Site};

#[tokio::test]
async fn rel_02_readiness_follows_the_database_and_liveness_does_not() {
    let mut site = Site::new(Kind::Postgres).await;
    let mut url = url::Url::parse(site.setting("DATABASE_URL")).unwrap();
    let proxy = Proxy::to(format!("127.0.0.1:{}", url.port().unwrap())).await;
    url.set_port(Some(proxy.port())).unwrap();
    site.set("DATABASE_URL", url.as_str());
    let (node, browser) = (site.node().await, Browser::new());
    browser.sign_in(&node, &site.idp, "jane").await;

    for _ in 0..3 {
        proxy.cut();
        wait_for_readiness(&node, 503, Duration::from_secs(3)).await;
        assert_eq!(
            client()
                .get(node.url("/healthz"))
                .send()
                .await
                .unwrap()
                .status(),
            200
        );
        let asked = browser.get(node.url("/api/me")).await;
        assert_eq!(asked.status(), 503, "neither signed in nor signed out");
        assert!(asked.headers().contains_key("retry-after"));

        proxy.mend();
        wait_for_readiness(&node, 200, Duration::from_secs(6)).await;
        assert!(browser.me(&node).await.is_some());
    }
}

async fn wait_for_readiness(node: &Node, status: u16, at_most: Duration) {
    let begun = Instant::now();
    loop {
        let asked = client()
            .get(node.url("/readyz"))
            .timeout(Duration::from_secs(3))
            .send()
            .await;
        if asked.is_ok_and(|answer| answer.status() == status) {
            return;
        }
        assert!(
            begun.elapsed() < at_most,
            "not {status} after {:?}:\n{}",
            begun.elapsed(),
            node.log()
        );
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test]
async fn rel_18_the_server_survives_garbage_on_its_sockets() {
    use tokio::io::AsyncWriteExt as _;
    let site = Site::new(Kind::Sqlite).await;
    let node = site.node().await;
    for garbage in [
        &b"\0\0\0\0"[..],
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET http://[ HTTP/1.1\r\nHost: [\r\n\r\n",
        &[0xff; 4096],
    ] {
        let address = node.base_url().trim_start_matches("http://");
        let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
        let _ = stream.write_all(garbage).await;
    }

    assert_eq!(
        client()
            .get(node.url("/readyz"))
            .send()
            .await
            .unwrap()
            .status(),
        200
    );
    assert!(!node.log().contains("panicked"), "{}", node.log());
}

#[tokio::test]
async fn rel_23_a_provider_that_was_down_at_the_start_is_used_once_it_is_back() {
    let mut site = Site::new(Kind::Sqlite).await;
    let late = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    site.set("OIDC_PROVIDERS", "late");
    site.set("OIDC_LATE_ISSUER_URL", format!("http://{late}"));
    site.set("OIDC_LATE_CLIENT_ID", CLIENT_ID);
    site.set("OIDC_LATE_CLIENT_SECRET", CLIENT_SECRET);
    let (node, browser) = (site.node().await, Browser::new());

    browser.sign_in(&node, &site.idp, "jane").await;
    let path = "/auth/provider/late/signin";
    assert_eq!(browser.get(node.url(path)).await.status(), 502);
    let providers: Value = browser
        .get(node.url("/auth/providers"))
        .await
        .json()
        .await
        .unwrap();
    assert_eq!(providers["providers"].as_array().unwrap().len(), 2);

    let idp = Emulator::builder()
        .bind(late.to_string())
        .client_any_redirect(CLIENT_ID, CLIENT_SECRET);
    let _idp = idp.start().await.unwrap();
    let begun = Instant::now();
    while browser.get(node.url(path)).await.status() != 303 {
        assert!(begun.elapsed() < Duration::from_secs(30), "{}", node.log());
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}
