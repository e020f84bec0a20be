use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use belgie_idp_emulator::{Emulator, Person};
use serde_json::Value;

use crate::browser::{Browser, client};
use crate::program::Node;
use crate::proxy::Proxy;
use crate::repetition::repetitions;
use crate::site::{CLIENT_ID, CLIENT_SECRET, Kind, Site, on_both_databases};
use crate::stored;

#[tokio::test]
async fn rel_01_a_server_that_is_told_to_stop_fails_nobody() {
    for signal in ["TERM", "INT"] {
        let mut site = Site::new(Kind::Sqlite).await;
        site.set("SHUTDOWN_DELAY", "2");
        let (mut node, browser) = (site.node().await, Browser::new());
        browser.sign_in(&node, &site.idp, "jane").await;
        let url = node.url("/api/me");

        let visitor = tokio::spawn({
            let (browser, until) = (
                browser.clone(),
                Instant::now() + Duration::from_millis(1_500),
            );
            async move {
                let mut served = 0;
                while Instant::now() < until {
                    assert_eq!(browser.get(&url).await.status(), 200);
                    served += 1;
                }
                served
            }
        });
        tokio::time::sleep(Duration::from_millis(300)).await;
        node.signal(signal);
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert_eq!(
            client()
                .get(node.url("/readyz"))
                .send()
                .await
                .unwrap()
                .status(),
            503,
            "{signal}"
        );

        assert!(visitor.await.unwrap() > 0);
        assert_eq!(
            node.ended().await.code(),
            Some(0),
            "{signal}: {}",
            node.log()
        );
    }
}

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

on_both_databases! {
    /// A node is killed while many sign in and out; what it had acknowledged holds, and nothing is half-written.
    async fn rel_08_kill_9_leaves_nothing_half_written(site: Site) {
        let mut known: BTreeMap<String, bool> = BTreeMap::new();
        for round in 0..repetitions(50, 1_000) as u64 {
            let mut node = site.node().await;
            let mut visitors = tokio::task::JoinSet::new();
            for visitor in 0..6 {
                let subject = format!("round-{round}-visitor-{visitor}");
                let email = format!("{subject}@gmail.com");
                site.idp.put_person(Person::new(&subject).email(email).email_verified(true));
                let browser = Browser::new();
                let Some(asked) = begin(&browser, &node).await else { continue };
                let Ok(callback) = site.idp.authorize(&asked, &subject).await else { continue };
                let urls = (callback.to_string(), node.url("/auth/signout"));
                visitors.spawn(visit(browser, urls, visitor % 2 == 0));
            }
            tokio::time::sleep(Duration::from_millis(round * 7 % 60)).await;
            node.kill().await;
            while let Some(seen) = visitors.join_next().await {
                known.extend(seen.unwrap());
            }
        }

        assert!(known.len() > 40, "only {} acknowledged", known.len());
        let begun = Instant::now();
        let node = site.node().await;
        assert!(begun.elapsed() < Duration::from_secs(3), "ready again after {:?}", begun.elapsed());
        for (cookie, alive) in known {
            let browser = Browser::new();
            browser.set_cookie(&node, &format!("belgie_session={cookie}"));
            assert_eq!(browser.me(&node).await.is_some(), alive);
        }
        let half = "SELECT count(*) FROM belgie_users WHERE id NOT IN (SELECT user_id FROM belgie_accounts)";
        assert_eq!(stored::query(&site, half).trim(), "0");
        let orphans = "SELECT count(*) FROM belgie_sessions WHERE user_id NOT IN (SELECT id FROM belgie_users)";
        assert_eq!(stored::query(&site, orphans).trim(), "0");
        if site.setting("DATABASE_URL").starts_with("sqlite") {
            assert_eq!(stored::query(&site, "PRAGMA integrity_check").trim().trim_matches('\''), "ok");
        }
    }
}

async fn begin(browser: &Browser, node: &Node) -> Option<url::Url> {
    let begin = browser.request(
        reqwest::Method::GET,
        node.url("/auth/provider/google/signin"),
    );
    let answer = begin.send().await.ok()?;
    url::Url::parse(answer.headers().get("location")?.to_str().ok()?).ok()
}

/// Signs in, perhaps out again; returns the cookie and whether it must work, as far as the server acknowledged it.
async fn visit(
    browser: Browser,
    (callback, sign_out): (String, String),
    leave: bool,
) -> Option<(String, bool)> {
    let answer = browser
        .request(reqwest::Method::GET, callback)
        .send()
        .await
        .ok()?;
    let mut cookies = answer
        .headers()
        .get_all("set-cookie")
        .iter()
        .filter_map(|value| value.to_str().ok());
    let cookie = cookies.find_map(|cookie| cookie.strip_prefix("belgie_session="))?;
    let cookie = cookie.split(';').next()?.to_owned();
    if !leave {
        return Some((cookie, true));
    }
    match browser
        .request(reqwest::Method::POST, sign_out)
        .send()
        .await
    {
        Ok(answer) if answer.status() == 204 => Some((cookie, false)),
        // Sent and not acknowledged: it may hold or not.
        _ => None,
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
