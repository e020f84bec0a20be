use std::sync::Arc;
use std::time::{Duration, Instant};

use belgie_idp_emulator::{Answer, Endpoint, Fault};
use belgie_ports::ProviderError;
use serde_json::json;

use crate::limit::{ENDPOINTS, at};
use crate::party::{Party, jane};

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
        assert!(start.elapsed() < Duration::from_secs(10), "{endpoint:?}");
    };
    let silent = || Answer::Silent;
    let drip = Answer::one_byte_per_second;

    tokio::join!(
        slow(Endpoint::Discovery, silent()),
        slow(Endpoint::Jwks, silent()),
        slow(Endpoint::Token, silent()),
        slow(Endpoint::Userinfo, silent()),
        slow(Endpoint::Discovery, drip()),
        slow(Endpoint::Jwks, drip()),
        slow(Endpoint::Token, drip()),
        slow(Endpoint::Userinfo, drip()),
    );
}

#[tokio::test]
async fn net_02_redirects_are_not_followed() {
    let party = Party::new().await;
    let to = party.idp.trap_url();
    for endpoint in ENDPOINTS {
        let redirect = Answer::Redirect { to: to.clone() };

        let reason = party.unusable(at(endpoint, redirect)).await;

        assert!(reason.contains("status 302"), "{endpoint:?}: {reason}");
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
    let start = Instant::now();
    let mut hanging = tokio::task::JoinSet::new();
    for _ in 0..100 {
        let silent = Arc::clone(&silent);
        hanging.spawn(async move { silent.sign_in().await });
    }
    tokio::task::yield_now().await;

    let quick = Instant::now();
    other.sign_in().await.unwrap();
    assert!(quick.elapsed() < Duration::from_secs(2));

    for outcome in hanging.join_all().await {
        let expected = matches!(
            outcome,
            Err(ProviderError::TimedOut | ProviderError::Unavailable(_))
        );
        assert!(expected, "{outcome:?}");
    }
    assert!(start.elapsed() < Duration::from_secs(11));
    assert!(silent.idp.requests().token <= 65);

    silent.idp.clear_faults();
    assert!(silent.sign_in().await.is_ok());
}

#[tokio::test]
async fn net_06_a_get_is_repeated_once_when_the_connection_breaks_and_never_for_a_status() {
    let party = Party::new().await;
    let discovery = |answer| Fault::answer(Endpoint::Discovery, answer);

    party.unusable([discovery(Answer::CutOff)]).await;
    assert_eq!(party.idp.requests().discovery, 2);
    party.idp.forget_requests();
    party.unusable([discovery(Answer::Status(503))]).await;
    assert_eq!(party.idp.requests().discovery, 1);
    party.idp.forget_requests();
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
