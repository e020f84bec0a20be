//! Many sign-ins at once with a provider that fails: what REL-06 asks of one failure after another.

use std::time::{Duration, Instant};

use belgie_idp_emulator::{Answer, Endpoint, Fault};
use tokio::task::JoinSet;

use crate::support::browser::Browser;
use crate::support::many_providers::{LONGEST_WAIT, ManyProviders, timed};
use crate::support::program::Node;
use crate::support::repetition::repetitions;

/// Brings many browsers back at once to a provider whose token endpoint answers like this.
async fn storm(providers: &ManyProviders, node: &Node, answer: Answer) {
    let idp = &providers.idps[0];
    let mut callbacks = Vec::new();
    for _ in 0..repetitions(20, 100) {
        let browser = Browser::new();
        let callback = providers.authorized(node, &browser, 0).await;
        callbacks.push((browser, callback));
    }
    idp.fault(Fault::answer(Endpoint::Token, answer.clone()));
    let mut coming_back = JoinSet::new();
    for (browser, callback) in callbacks {
        coming_back.spawn(async move { timed(&browser, callback.as_str()).await });
    }
    for (response, took) in coming_back.join_all().await {
        assert!(
            matches!(response.status().as_u16(), 502 | 504),
            "{answer:?}"
        );
        assert!(took < LONGEST_WAIT, "{answer:?}: {took:?}");
    }
    idp.clear_faults();
}

#[tokio::test]
async fn rel_06_many_sign_ins_at_once_fail_cleanly_and_disturb_nothing_else() {
    let providers = ManyProviders::new(1).await;
    let (node, jane) = (providers.site.node().await, Browser::new());
    jane.sign_in(&node, &providers.site.idp, "jane").await;
    for answer in [
        Answer::Status(500),
        Answer::html(),
        Answer::Truncated,
        Answer::CutOff,
        Answer::HangUp,
        Answer::HugeBody { bytes: 1 << 30 },
        Answer::GzipBomb { bytes: 1 << 30 },
    ] {
        tokio::join!(storm(&providers, &node, answer), async {
            for _ in 0..20 {
                let begun = Instant::now();
                assert!(jane.me(&node).await.is_some());
                assert!(begun.elapsed() < Duration::from_secs(8), "{begun:?}");
            }
        });
    }
    assert!(!node.log().contains("panicked"), "{}", node.log());
    let browser = Browser::new();
    let callback = providers.authorized(&node, &browser, 0).await;
    assert_eq!(browser.get(callback).await.status(), 303);
}

#[tokio::test]
async fn rel_06_unresolvable_and_refusing_providers_are_distinguished() {
    let mut providers = ManyProviders::new(3).await;
    // RFC 6761 §6.4: no such name is ever known.
    providers
        .site
        .set("OIDC_P0_ISSUER_URL", "https://provider.invalid");
    let refusing = providers.idps.remove(1);
    let (node, browser) = (providers.site.node().await, Browser::new());
    refusing.stop().await;

    for index in [0, 1] {
        let (response, took) = timed(&browser, &ManyProviders::start_url(&node, index)).await;

        assert!(matches!(response.status().as_u16(), 502 | 504), "{index}");
        assert!(took < LONGEST_WAIT, "{index}: {took:?}");
    }
    let asked = browser.begin_at(&node, "/auth/provider/p2/signin").await;
    assert!(asked.as_str().starts_with(providers.idps[1].issuer()));
}
