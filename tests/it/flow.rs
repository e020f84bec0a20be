use belgie_idp_emulator::{Endpoint, Fault};
use reqwest::Method;

use crate::browser::{Browser, code, header};
use crate::repetition::repetitions;
use crate::site::{Site, on_both_databases};

on_both_databases! {
    async fn a_person_signs_in_is_known_and_signs_out(site: Site) {
        let (node, browser) = (site.node().await, Browser::new());
        assert_eq!(browser.me(&node).await, None);

        browser.sign_in(&node, &site.idp, "jane").await;
        let me = browser.me(&node).await.unwrap();
        assert_eq!((me["email"].as_str(), me["role"].as_str()), (Some("jane@gmail.com"), Some("user")));
        assert_eq!(me["email_verified"], true);

        let answer = browser.request(Method::POST, node.url("/auth/signout")).send().await.unwrap();
        assert_eq!(answer.status(), 204);
        assert_eq!(browser.me(&node).await, None);
    }

    async fn flow_03_copies_of_a_callback_sign_in_once(site: Site) {
        let node = site.node().await;
        let rounds = repetitions(3, 100);
        for _ in 0..rounds {
            let browser = Browser::new();
            let callback = site.idp.authorize(&browser.begin(&node).await, "jane").await.unwrap();

            let mut copies = tokio::task::JoinSet::new();
            for _ in 0..50 {
                let (browser, callback) = (browser.clone(), callback.clone());
                copies.spawn(async move { browser.get(callback).await.status().as_u16() });
            }

            let mut answers = copies.join_all().await;
            answers.sort_unstable();
            assert_eq!((answers[0], answers[1], answers[49]), (303, 400, 400));
        }
        assert_eq!(site.idp.request_count(Endpoint::Token), rounds);
    }
}

#[tokio::test]
async fn flow_02_a_callback_in_another_browser_is_refused_unasked() {
    let site = Site::new(crate::site::Kind::Sqlite).await;
    let (node, mine) = (site.node().await, Browser::new());
    for begun_too in [false, true] {
        let theirs = Browser::new();
        if begun_too {
            theirs.begin(&node).await;
        }
        let callback = site
            .idp
            .authorize(&mine.begin(&node).await, "jane")
            .await
            .unwrap();

        assert_eq!(code(theirs.get(callback).await).await, "invalid_state");

        assert_eq!(theirs.me(&node).await, None);
    }
    assert_eq!(site.idp.request_count(Endpoint::Token), 0);
}

#[tokio::test]
async fn flow_05_every_request_for_a_code_has_a_challenge_that_its_verifier_meets() {
    let site = Site::new(crate::site::Kind::Sqlite).await;
    let node = site.node().await;
    for _ in 0..repetitions(10, 1_000) {
        let browser = Browser::new();
        let asked = browser.begin(&node).await;
        let method = asked
            .query_pairs()
            .find(|(name, _)| name == "code_challenge_method")
            .unwrap()
            .1
            .into_owned();
        assert_eq!(method, "S256");
        let callback = site.idp.authorize(&asked, "jane").await.unwrap();
        assert_eq!(browser.get(callback).await.status(), 303);
    }
}

#[tokio::test]
async fn flow_06_a_token_with_another_nonce_is_refused() {
    for fault in [
        Fault::without_claim("nonce"),
        Fault::claim("nonce", "of-another-sign-in"),
    ] {
        let site = Site::new(crate::site::Kind::Sqlite).await;
        let (node, browser) = (site.node().await, Browser::new());
        site.idp.fault(fault);

        let answer = browser.try_sign_in(&node, &site.idp, "jane").await;

        assert_eq!(answer.status(), 401);
        assert_eq!(code(answer).await, "invalid_id_token");
        assert_eq!(browser.me(&node).await, None);
    }
}

#[tokio::test]
async fn flow_07_tokens_in_a_callback_are_not_taken() {
    let site = Site::new(crate::site::Kind::Sqlite).await;
    let (node, browser) = (site.node().await, Browser::new());
    for token in ["id_token", "access_token"] {
        let mut callback = site
            .idp
            .authorize(&browser.begin(&node).await, "jane")
            .await
            .unwrap();
        let query = callback
            .query()
            .unwrap()
            .replace("code=", &format!("{token}="));
        callback.set_query(Some(&query));

        let answer = browser.get(callback).await;

        assert_eq!(answer.status(), 400, "{token}");
        assert_eq!(browser.me(&node).await, None);
    }
    assert_eq!(site.idp.request_count(Endpoint::Token), 0);
}

#[tokio::test]
async fn flow_08_the_redirect_uri_is_the_configured_one_whatever_the_request_says() {
    let site = Site::new(crate::site::Kind::Sqlite).await;
    let (node, browser) = (site.node().await, Browser::new());
    let expected = node.url("/auth/provider/google/callback");

    for (name, value) in [
        ("x-forwarded-host", "evil.example"),
        ("x-forwarded-proto", "https"),
        ("forwarded", "host=evil.example;proto=https"),
        ("x-original-url", "https://evil.example/"),
        ("host", "evil.example"),
    ] {
        let begin = browser.request(Method::GET, node.url("/auth/provider/google/signin"));
        let answer = begin.header(name, value).send().await.unwrap();
        let asked = url::Url::parse(&header(&answer, "location")).unwrap();
        let uri = asked
            .query_pairs()
            .find(|(name, _)| name == "redirect_uri")
            .unwrap()
            .1
            .into_owned();
        assert_eq!(uri, expected, "{name}");
    }
}

