//! Work that violates its contract does not break the store.

use std::time::Duration;

use belgie_ports::{Contention, StoreError, StoreExt as _};

use super::TestStore;
use super::row::{put, try_put};
use super::sample::{attempt, event, hash, session, user};

pub(super) async fn work_that_panics_is_rolled_back_and_the_store_goes_on(tested: TestStore) {
    for number in 1..=3 {
        let answer: Result<(), StoreError> = tested
            .store
            .transaction(Contention::none(), (), move |(), tx| {
                Box::pin(async move {
                    tx.insert_user(&user(number)).await?;
                    panic!("a case makes its work panic");
                })
            })
            .await;

        assert!(matches!(answer, Err(StoreError::Other(_))), "{answer:?}");
        let found = tested.store.find_user(user(number).id).await;
        assert_eq!(found.ok(), Some(None));
    }
    put(&tested.store, [(&user(1)).into()]).await;
}

pub(super) async fn work_that_awaits_something_else_does_not_take_down_the_store(
    tested: TestStore,
) {
    for number in 1..=3 {
        let answer: Result<(), StoreError> = tested
            .store
            .transaction(Contention::none(), (), move |(), tx| {
                Box::pin(async move {
                    tx.insert_user(&user(number)).await?;
                    tokio::time::sleep(Duration::from_millis(20)).await;
                    tx.insert_session(&session(number, &user(number))).await
                })
            })
            .await;

        assert_whole(&tested, number, answer.is_ok()).await;
    }
    put(&tested.store, [(&user(9)).into()]).await;
}

pub(super) async fn work_that_awaits_the_store_itself_does_not_take_it_down(tested: TestStore) {
    put(&tested.store, [(&user(8)).into()]).await;
    let inner = tested.store.clone();

    let answer: Result<(), StoreError> = tested
        .store
        .transaction(Contention::none(), (), move |(), tx| {
            let inner = inner.clone();
            Box::pin(async move {
                tx.insert_user(&user(1)).await?;
                inner.find_user(user(8).id).await?;
                inner.insert_attempt(&attempt(1), 5).await?;
                try_put(&inner, [(&event(1, &user(8))).into()]).await?;
                tx.insert_session(&session(1, &user(1))).await
            })
        })
        .await;

    assert_whole(&tested, 1, answer.is_ok()).await;
    put(&tested.store, [(&user(9)).into()]).await;
}

pub(super) async fn work_that_never_ends_ends(tested: TestStore) {
    let answer: Result<(), StoreError> = tested
        .store
        .transaction(Contention::none(), (), |(), tx| {
            Box::pin(async move {
                tx.insert_user(&user(1)).await?;
                std::future::pending().await
            })
        })
        .await;

    assert!(answer.is_err());
    assert_whole(&tested, 1, false).await;
    try_put(&tested.store, [(&user(1)).into()])
        .await
        .expect("the user can still be inserted");
}

/// Checks that a user and its session either both exist or both do not.
async fn assert_whole(tested: &TestStore, number: u32, there: bool) {
    let found = tested.beside.find_user(user(number).id).await;
    let opened = tested.beside.find_session_by_token(hash(number)).await;
    assert_eq!(found.map(|found| found.is_some()).ok(), Some(there));
    assert_eq!(opened.map(|found| found.is_some()).ok(), Some(there));
}
