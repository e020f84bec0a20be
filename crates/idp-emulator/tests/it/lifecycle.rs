//! Starting and stopping on every kind of runtime.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use belgie_idp_emulator::{Answer, Emulator, Endpoint, Fault, StartError};
use tokio::time::timeout;

use crate::client::{builder, get, http, id_token, part, start};

fn is_send_and_sync<T: Send + Sync>(_: &T) {}

#[tokio::test]
async fn it_runs_under_tokio() {
    let idp = start().await;
    is_send_and_sync(&idp);

    assert_eq!(get(&idp, "/jwks").await.status(), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_runs_under_tokio_with_threads() {
    let idp = tokio::spawn(start()).await.unwrap();

    assert_eq!(get(&idp, "/jwks").await.status(), 200);
    tokio::spawn(idp.stop()).await.unwrap();
}

#[actix_web::test]
async fn it_runs_under_actix() {
    let idp = start().await;

    assert_eq!(get(&idp, "/jwks").await.status(), 200);
    idp.stop().await;
}

#[tokio::test]
async fn a_stopped_emulator_leaves_its_address() {
    let idp = start().await;
    let issuer = idp.issuer().to_owned();
    idp.stop().await;

    assert!(http().get(&issuer).send().await.is_err());
    let address = issuer.strip_prefix("http://").unwrap();
    let again = builder().bind(address).start().await.unwrap();
    assert_eq!(again.issuer(), issuer);
}

#[tokio::test]
async fn a_dropped_emulator_stops() {
    let idp = start().await;
    let issuer = idp.issuer().to_owned();
    drop(idp);

    while http().get(&issuer).send().await.is_ok() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_request_that_is_never_answered_does_not_hinder_the_end() {
    let idp = start().await;
    idp.fault(Fault::answer(Endpoint::Jwks, Answer::Silent));
    let url = format!("{}/jwks", idp.issuer());
    let hanging = tokio::spawn(http().get(url).send());
    while idp.request_count(Endpoint::Jwks) == 0 {
        tokio::task::yield_now().await;
    }

    timeout(Duration::from_secs(5), idp.stop()).await.unwrap();

    assert!(hanging.await.unwrap().is_err());
}

#[tokio::test]
async fn an_address_that_others_reach_is_refused() {
    let error = Emulator::builder()
        .bind("0.0.0.0:0")
        .start()
        .await
        .unwrap_err();

    assert!(matches!(error, StartError::NotLoopback(_)));
}

#[tokio::test]
async fn the_clock_is_the_callers_own() {
    let at = UNIX_EPOCH + Duration::from_secs(2_000_000_000);
    let clock = move || -> SystemTime { at };
    let idp = builder().clock(clock).start().await.unwrap();
    idp.set_clock_offset(-100);

    let claims = part(&id_token(&idp).await, 1);

    assert_eq!(claims["iat"], 1_999_999_900);
    assert_eq!(claims["exp"], 1_999_999_900 + 3600);
}

#[tokio::test]
async fn requests_are_counted_until_they_are_forgotten() {
    let idp = start().await;
    get(&idp, "/jwks").await;
    get(&idp, "/.well-known/openid-configuration").await;
    id_token(&idp).await;

    let requests = idp.requests();
    idp.forget_requests();

    let counts = [
        Endpoint::Discovery,
        Endpoint::Jwks,
        Endpoint::Authorization,
        Endpoint::Token,
        Endpoint::Userinfo,
        Endpoint::Trap,
    ]
    .map(|endpoint| requests.count(endpoint));
    assert_eq!(counts, [1, 1, 1, 1, 0, 0]);
    assert_eq!(idp.requests().jwks, 0);
    assert_eq!(
        requests.authorization_requests[0].first("nonce"),
        Some("nonce-1")
    );
}
