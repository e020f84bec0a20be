use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use belgie_ports::{Contention, StoreError, StoreExt as _};

use super::TestStore;
use super::row::put;
use super::sample::{session, user};

pub(super) async fn work_that_conflicts_runs_again_three_times(tested: TestStore) {
    put(&tested.store, [(&user(1)).into()]).await;
    let runs = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&runs);

    let answer: Result<(), StoreError> = tested
        .store
        .transaction(Contention::none(), (), move |(), tx| {
            counted.fetch_add(1, Ordering::Relaxed);
            Box::pin(async move { tx.insert_user(&user(1)).await })
        })
        .await;

    assert!(matches!(answer, Err(StoreError::Conflict)), "{answer:?}");
    assert_eq!(runs.load(Ordering::Relaxed), 4);
}

pub(super) async fn work_that_hides_a_conflict_runs_again_all_the_same(tested: TestStore) {
    put(&tested.store, [(&user(1)).into()]).await;
    let runs = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&runs);

    let answer: Result<(), StoreError> = tested
        .store
        .transaction(Contention::none(), (), move |(), tx| {
            counted.fetch_add(1, Ordering::Relaxed);
            Box::pin(async move {
                tx.insert_user(&user(2)).await?;
                let _ = tx.insert_user(&user(1)).await;
                Ok(())
            })
        })
        .await;

    assert!(matches!(answer, Err(StoreError::Conflict)), "{answer:?}");
    assert_eq!(runs.load(Ordering::Relaxed), 4);
    let found = tested.store.find_user(user(2).id).await;
    assert_eq!(found.ok(), Some(None));
}

pub(super) async fn work_that_turns_a_conflict_into_its_own_error_runs_again(tested: TestStore) {
    put(&tested.store, [(&user(1)).into()]).await;
    let runs = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&runs);

    let answer: Result<(), StoreError> = tested
        .store
        .transaction(Contention::none(), (), move |(), tx| {
            counted.fetch_add(1, Ordering::Relaxed);
            Box::pin(async move {
                let own = |_| StoreError::Other("an error of its own".into());
                tx.insert_user(&user(1)).await.map_err(own)
            })
        })
        .await;

    assert!(matches!(answer, Err(StoreError::Conflict)), "{answer:?}");
    assert_eq!(runs.load(Ordering::Relaxed), 4);
}

pub(super) async fn work_that_stops_conflicting_is_committed(tested: TestStore) {
    put(&tested.store, [(&user(1)).into()]).await;
    let runs = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&runs);

    let answer: Result<u32, StoreError> = tested
        .store
        .transaction(Contention::none(), (), move |(), tx| {
            let run = counted.fetch_add(1, Ordering::Relaxed) + 1;
            Box::pin(async move {
                let number = if run < 4 { 1 } else { 2 };
                tx.insert_user(&user(number)).await?;
                Ok(run)
            })
        })
        .await;

    assert_eq!(answer.ok(), Some(4));
    let found = tested.store.find_user(user(2).id).await;
    assert_eq!(found.ok(), Some(Some(user(2))));
}

pub(super) async fn a_run_that_conflicted_leaves_nothing_behind(tested: TestStore) {
    put(&tested.store, [(&user(1)).into()]).await;
    let runs = Arc::new(AtomicU32::new(0));

    let answer: Result<(), StoreError> = tested
        .store
        .transaction(Contention::none(), (), move |(), tx| {
            let run = runs.fetch_add(1, Ordering::Relaxed);
            Box::pin(async move {
                let fresh = user(10 + run);
                tx.insert_user(&fresh).await?;
                tx.insert_session(&session(1, &fresh)).await?;
                match run {
                    0 => tx.insert_user(&user(1)).await,
                    _ => Ok(()),
                }
            })
        })
        .await;

    assert!(answer.is_ok(), "{answer:?}");
    let first = tested.store.find_user(user(10).id).await;
    let second = tested.store.find_user(user(11).id).await;
    assert_eq!(
        (first.ok(), second.ok()),
        (Some(None), Some(Some(user(11))))
    );
}
