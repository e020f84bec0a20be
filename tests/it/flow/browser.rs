//! What ties a sign-in to the browser that began it.

use belgie_idp_emulator::Endpoint;
use reqwest::Method;

use crate::support::browser::{Browser, client, code, header, parameter, with_parameter};
use crate::support::site::{Kind, Site, on_both_databases};
use crate::support::stored::count;

#[tokio::test]
async fn flow_02_nothing_but_the_cookie_of_the_attempt_opens_its_callback() {
    let site = Site::new(Kind::Sqlite).await;
    let (node, other) = (site.node().await, Browser::new());
    other.begin(&node).await;
    let planted = other.cookie(&node, "belgie_attempt").unwrap();
    let spellings: [fn(&str, &str) -> String; 12] = [
        |_, _| "belgie_attempt=".to_owned(),
        |_, planted| format!("belgie_attempt={planted}"),
        |good, _| format!("belgie_attempt={}", &good[..good.len() - 1]),
        |good, _| format!("belgie_attempt={good}A"),
        |good, _| format!("belgie_attempt={}", good.to_lowercase()),
        |good, _| format!("belgie_attempt=\"{good}\""),
        |good, _| format!("Belgie_Attempt={good}"),
        |good, _| format!("belgie_attempt2={good}"),
        |good, _| format!("belgie_session={good}"),
        |good, planted| format!("belgie_attempt={good}; belgie_attempt={planted}"),
        |good, planted| format!("belgie_attempt={planted}; belgie_attempt={good}"),
        |good, _| format!("belgie_attempt={good}; belgie_attempt={good}"),
    ];
    for cookie in spellings {
        let browser = Browser::new();
        let callback = browser.authorized(&node, &site.idp, "jane").await;
        let good = browser.cookie(&node, "belgie_attempt").unwrap();

        let cookie = cookie(&good, &planted);
        let asked = site.idp.request_count(Endpoint::Token);
        let answer = client().get(callback.clone()).header("cookie", &cookie);
        let answer = answer.send().await.unwrap();

        assert!(answer.headers().get("set-cookie").is_none(), "{cookie}");
        assert_eq!(code(answer).await, "invalid_state", "{cookie}");
        assert_eq!(site.idp.request_count(Endpoint::Token), asked, "{cookie}");
        // It was no try of the browser that began, which may go on.
        assert_eq!(browser.get(callback).await.status(), 303, "{cookie}");
    }
}

#[tokio::test]
async fn flow_02_a_session_is_no_substitute_for_the_cookie_and_survives_the_attack() {
    let site = Site::new(Kind::Sqlite).await;
    let (node, victim, attacker) = (site.node().await, Browser::new(), Browser::new());
    victim.sign_in(&node, &site.idp, "jane").await;
    let asked = site.idp.request_count(Endpoint::Token);
    let callback = attacker.authorized(&node, &site.idp, "john").await;

    assert_eq!(code(victim.get(callback).await).await, "invalid_state");

    assert_eq!(victim.me(&node).await.unwrap()["email"], "jane@gmail.com");
    assert_eq!(site.idp.request_count(Endpoint::Token), asked);
}

#[tokio::test]
async fn flow_02_a_state_that_only_resembles_ours_is_unknown_and_consumes_nothing() {
    let site = Site::new(Kind::Sqlite).await;
    let (node, browser) = (site.node().await, Browser::new());
    let callback = browser.authorized(&node, &site.idp, "jane").await;
    let state = parameter(&callback, "state").unwrap();
    for other in [
        &state[..42],
        &format!("{state}="),
        &format!("{state}A"),
        &format!(" {state}"),
        &format!("{state}\n"),
        &format!("{state}\u{0}"),
        &state.to_lowercase(),
        &state.replace(['-', '_'], "+"),
        &format!("{state}' OR '1'='1"),
        "%",
        "_",
        "' OR 1=1 --",
        &"A".repeat(43),
        &"A".repeat(8_000),
        "\u{fffd}",
    ] {
        if other == state {
            continue; // it has nothing to replace
        }
        let answer = browser.get(with_parameter(&callback, "state", other)).await;
        assert_eq!(code(answer).await, "invalid_state", "{other:.60}");
    }
    assert_eq!(site.idp.request_count(Endpoint::Token), 0);
    assert_eq!(browser.get(callback).await.status(), 303);
}

#[tokio::test]
async fn flow_11_a_start_gives_no_session_and_is_no_part_of_another_page() {
    let site = Site::new(Kind::Sqlite).await;
    let (node, browser) = (site.node().await, Browser::new());
    let start = node.url("/auth/provider/google/signin");
    // The others, and every host, are tried in the web layer's own tests.
    for dest in ["iframe", "image", "nonsense"] {
        let answer = browser
            .request(Method::GET, &start)
            .header("sec-fetch-dest", dest);
        let answer = answer.send().await.unwrap();
        assert_eq!(answer.status(), 400, "{dest}");
        assert!(answer.headers().get("set-cookie").is_none(), "{dest}");
    }
    for method in [Method::POST, Method::PUT, Method::HEAD, Method::OPTIONS] {
        let answer = browser
            .request(method.clone(), &start)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 405, "{method}");
        assert!(answer.headers().get("set-cookie").is_none(), "{method}");
    }
    assert_eq!(count(&site, "belgie_attempts"), 0);

    let begun = browser.open(&start).await;
    assert!(header(&begun, "location").starts_with(site.idp.issuer()));
    let cookies: Vec<_> = begun.headers().get_all("set-cookie").iter().collect();
    assert!(cookies.len() == 1 && cookies[0].as_bytes().starts_with(b"belgie_attempt="));
    assert_eq!(browser.me(&node).await, None);
}