#[tokio::test]
async fn flow_09_an_error_of_the_provider_ends_the_attempt_and_is_not_shown() {
    let site = Site::new(crate::site::Kind::Sqlite).await;
    let (node, browser) = (site.node().await, Browser::new());
    for (error, expected) in [
        ("access_denied", "access_denied"),
        ("<script>alert(1)</script>", "provider_error"),
    ] {
        site.idp.fault_once(Fault::authorization_error(
            error,
            "<script>alert(2)</script>",
        ));
        let callback = site
            .idp
            .authorize(&browser.begin(&node).await, "jane")
            .await
            .unwrap();

        let page = browser
            .request(Method::GET, callback.clone())
            .header("accept", "text/html");
        let page = page
            .header("sec-fetch-mode", "navigate")
            .send()
            .await
            .unwrap();
        assert_eq!(page.status(), 400);
        let text = page.text().await.unwrap();
        assert!(!text.contains("alert("), "{text}");

        let again = browser.get(callback).await;
        assert_eq!(code(again).await, "invalid_state", "{expected}");
    }
}

#[tokio::test]
async fn flow_10_repeated_parameters_are_refused() {
    let site = Site::new(crate::site::Kind::Sqlite).await;
    let (node, browser) = (site.node().await, Browser::new());
    for name in ["state", "code", "iss"] {
        let mut callback = site
            .idp
            .authorize(&browser.begin(&node).await, "jane")
            .await
            .unwrap();
        callback.query_pairs_mut().append_pair(name, "b");

        assert_eq!(browser.get(callback).await.status(), 400, "{name}");
    }
    assert_eq!(site.idp.request_count(Endpoint::Token), 0);
}

#[tokio::test]
async fn flow_12_reloading_a_finished_callback_keeps_the_session() {
    let site = Site::new(crate::site::Kind::Sqlite).await;
    let (node, browser) = (site.node().await, Browser::new());
    let callback = site
        .idp
        .authorize(&browser.begin(&node).await, "jane")
        .await
        .unwrap();
    assert_eq!(browser.get(callback.clone()).await.status(), 303);

    assert_eq!(browser.get(callback).await.status(), 400);

    assert!(browser.me(&node).await.is_some());
}

#[tokio::test]
async fn flow_13_ten_tabs_finish_in_any_order_and_two_hundred_overflow_nothing() {
    let site = Site::new(crate::site::Kind::Sqlite).await;
    let (node, browser) = (site.node().await, Browser::new());
    let mut tabs = Vec::new();
    for _ in 0..10 {
        tabs.push(
            site.idp
                .authorize(&browser.begin(&node).await, "jane")
                .await
                .unwrap(),
        );
    }
    for callback in tabs.into_iter().rev() {
        assert_eq!(browser.get(callback).await.status(), 303);
    }

    for _ in 0..200 {
        browser.begin(&node).await;
    }
    assert!(browser.cookie(&node, "belgie_attempt").unwrap().len() < 4096);
    browser.sign_in(&node, &site.idp, "jane").await;
}

#[tokio::test]
async fn flow_14_the_attempts_cookie_is_no_session_nor_the_reverse() {
    let site = Site::new(crate::site::Kind::Sqlite).await;
    let (node, browser, swapped) = (site.node().await, Browser::new(), Browser::new());
    browser.sign_in(&node, &site.idp, "jane").await;
    browser.begin(&node).await;
    let session = browser.cookie(&node, "belgie_session").unwrap();
    let attempt = browser.cookie(&node, "belgie_attempt").unwrap();

    swapped.set_cookie(&node, &format!("belgie_session={attempt}"));
    assert_eq!(swapped.me(&node).await, None);

    let callback = site
        .idp
        .authorize(&browser.begin(&node).await, "jane")
        .await
        .unwrap();
    swapped.set_cookie(&node, &format!("belgie_attempt={session}"));
    assert_eq!(code(swapped.get(callback).await).await, "invalid_state");
}

#[tokio::test]
async fn flow_17_callers_cannot_add_to_the_authorization_request() {
    let site = Site::new(crate::site::Kind::Sqlite).await;
    let (node, browser) = (site.node().await, Browser::new());
    let query = "redirect_uri=https://evil.example/&state=mine&login_hint=victim&prompt=none&scope=admin&nonce=mine";

    let answer = browser
        .get(node.url(&format!("/auth/provider/google/signin?{query}")))
        .await;

    if answer.status() == 303 {
        let asked = header(&answer, "location");
        for word in [
            "evil.example",
            "login_hint",
            "victim",
            "prompt=none",
            "admin",
            "mine",
        ] {
            assert!(!asked.contains(word), "{word} in {asked}");
        }
    } else {
        assert_eq!(answer.status(), 400);
    }
}
