//! What answers without end cost the program, measured in its own process.

use belgie_idp_emulator::{Answer, Endpoint, Fault};
use tokio::task::JoinSet;

use crate::support::browser::Browser;
use crate::support::many_providers::{ENDPOINTS, ManyProviders};
use crate::support::memory::{reset_peak, resident};
use crate::support::program::Node;

/// Signs in with a provider that answers like this, and returns how far the peak rose, in KiB.
async fn growth(
    providers: &ManyProviders,
    node: &Node,
    case: (usize, Endpoint),
    answer: Answer,
) -> u64 {
    let (index, endpoint) = case;
    let before = reset_peak(node);

    let (response, _) = providers.strike(node, index, endpoint, answer).await;

    assert_eq!(response.status(), 502, "{endpoint:?}: {}", node.log());
    resident(node, "VmHWM:").saturating_sub(before)
}

#[tokio::test]
async fn idt_15_and_net_03_an_endless_response_costs_next_to_nothing() {
    let providers = ManyProviders::new(ENDPOINTS.len()).await;
    let node = providers.site.node().await;
    for case in ENDPOINTS.into_iter().enumerate() {
        // The first failure of all also pays for what is set up once.
        growth(&providers, &node, case, Answer::Status(500)).await;
        for answer in [
            Answer::HugeBody { bytes: 100 << 20 },
            Answer::HugeBody { bytes: 1 << 30 },
            Answer::GzipBomb { bytes: 1 << 30 },
        ] {
            let grown = growth(&providers, &node, case, answer.clone()).await;

            // A tenth of the smallest of them.
            assert!(grown < 10 * 1024, "{case:?} {answer:?}: {grown} KiB");
        }
    }
}

#[tokio::test]
async fn net_03_a_hundred_endless_responses_at_once_cost_little() {
    let providers = ManyProviders::new(1).await;
    let (node, idp) = (providers.site.node().await, &providers.idps[0]);
    let mut callbacks = Vec::new();
    for _ in 0..100 {
        let browser = Browser::new();
        let callback = providers.authorized(&node, &browser, 0).await;
        callbacks.push((browser, callback));
    }
    let bytes = 1 << 30;
    idp.fault(Fault::answer(Endpoint::Token, Answer::HugeBody { bytes }));
    let before = reset_peak(&node);

    let mut coming_back = JoinSet::new();
    for (browser, callback) in callbacks {
        coming_back.spawn(async move { browser.get(callback).await.status().as_u16() });
    }

    let statuses = coming_back.join_all().await;
    assert!(
        statuses.iter().all(|status| matches!(status, 502..=504)),
        "{statuses:?}"
    );
    // 64 calls at once may each hold 256 KiB, and 100 browsers are connected.
    let grown = resident(&node, "VmHWM:").saturating_sub(before);
    assert!(grown < 32 * 1024, "{grown} KiB");
}
