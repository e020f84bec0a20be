//! The database server goes away and comes back.

use std::time::{Duration, Instant};

use belgie_adapter_diesel::{PgOptions, PgStore};
use belgie_domain::{TokenHash, User, UserId};
use belgie_ports::{Attempts as _, Contention, Sessions as _, Store, StoreError, StoreExt as _};
use chrono::DateTime;

use crate::database::TestDatabase;
use crate::proxy::{Proxy, Way};

/// 2 seconds, and what a busy machine takes to notice: without a limit, it would be minutes.
const ANSWERED: Duration = Duration::from_secs(8);

#[tokio::test]
async fn rel_02_a_server_that_closes_its_connections_is_unavailable_until_it_is_back() {
    goes_and_comes_back(Way::Closed).await;
}

#[tokio::test]
async fn rel_03_a_server_that_falls_silent_is_unavailable_until_it_is_back() {
    goes_and_comes_back(Way::Silent).await;
}

#[tokio::test]
async fn rel_03_a_server_that_is_nowhere_is_unavailable() {
    let options = PgOptions::new("postgres://belgie@127.0.0.1:1/belgie?sslmode=disable");
    let store = PgStore::open(&options).unwrap();

    let answer = store.ping().await;

    assert!(
        matches!(answer, Err(StoreError::Unavailable(_))),
        "{answer:?}"
    );
    assert!(store.migrate().await.is_err());
    assert!(store.schema_status().await.is_err());
}

#[tokio::test]
async fn a_silent_server_is_abandoned_after_a_timeout() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = silent.local_addr().unwrap().port();
    for mode in ["disable", "prefer", "require"] {
        let url = format!("postgres://belgie@127.0.0.1:{port}/belgie?sslmode={mode}");
        let store = PgStore::open(&PgOptions::new(url)).unwrap();
        let began = Instant::now();

        let (status, migrated) = tokio::join!(store.schema_status(), store.migrate());

        assert!(status.is_err() && migrated.is_err(), "{mode}");
        assert!(began.elapsed() < ANSWERED, "{mode}: {:?}", began.elapsed());
    }
}

async fn goes_and_comes_back(how: Way) {
    let database = TestDatabase::migrated().await;
    let proxy = Proxy::to(database.address()).await;
    let store = PgStore::open(&PgOptions::new(database.url_at(proxy.address)));
    let store = store.expect("the store is set up");
    for _ in 0..2 {
        assert_all_answered(&store, Result::is_ok).await;

        proxy.set(how);
        let unavailable =
            |answer: &Result<(), StoreError>| matches!(answer, Err(StoreError::Unavailable(_)));
        assert_all_answered(&store, unavailable).await;
        assert_all_answered(&store, unavailable).await;

        proxy.set(Way::Open);
        let back = Instant::now();
        while store.ping().await.is_err() {
            assert!(back.elapsed() < Duration::from_secs(30), "not used again");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

/// Asks in every way, many times at once.
async fn assert_all_answered(store: &PgStore, expected: impl Fn(&Result<(), StoreError>) -> bool) {
    let asked: Vec<_> = (0..24_u8)
        .map(|number| {
            let store = store.clone();
            tokio::spawn(async move {
                let began = Instant::now();
                (ask(&store, number).await, began.elapsed())
            })
        })
        .collect();
    for call in asked {
        let (answer, took) = call.await.expect("the call ends");
        assert!(expected(&answer), "{answer:?}");
        assert!(took < ANSWERED, "{took:?}");
    }
}

async fn ask(store: &PgStore, number: u8) -> Result<(), StoreError> {
    let hash = TokenHash::from_bytes([number; 32]);
    match number % 4 {
        0 => store.ping().await,
        1 => store.find_session_by_token(hash).await.map(drop),
        2 => store.consume_attempt(hash, hash).await.map(drop),
        _ => rename(store, number).await,
    }
}

async fn rename(store: &dyn Store, number: u8) -> Result<(), StoreError> {
    let now = DateTime::UNIX_EPOCH;
    let missing = User::new(UserId::new(now, [number; 10]), None, now);
    store
        .transaction(Contention::on_user(missing.id), missing, |missing, tx| {
            Box::pin(async move { tx.update_user(missing).await.map(drop) })
        })
        .await
}
