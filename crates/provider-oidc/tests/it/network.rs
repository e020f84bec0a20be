use std::sync::Arc;
use std::time::{Duration, Instant};

use belgie_idp_emulator::{Answer, Endpoint, Fault};
use belgie_ports::ProviderError;
use serde_json::json;
use tokio::task::JoinSet;

use crate::limit::{ENDPOINTS, at};
use crate::party::{Party, jane};

/// How long a sign-in may take: it is given up before ten seconds are over, and a busy machine takes a while to say so.
pub(crate) const LONGEST_WAIT: Duration = Duration::from_secs(15);

/// How many calls to one provider are under way at most.
const AT_ONCE: usize = 64;

#[tokio::test]
async fn net_01_a_provider_that_does_not_finish_costs_less_than_10_seconds() {
    let slow = |endpoint, answer: Answer| async move {
        let party = Party::new().await;
        let start = Instant::now();
        let outcome = party.outcome(at(endpoint, answer.clone())).await;
        assert!(
            matches!(outcome, Err(ProviderError::TimedOut)),
            "{endpoint:?} {answer:?}: {outcome:?}"
        );
        assert!(start.elapsed() < LONGEST_WAIT, "{endpoint:?}");
    };
    // Silent from the start, silent after the head, and a byte at a time.
    let hour = Duration::from_secs(3600);
    let answers = [
        Answer::Silent,
        Answer::Drip { every: hour },
        Answer::one_byte_per_second(),
    ];
    let mut all = JoinSet::new();
    for endpoint in ENDPOINTS {
        for answer in answers.clone() {
            all.spawn(slow(endpoint, answer));
        }
    }
    all.join_all().await;
}

#[tokio::test]
async fn net_01_several_slow_answers_together_cost_less_than_10_seconds() {
    let party = Party::new().await;
    let delay = Duration::from_secs(4);
    for endpoint in [Endpoint::Jwks, Endpoint::Token, Endpoint::Userinfo] {
        party
            .idp
            .fault(Fault::answer(endpoint, Answer::Slow { delay }));
    }
    party.idp.fault(Fault::without_claim("email"));
    let start = Instant::now();

    let outcome = party.sign_in().await;

    assert!(
        matches!(outcome, Err(ProviderError::TimedOut)),
        "{outcome:?}"
    );
    assert!(start.elapsed() < LONGEST_WAIT);
}

#[tokio::test]
async fn net_02_redirects_are_not_followed() {
    let party = Party::new().await;
    for endpoint in ENDPOINTS {
        for status in [300, 301, 302, 303, 307, 308] {
            for to in [party.idp.trap_url(), "/trap".to_owned()] {
                let redirect = Answer::RedirectBy { status, to };

                let reason = party.unusable(at(endpoint, redirect)).await;

                let expected = format!("status {status}");
                assert!(reason.contains(&expected), "{endpoint:?}: {reason}");
            }
        }
    }
    assert_eq!(party.idp.requests().trap, 0);
}

#[tokio::test]
async fn net_04_no_endpoint_leads_to_a_link_local_address() {
    let party = Party::new().await;
    for name in ["token_endpoint", "jwks_uri", "userinfo_endpoint"] {
        for url in [
            "http://169.254.169.254/latest/meta-data",
            "https://169.254.169.254/latest/meta-data",
            "https://[fe80::1]/x",
            "https://[::ffff:169.254.169.254]/x",
            "https://2852039166/x",
            "https://0xa9.0xfe.0xa9.0xfe/x",
            "https://[::169.254.169.254]/x",
            "https://[64:ff9b::a9fe:a9fe]/x",
            "http://0.0.0.0/x",
        ] {
            let reason = party.unusable([Fault::discovery(name, url)]).await;

            assert!(reason.contains(name), "{reason}");
        }
    }
    assert_eq!(party.idp.requests().token, 0);
}

#[tokio::test]
async fn net_05_a_silent_provider_does_not_slow_another_and_recovers() {
    let (silent, other) = (Arc::new(Party::new().await), Party::new().await);
    silent.sign_in().await.unwrap();
    silent
        .idp
        .fault(Fault::answer(Endpoint::Token, Answer::Silent));
    let mut hanging = JoinSet::new();
    for _ in 0..100 {
        let silent = Arc::clone(&silent);
        hanging.spawn(async move { silent.sign_in().await });
    }
    while silent.idp.request_count(Endpoint::Token) < 1 + AT_ONCE {
        assert!(!hanging.is_empty());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }

    for _ in 0..5 {
        let quick = Instant::now();
        other.sign_in().await.unwrap();
        assert!(quick.elapsed() < Duration::from_secs(8));
    }

    for outcome in hanging.join_all().await {
        let expected = matches!(outcome, Err(ProviderError::TimedOut | ProviderError::Busy));
        assert!(expected, "{outcome:?}");
    }
    assert_eq!(silent.idp.request_count(Endpoint::Token), 1 + AT_ONCE);

    silent.idp.clear_faults();
    assert!(silent.sign_in().await.is_ok());
}

#[tokio::test]
async fn net_06_a_get_is_repeated_once_when_the_connection_breaks_and_never_for_an_answer() {
    let party = Party::new().await;
    let discovery = |answer| Fault::answer(Endpoint::Discovery, answer);

    for broken in [Answer::CutOff, Answer::HangUp] {
        party.unusable([discovery(broken)]).await;
        assert_eq!(party.idp.requests().discovery, 2);
        party.idp.forget_requests();
    }
    let statuses = [429, 500, 502, 503, 504].map(Answer::Status);
    let others = [
        Answer::html(),
        Answer::HugeBody { bytes: 1 << 30 },
        Answer::GzipBomb { bytes: 1 << 20 },
    ];
    for answered in statuses.into_iter().chain(others) {
        party.unusable([discovery(answered)]).await;
        assert_eq!(party.idp.requests().discovery, 1);
        party.idp.forget_requests();
    }
    party.idp.fault_once(discovery(Answer::CutOff));
    assert!(party.sign_in().await.is_ok());
    assert_eq!(party.idp.requests().discovery, 2);
}

#[tokio::test]
async fn net_07_a_picture_is_never_fetched() {
    let party = Party::new().await;
    let trap = party.idp.trap_url();
    party.idp.put_person(jane().picture(trap.clone()));
    let extra = [
        Fault::claim("profile", trap.clone()),
        Fault::claim("website", trap.clone()),
        Fault::claim("_claim_sources", json!({ "src1": { "endpoint": trap } })),
    ];

    let identity = party.outcome(extra).await.unwrap();

    assert_eq!(identity.picture.as_deref(), Some(trap.as_str()));
    assert_eq!(party.idp.requests().trap, 0);
}
