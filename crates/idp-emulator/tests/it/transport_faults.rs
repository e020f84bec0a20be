//! Answers that come late, in pieces, too big or not at all (security rows IDT-15, NET-01 to NET-06).

use std::time::{Duration, Instant};

use belgie_idp_emulator::{Answer, Emulator, Endpoint, Fault};
use tokio::time::timeout;

use crate::client::{code, exchange, get, http, id_token, start};

async fn jwks_under(idp: &Emulator, answer: Answer) -> reqwest::Response {
    idp.fault_once(Fault::answer(Endpoint::Jwks, answer));
    get(idp, "/jwks").await
}

#[tokio::test]
async fn a_redirect_leads_into_the_trap() {
    let idp = start().await;
    let to = idp.trap_url();

    let response = jwks_under(&idp, Answer::Redirect { to: to.clone() }).await;
    assert_eq!(response.status(), 302);
    assert_eq!(response.headers()["location"], to);
    assert_eq!(idp.request_count(Endpoint::Trap), 0);

    for status in [301, 303, 307, 308] {
        let to = to.clone();
        let answer = jwks_under(&idp, Answer::RedirectBy { status, to }).await;
        assert_eq!(answer.status(), status);
    }

    http().get(to).send().await.unwrap();
    assert_eq!(idp.requests().trap, 1);
}

#[tokio::test]
async fn a_slow_answer_is_the_right_one_later() {
    let idp = start().await;
    let delay = Duration::from_millis(200);
    let before = Instant::now();

    let response = jwks_under(&idp, Answer::Slow { delay }).await;

    assert!(before.elapsed() >= delay);
    assert_eq!(response.status(), 200);
    assert!(response.text().await.unwrap().starts_with("{\"keys\":[{"));
}

#[tokio::test]
async fn delays_and_other_answers_combine() {
    let idp = start().await;
    let delay = Duration::from_millis(100);
    idp.fault(Fault::answer(Endpoint::Jwks, Answer::Slow { delay }));
    let before = Instant::now();

    let response = jwks_under(&idp, Answer::Status(503)).await;

    assert!(before.elapsed() >= delay);
    assert_eq!(response.status(), 503);
}

#[tokio::test]
async fn a_silent_endpoint_hinders_no_other() {
    let idp = start().await;
    idp.fault(Fault::answer(Endpoint::Jwks, Answer::Silent));

    let silent = timeout(Duration::from_millis(300), get(&idp, "/jwks")).await;
    let token = id_token(&idp).await;

    assert!(silent.is_err());
    assert!(!token.is_empty());
}

#[tokio::test]
async fn an_answer_drips() {
    let idp = start().await;
    let every = Duration::from_millis(50);

    let mut response = jwks_under(&idp, Answer::Drip { every }).await;
    let first = response.chunk().await.unwrap().unwrap();
    let second = response.chunk().await.unwrap().unwrap();

    assert_eq!((first.as_ref(), second.as_ref()), (&b"{"[..], &b"\""[..]));
    assert_eq!(
        Answer::one_byte_per_second(),
        Answer::Drip {
            every: Duration::from_secs(1)
        }
    );
}

#[tokio::test]
async fn a_response_breaks_off_with_or_without_notice() {
    let idp = start().await;
    let whole = get(&idp, "/jwks").await.bytes().await.unwrap();

    let cut_off = jwks_under(&idp, Answer::CutOff).await;
    assert_eq!(cut_off.content_length(), Some(whole.len() as u64));
    assert!(cut_off.bytes().await.is_err());

    let truncated = jwks_under(&idp, Answer::Truncated).await;
    let half = truncated.bytes().await.unwrap();
    assert_eq!(half, whole[..whole.len() / 2]);
}

#[tokio::test]
async fn a_connection_ends_without_an_answer() {
    let idp = start().await;
    idp.fault_once(Fault::answer(Endpoint::Jwks, Answer::HangUp));

    let answer = http().get(format!("{}/jwks", idp.issuer())).send().await;

    assert!(answer.is_err(), "{answer:?}");
    assert_eq!(idp.requests().jwks, 1);
}

#[tokio::test]
async fn a_huge_body_does_not_say_how_long_it_is() {
    let idp = start().await;

    let whole = get(&idp, "/jwks").await.bytes().await.unwrap();

    let mut response = jwks_under(&idp, Answer::HugeBody { bytes: 3_000_000 }).await;
    let announced = response.content_length();
    let mut length = 0;
    while let Some(chunk) = response.chunk().await.unwrap() {
        length += chunk.len();
    }

    assert_eq!(announced, None);
    assert_eq!(length, 3_000_000 + whole.len());
}

#[tokio::test]
async fn a_huge_body_is_otherwise_right() {
    let idp = start().await;
    let bytes = 300_000;

    let response = jwks_under(&idp, Answer::HugeBody { bytes }).await;

    let document: serde_json::Value = response.json().await.unwrap();
    assert!(document["keys"][0]["n"].is_string());
}

#[tokio::test]
async fn a_huge_body_costs_nothing_when_nobody_reads_it() {
    let idp = start().await;
    let bytes = u64::MAX;

    let response = jwks_under(&idp, Answer::HugeBody { bytes }).await;
    drop(response);

    assert_eq!(get(&idp, "/jwks").await.status(), 200);
}

#[tokio::test]
async fn a_gzip_bomb_is_small_before_decompression() {
    let idp = start().await;
    let bytes = 1 << 30;

    let response = jwks_under(&idp, Answer::GzipBomb { bytes }).await;

    assert_eq!(response.headers()["content-encoding"], "gzip");
    assert!(response.bytes().await.unwrap().len() < 1_100_000);
}

#[tokio::test]
async fn garbage_is_no_text() {
    let idp = start().await;

    let response = jwks_under(&idp, Answer::Garbage).await;

    assert_eq!(response.headers()["content-type"], "application/json");
    assert!(String::from_utf8(response.bytes().await.unwrap().to_vec()).is_err());
}

#[tokio::test]
async fn an_answer_instead_of_the_right_one_leaves_the_code_unused() {
    let idp = start().await;
    let code = code(&idp, &[]).await;
    idp.fault_once(Fault::answer(Endpoint::Token, Answer::Status(503)));

    let (first, second) = (exchange(&idp, &code).await, exchange(&idp, &code).await);

    assert_eq!(
        (first.status(), second.status()),
        (503.try_into().unwrap(), 200.try_into().unwrap())
    );
    assert_eq!(idp.requests().token, 2);
}
