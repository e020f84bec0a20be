//! Signing in again, when the caller demands that the person authenticate anew (OpenID Connect Core §3.1.3.7 (13)).

use belgie_idp_emulator::Fault;
use belgie_ports::{Clock as _, Exchanged, ProviderError};
use chrono::TimeDelta;
use serde_json::json;

use crate::party::{Party, parameter};

/// Signs in under a fault; the person must have authenticated at most this many seconds ago.
async fn exchange(
    party: &Party,
    max_age: i64,
    fault: Option<Fault>,
) -> Result<Exchanged, ProviderError> {
    if let Some(fault) = fault {
        party.idp.fault(fault);
    }
    let begun = party.begin_with(Some(TimeDelta::seconds(max_age))).await?;
    let outcome = party.exchange(&begun, &begun.nonce).await;
    party.idp.clear_faults();
    outcome
}

#[tokio::test]
async fn idt_21_the_request_asks_to_authenticate_again() {
    let party =
        Party::with(|config| config.authorization_parameter("prompt", "consent").unwrap()).await;

    let ordinary = party.begin().await.unwrap();
    assert_eq!(parameter(&ordinary.url, "prompt").unwrap(), "consent");
    assert_eq!(parameter(&ordinary.url, "max_age"), None);

    for (max_age, sent) in [(0, "0"), (300, "300"), (-1, "0")] {
        let max_age = TimeDelta::seconds(max_age);
        let begun = party.begin_with(Some(max_age)).await.unwrap();

        assert_eq!(parameter(&begun.url, "prompt").unwrap(), "login");
        assert_eq!(parameter(&begun.url, "max_age").unwrap(), sent);
    }
}

#[tokio::test]
async fn idt_21_an_old_authentication_is_refused() {
    let party = Party::new().await;

    for (seconds, accepted) in [
        (0, true),
        (-300, true),
        (-360, true),
        (-361, false),
        (-86_400, false),
        (60, true),
        (61, false),
    ] {
        let fault = Fault::claim_at("auth_time", seconds);
        let outcome = exchange(&party, 300, Some(fault)).await;

        match outcome {
            Ok(_) => assert!(accepted, "{seconds}"),
            Err(ProviderError::InvalidIdentity(reason)) => {
                assert!(!accepted && reason.to_string().contains("auth_time"));
            }
            Err(error) => panic!("{seconds}: {error:?}"),
        }
    }
}

#[tokio::test]
async fn idt_21_an_authentication_at_no_stated_time_is_refused() {
    let party = Party::new().await;

    for fault in [
        Fault::without_claim("auth_time"),
        Fault::claim("auth_time", json!(null)),
        Fault::claim("auth_time", "1700000000"),
    ] {
        let outcome = exchange(&party, 300, Some(fault.clone())).await;

        assert!(
            matches!(outcome, Err(ProviderError::InvalidIdentity(_))),
            "{fault:?}"
        );
    }
    assert!(exchange(&party, 300, None).await.is_ok());
}

#[tokio::test]
async fn idt_21_a_configured_age_is_requested_and_checked() {
    let parameters = || "max_age=300".parse().unwrap();
    let party = Party::with(|config| config.authorization_parameters(parameters())).await;

    let begun = party.begin().await.unwrap();
    assert_eq!(parameter(&begun.url, "max_age").unwrap(), "300");
    assert_eq!(parameter(&begun.url, "prompt"), None);
    assert!(party.complete(&begun).await.is_ok());

    let accepted = party.outcome([Fault::claim_at("auth_time", -360)]).await;
    assert!(accepted.is_ok(), "{accepted:?}");
    for fault in [
        Fault::claim_at("auth_time", -361),
        Fault::without_claim("auth_time"),
    ] {
        party.refused_for("auth_time", [fault]).await;
    }
}

#[tokio::test]
async fn idt_21_of_the_age_of_one_attempt_and_the_configured_one_the_lesser_counts() {
    let parameters = || "max_age=300&prompt=consent&ui_locales=de".parse().unwrap();
    let party = Party::with(|config| config.authorization_parameters(parameters())).await;
    for (max_age, least, seconds, accepted) in [
        (0, "0", -60, true),
        (0, "0", -61, false),
        (60, "60", -120, true),
        (60, "60", -121, false),
        (3600, "300", -360, true),
        (3600, "300", -361, false),
    ] {
        let begun = party.begin_with(Some(TimeDelta::seconds(max_age))).await;
        let begun = begun.unwrap();
        let sent = |name| {
            let pairs = begun.url.query_pairs().filter(|(key, _)| key == name);
            let values: Vec<String> = pairs.map(|(_, value)| value.into_owned()).collect();
            values.join("|")
        };
        assert_eq!(sent("max_age"), least);
        assert_eq!((&*sent("prompt"), &*sent("ui_locales")), ("login", "de"));

        let fault = Fault::claim_at("auth_time", seconds);
        let outcome = exchange(&party, max_age, Some(fault)).await;

        assert_eq!(outcome.is_ok(), accepted, "{max_age} {seconds}");
    }
}

#[tokio::test]
async fn the_time_of_authentication_is_passed_on_where_the_provider_states_it() {
    let party = Party::new().await;
    let now = party.clock.now();

    let stated = exchange(&party, 300, None).await.unwrap();
    assert_eq!(
        stated.authenticated_at.map(|at| at.timestamp()),
        Some(now.timestamp())
    );

    let begun = party.begin().await.unwrap();
    let unstated = party.exchange(&begun, &begun.nonce).await.unwrap();
    assert_eq!(unstated.authenticated_at, None);

    party.idp.fault_once(Fault::claim_at("auth_time", 3600));
    let begun = party.begin().await.unwrap();
    let to_come = party.exchange(&begun, &begun.nonce).await.unwrap();
    assert_eq!(to_come.authenticated_at, None);
}
