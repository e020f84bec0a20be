//! Answers that are late, lost, redirected or not JSON.

use std::time::{Duration, Instant};

use belgie_idp_emulator::{Answer, Endpoint, Fault};
use belgie_ports::ProviderError;
use tokio::task::JoinSet;

use crate::party::Party;

const ENDPOINTS: [Endpoint; 3] = [
    Endpoint::Token,
    Endpoint::GithubUser,
    Endpoint::GithubEmails,
];

/// A sign-in is given up before ten seconds are over, and a busy machine takes a while to say so.
const LONGEST_WAIT: Duration = Duration::from_secs(15);

#[tokio::test]
async fn net_01_a_github_that_does_not_finish_costs_less_than_10_seconds() {
    let hour = Duration::from_secs(3600);
    let mut all = JoinSet::new();
    for endpoint in ENDPOINTS {
        for answer in [Answer::Silent, Answer::Drip { every: hour }] {
            all.spawn(async move {
                let party = Party::new().await;
                let start = Instant::now();
                let outcome = party.outcome(Fault::answer(endpoint, answer)).await;
                assert!(
                    matches!(outcome, Err(ProviderError::TimedOut)),
                    "{endpoint:?}: {outcome:?}"
                );
                assert!(start.elapsed() < LONGEST_WAIT, "{endpoint:?}");
            });
        }
    }
    all.join_all().await;
}

#[tokio::test]
async fn net_02_redirects_are_not_followed() {
    let party = Party::new().await;
    for endpoint in ENDPOINTS {
        for status in [302, 307] {
            let to = party.idp.trap_url();
            let redirect = Answer::RedirectBy { status, to };

            let reason = party.unusable(Fault::answer(endpoint, redirect)).await;

            let expected = format!("status {status}");
            assert!(reason.contains(&expected), "{endpoint:?}: {reason}");
        }
    }
    assert_eq!(party.idp.requests().trap, 0);
}

#[tokio::test]
async fn net_06_a_code_is_sent_once_whatever_is_answered() {
    for answer in [Answer::HangUp, Answer::Status(500), Answer::CutOff] {
        let party = Party::new().await;

        party.unusable(Fault::answer(Endpoint::Token, answer)).await;

        assert_eq!(party.idp.requests().token, 1);
    }
}

#[tokio::test]
async fn idt_18_what_is_no_json_is_refused() {
    let party = Party::new().await;
    let huge = Answer::HugeBody { bytes: 1 << 30 };
    for endpoint in ENDPOINTS {
        for (answer, expected) in [
            (Answer::html(), "media type"),
            (Answer::Garbage, "could not read"),
            (Answer::Truncated, "could not read"),
            (Answer::json("null"), "could not read"),
            (Answer::Status(401), ""),
            (Answer::Status(500), "status 500"),
            (Answer::Status(503), "status 503"),
            (huge.clone(), "longer than"),
        ] {
            let reason = party.unusable(Fault::answer(endpoint, answer)).await;

            assert!(reason.contains(expected), "{endpoint:?}: {reason}");
        }
    }
    assert!(party.sign_in().await.is_ok());
}

#[tokio::test]
async fn a_github_that_is_down_cannot_be_used() {
    let Party { idp, provider, .. } = Party::new().await;
    idp.stop().await;

    let outcome = belgie_ports::IdentityProvider::probe(&provider).await;

    assert!(
        matches!(outcome, Err(ProviderError::Unavailable(_))),
        "{outcome:?}"
    );
}
