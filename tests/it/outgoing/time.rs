//! Providers that take their time.

use std::sync::Arc;
use std::time::{Duration, Instant};

use belgie_idp_emulator::{Answer, Endpoint, Fault};
use reqwest::Response;
use tokio::task::JoinSet;

use crate::support::browser::{Browser, code};
use crate::support::many_providers::{ENDPOINTS, LONGEST_WAIT, ManyProviders, timed};
use crate::support::program::Node;

/// What a provider does that never ends: nothing, a head and nothing more, a byte now and then.
fn endless() -> [Answer; 3] {
    let hour = Duration::from_secs(3600);
    [
        Answer::Silent,
        Answer::Drip { every: hour },
        Answer::one_byte_per_second(),
    ]
}

async fn is_refused_as_timed_out((response, took): (Response, Duration)) {
    let status = response.status().as_u16();

    assert!(took < LONGEST_WAIT, "{took:?}");
    assert_eq!(
        (status, code(response).await.as_str()),
        (504, "provider_unavailable")
    );
}

/// Asks who is signed in again and again, and returns how long an answer took in the median.
async fn median_check(node: &Node, browser: &Browser) -> Duration {
    let mut took = Vec::new();
    for _ in 0..101 {
        let begun = Instant::now();
        assert!(browser.me(node).await.is_some());
        took.push(begun.elapsed());
    }
    took.sort_unstable();
    took[took.len() / 2]
}

#[tokio::test]
async fn net_01_no_endpoint_of_a_provider_holds_a_browser_for_ten_seconds() {
    let cases: Vec<_> = ENDPOINTS
        .into_iter()
        .flat_map(|endpoint| endless().map(|answer| (endpoint, answer)))
        .collect();
    let providers = Arc::new(ManyProviders::new(cases.len()).await);
    let (node, jane) = (Arc::new(providers.site.node().await), Browser::new());
    jane.sign_in(&node, &providers.site.idp, "jane").await;
    let mut waiting = JoinSet::new();
    for (index, (endpoint, answer)) in cases.into_iter().enumerate() {
        let (providers, node) = (Arc::clone(&providers), Arc::clone(&node));
        waiting.spawn(async move {
            let response = providers.strike(&node, index, endpoint, answer).await;
            is_refused_as_timed_out(response).await;
        });
    }

    let median = median_check(&node, &jane).await;

    assert!(median < Duration::from_secs(1), "{median:?}");
    waiting.join_all().await;
    assert!(!node.log().contains("panicked"), "{}", node.log());
}

#[tokio::test]
async fn net_01_slow_endpoints_together_hold_a_browser_for_less_than_ten_seconds() {
    let mut providers = ManyProviders::new(1).await;
    let redirect_uri = "http://127.0.0.1:9/auth/provider/p0/callback";
    providers.site.set("OIDC_P0_REDIRECT_URI", redirect_uri);
    let (first, browser) = (providers.site.node().await, Browser::new());
    let callback = providers.authorized(&first, &browser, 0).await;
    drop(first);
    // Nothing is known to the next node: the missing `iss` has it ask for discovery before anything else.
    let node = providers.site.node().await;
    let mut callback = crate::support::browser::without_parameter(&callback, "iss");
    callback
        .set_port(url::Url::parse(node.base_url()).unwrap().port())
        .unwrap();
    let idp = &providers.idps[0];
    idp.fault(Fault::without_discovery(
        "authorization_response_iss_parameter_supported",
    ));
    idp.fault(Fault::without_claim("email"));
    for endpoint in ENDPOINTS {
        let delay = Duration::from_secs(4);
        idp.fault(Fault::answer(endpoint, Answer::Slow { delay }));
    }

    let response = timed(&browser, callback.as_str()).await;

    is_refused_as_timed_out(response).await;
    assert_eq!(idp.request_count(Endpoint::Token), 1);
}

/// How many calls to one provider are under way at most.
const AT_ONCE: usize = 64;

#[tokio::test]
async fn net_05_two_hundred_hanging_sign_ins_slow_neither_checks_nor_another_provider() {
    let providers = Arc::new(ManyProviders::new(3).await);
    let (node, jane) = (Arc::new(providers.site.node().await), Browser::new());
    jane.sign_in(&node, &providers.site.idp, "jane").await;
    let mut callbacks = Vec::new();
    for _ in 0..100 {
        let browser = Browser::new();
        let callback = providers.authorized(&node, &browser, 0).await;
        callbacks.push((browser, callback));
    }
    let silent = |endpoint| Fault::answer(endpoint, Answer::Silent);
    providers.idps[0].fault(silent(Endpoint::Token));
    providers.idps[1].fault(silent(Endpoint::Discovery));

    let mut hanging = JoinSet::new();
    for (browser, callback) in callbacks {
        hanging.spawn(async move { timed(&browser, callback.as_str()).await });
        let url = ManyProviders::start_url(&node, 1);
        hanging.spawn(async move { timed(&Browser::new(), &url).await });
    }
    while providers.idps[0].request_count(Endpoint::Token) < AT_ONCE {
        assert!(!hanging.is_empty() && hanging.try_join_next().is_none());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }

    let median = median_check(&node, &jane).await;
    assert!(median < Duration::from_secs(1), "{median:?}");
    for _ in 0..5 {
        let (begun, browser) = (Instant::now(), Browser::new());
        let callback = providers.authorized(&node, &browser, 2).await;
        assert_eq!(browser.get(callback).await.status(), 303);
        let took = begun.elapsed();
        assert!(took < Duration::from_secs(8), "{took:?}");
    }
    for (response, _) in hanging.join_all().await {
        assert!(
            matches!(response.status().as_u16(), 502..=504),
            "{response:?}"
        );
    }
    // As many as may ask at once did so, and no other.
    let asked = providers.idps[0].request_count(Endpoint::Token);
    assert_eq!(asked, AT_ONCE);

    for index in [0, 1] {
        providers.idps[index].clear_faults();
        let browser = Browser::new();
        let callback = providers.authorized(&node, &browser, index).await;
        assert_eq!(browser.get(callback).await.status(), 303, "{}", node.log());
    }
}

#[tokio::test]
async fn net_06_a_code_is_sent_once_whatever_becomes_of_the_request() {
    let answers = [
        Answer::Status(503),
        Answer::Status(500),
        Answer::Status(429),
        Answer::HangUp,
        Answer::CutOff,
        Answer::Truncated,
        Answer::Garbage,
        Answer::Silent,
    ];
    let providers = Arc::new(ManyProviders::new(answers.len()).await);
    let node = Arc::new(providers.site.node().await);
    let mut sign_ins = JoinSet::new();
    for (index, answer) in answers.into_iter().enumerate() {
        let (providers, node) = (Arc::clone(&providers), Arc::clone(&node));
        sign_ins.spawn(async move {
            let (idp, browser) = (&providers.idps[index], Browser::new());
            let callback = providers.authorized(&node, &browser, index).await;
            idp.fault_once(Fault::answer(Endpoint::Token, answer.clone()));

            let response = browser.get(callback.clone()).await;
            assert!(
                matches!(response.status().as_u16(), 502 | 504),
                "{answer:?}"
            );
            assert_eq!(code(response).await, "provider_unavailable", "{answer:?}");
            assert_eq!(idp.request_count(Endpoint::Token), 1, "{answer:?}");

            let again = browser.get(callback).await;
            assert_eq!(code(again).await, "invalid_state", "{answer:?}");
            assert_eq!(idp.request_count(Endpoint::Token), 1, "{answer:?}");
        });
    }
    sign_ins.join_all().await;
}
