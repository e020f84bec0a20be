//! Signing in, from the first request to the last (FLOW-01 … FLOW-17, MIX-01 … MIX-06).

mod browser;
mod crowd;
mod mix_up;
mod race;
mod request;
mod response;
mod time;

use belgie_idp_emulator::Endpoint;

use crate::support::browser::{Browser, code, with_parameter, without_parameter};
use crate::support::repetition::repetitions;
use crate::support::site::{Kind, Site, on_both_databases};
use crate::support::stored::count;

on_both_databases! {
    a_person_signs_in_is_known_and_signs_out,
    flow_03_copies_of_a_callback_sign_in_once,
    flow_02_a_state_without_its_cookie_does_not_use_up_the_attempt,
    what_is_kept_of_a_start_is_bounded_and_has_no_control_characters,
}

async fn a_person_signs_in_is_known_and_signs_out(site: Site) {
    let (node, browser) = (site.node().await, Browser::new());
    assert_eq!(browser.me(&node).await, None);

    browser.sign_in(&node, &site.idp, "jane").await;
    let me = browser.me(&node).await.unwrap();
    assert_eq!(
        (me["email"].as_str(), me["role"].as_str()),
        (Some("jane@gmail.com"), Some("user"))
    );
    assert_eq!(me["email_verified"], true);

    browser.sign_out(&node).await;
    assert_eq!(browser.me(&node).await, None);
}

async fn flow_03_copies_of_a_callback_sign_in_once(site: Site) {
    let node = site.node().await;
    let rounds = repetitions(3, 100);
    for _ in 0..rounds {
        let browser = Browser::new();
        let callback = browser.authorized(&node, &site.idp, "jane").await;

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
    assert_eq!(count(&site, "belgie_sessions"), rounds);
}

async fn flow_02_a_state_without_its_cookie_does_not_use_up_the_attempt(site: Site) {
    let (node, owner) = (site.node().await, Browser::new());
    let callback = owner.authorized(&node, &site.idp, "jane").await;
    let denied = without_parameter(&with_parameter(&callback, "error", "access_denied"), "code");
    let begun_too = Browser::new();
    begun_too.begin(&node).await;

    for stranger in [Browser::new(), begun_too] {
        for delivered in [&callback, &denied] {
            let answer = stranger.get(delivered).await;
            assert_eq!(
                (answer.status().as_u16(), &*code(answer).await),
                (400, "invalid_state")
            );
        }
        assert_eq!(stranger.me(&node).await, None);
    }
    assert_eq!(site.idp.request_count(Endpoint::Token), 0);

    assert_eq!(owner.get(callback).await.status(), 303);
    assert_eq!(owner.me(&node).await.unwrap()["email"], "jane@gmail.com");
}

async fn what_is_kept_of_a_start_is_bounded_and_has_no_control_characters(site: Site) {
    let (node, browser) = (site.node().await, Browser::new());
    let start = |target: usize, state: &str| {
        let target = "a".repeat(target - 1);
        node.url(&format!(
            "/auth/provider/google/signin?redirect_url=/{target}&state={state}"
        ))
    };
    // Two bytes each, and within 512 characters.
    let long_state = "%C3%A9".repeat(512);

    for (state, target, status) in [
        (&*long_state, 1024, 303),
        (&*long_state, 1025, 400),
        ("s", 2047, 303),
        ("s", 2048, 400),
        ("%00", 10, 400),
        ("a%00b", 10, 400),
    ] {
        let answer = browser.get(start(target, state)).await;
        assert_eq!(answer.status(), status, "{target} {state:.20}");
        if status == 400 {
            assert_eq!(
                code(answer).await,
                "invalid_request",
                "{target} {state:.20}"
            );
        }
    }
    // It is kept as it is sent back: encoded.
    let grows = format!(
        "/auth/provider/google/signin?redirect_url=/{}",
        "%C3%A9".repeat(400)
    );
    assert_eq!(
        code(browser.get(node.url(&grows)).await).await,
        "invalid_request"
    );
    assert_eq!(count(&site, "belgie_attempts"), 2);
}

#[tokio::test]
async fn flow_02_a_callback_in_another_browser_is_refused_without_asking_the_provider() {
    let site = Site::new(Kind::Sqlite).await;
    let (node, mine) = (site.node().await, Browser::new());
    for begun_too in [false, true] {
        let theirs = Browser::new();
        if begun_too {
            theirs.begin(&node).await;
        }
        let callback = mine.authorized(&node, &site.idp, "jane").await;

        assert_eq!(code(theirs.get(callback).await).await, "invalid_state");

        assert_eq!(theirs.me(&node).await, None);
    }
    assert_eq!(site.idp.request_count(Endpoint::Token), 0);
}