#[tokio::test]
async fn flow_12_reloading_a_finished_callback_shows_a_neutral_page() {
    let site = Site::new(Kind::Sqlite).await;
    let (node, jane, john) = (site.node().await, Browser::new(), Browser::new());
    john.sign_in(&node, &site.idp, "john").await;
    let callback = jane.authorized(&node, &site.idp, "jane").await;
    assert_eq!(jane.open(&callback).await.status(), 303);

    for browser in [&jane, &john, &Browser::new()] {
        let before = browser.me(&node).await;
        let page = browser.open(&callback).await;
        assert_eq!(page.status(), 400);
        assert!(page.headers().get("set-cookie").is_none());
        assert!(header(&page, "content-type").starts_with("text/html"));
        let text = page.text().await.unwrap();
        assert!(
            text.contains("no longer open") && text.contains("href=\"/"),
            "{text}"
        );
        for (_, secret) in callback.query_pairs() {
            assert!(!text.contains(&*secret), "{secret} in {text}");
        }
        assert_eq!(code(browser.get(&callback).await).await, "invalid_state");
        assert_eq!(browser.me(&node).await, before);
    }

    jane.submit(node.url("/auth/signout"), "").await;
    assert_eq!(jane.open(&callback).await.status(), 400);
    assert_eq!(jane.me(&node).await, None);
}

on_both_databases! {
    flow_13_open_attempts_are_bounded_also_when_all_begin_at_once,
}

async fn flow_13_open_attempts_are_bounded_also_when_all_begin_at_once(site: Site) {
    let (node, browser) = (site.node().await, Browser::new());
    browser.begin(&node).await;
    let mut tabs = tokio::task::JoinSet::new();
    for _ in 0..200 {
        let (browser, start) = (browser.clone(), node.url("/auth/provider/google/signin"));
        tabs.spawn(async move { browser.get(start).await.status().as_u16() });
    }
    let answers = tabs.join_all().await;
    assert!(
        answers.iter().all(|status| matches!(status, 303 | 503)),
        "{answers:?}"
    );
    let begun = answers.iter().filter(|status| **status == 303).count();
    assert!(begun > 32, "the bound was never met: {answers:?}");

    let mut last = Vec::new();
    for _ in 0..10 {
        last.push(browser.authorized(&node, &site.idp, "jane").await);
    }
    assert!(
        count(&site, "belgie_attempts") <= 32,
        "{}",
        count(&site, "belgie_attempts")
    );
    for tab in [3, 9, 0, 5, 1, 8, 2, 7, 4, 6] {
        assert_eq!(browser.get(&last[tab]).await.status(), 303, "tab {tab}");
    }
}

#[tokio::test]
async fn flow_14_no_secret_of_a_sign_in_stands_in_for_another() {
    let site = Site::new(Kind::Sqlite).await;
    let (node, browser) = (site.node().await, Browser::new());
    browser.sign_in(&node, &site.idp, "jane").await;
    let callback = browser.authorized(&node, &site.idp, "jane").await;
    let session = browser.cookie(&node, "belgie_session").unwrap();
    let attempt = browser.cookie(&node, "belgie_attempt").unwrap();
    let state = parameter(&callback, "state").unwrap();
    let asked = site.idp.request_count(Endpoint::Token);

    let bare = |secret: &str| {
        secret
            .trim_start_matches("s_")
            .trim_start_matches("b_")
            .to_owned()
    };
    for secret in [
        &attempt,
        &state,
        &bare(&attempt),
        &format!("s_{}", bare(&attempt)),
        &format!("s_{state}"),
    ] {
        let cookie = client()
            .get(node.url("/auth/session"))
            .header("cookie", format!("belgie_session={secret}"));
        let bearer = client().get(node.url("/auth/session")).bearer_auth(secret);
        assert_eq!(cookie.send().await.unwrap().status(), 401);
        assert_eq!(bearer.send().await.unwrap().status(), 401);
    }
    for secret in [
        &session,
        &state,
        &bare(&session),
        &format!("b_{}", bare(&session)),
        &format!("b_{state}"),
    ] {
        let fresh = browser.authorized(&node, &site.idp, "jane").await;
        let answer = client()
            .get(fresh)
            .header("cookie", format!("belgie_attempt={secret}"));
        assert_eq!(code(answer.send().await.unwrap()).await, "invalid_state");
    }
    assert_eq!(site.idp.request_count(Endpoint::Token), asked);
}
