//! Whoever awaits may go away at any point.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::{Duration, Instant};

use belgie_domain::User;
use belgie_ports::{BoxFuture, Store, StoreError};

use super::TestStore;
use super::row::put;
use super::sample::{attempt, hash, session, user};

/// Longest that a store may take to serve again after many have gone away.
const PROMPT: Duration = Duration::from_secs(10);

pub(super) async fn an_abandoned_transaction_happens_whole_or_not_at_all(tested: &TestStore) {
    for number in 1..=60 {
        abandon(insert(tested, number), number).await;
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    // In a store that works one by one, this is answered when all before it has ended.
    put(&*tested.store, [(&user(1000)).into()]).await;

    for number in 1..=60 {
        let found = tested.beside.find_user(user(number).id).await;
        let opened = tested.beside.find_session(hash(number)).await;
        let user_is_there = found.expect("a look-up").is_some();
        assert_eq!(opened.expect("a look-up").is_some(), user_is_there);
    }
}

pub(super) async fn an_abandoned_transaction_leaves_no_lock_behind(tested: &TestStore) {
    let jane = user(1);
    put(&*tested.store, [(&jane).into()]).await;
    for number in 1..=30 {
        let renamed = User {
            name: Some(number.to_string()),
            ..jane.clone()
        };
        let change = tested.store.transaction(move |tx| {
            let renamed = renamed.clone();
            Box::pin(async move { tx.update_user(&renamed).await })
        });
        abandon(change, number).await;
    }

    for store in [&tested.store, &tested.beside] {
        let began = Instant::now();
        while !rename(&**store, &jane).await {
            assert!(began.elapsed() < PROMPT, "{:?}", began.elapsed());
        }
    }
}

/// Writes a user, and says whether there was neither a conflict nor a queue.
async fn rename(store: &dyn Store, user: &User) -> bool {
    let user = user.clone();
    let answer: Result<bool, StoreError> = store
        .transaction(move |tx| {
            let user = user.clone();
            Box::pin(async move { tx.update_user(&user).await })
        })
        .await;
    match answer {
        Ok(there) => there,
        Err(StoreError::Conflict | StoreError::Unavailable(_)) => false,
        Err(error) => panic!("{error:?}"),
    }
}

pub(super) async fn abandoned_reads_leave_the_store_as_it_was(tested: &TestStore) {
    let jane = user(1);
    put(
        &*tested.store,
        [(&jane).into(), (&session(1, &jane)).into()],
    )
    .await;

    for number in 0..300 {
        abandon(tested.store.find_session(hash(1)), number).await;
        abandon(tested.store.sessions_of(jane.id), number).await;
        abandon(tested.store.ping(), number).await;
    }

    let began = Instant::now();
    let found = tested.store.find_session(hash(1)).await;
    assert_eq!(found.ok(), Some(Some((session(1, &jane), jane))));
    assert!(began.elapsed() < PROMPT, "{:?}", began.elapsed());
}

pub(super) async fn an_abandoned_write_happens_whole_or_not_at_all(tested: &TestStore) {
    let numbers = 1..=50;
    let rows = numbers.clone().map(|number| (&attempt(number)).into());
    put(&*tested.store, rows).await;

    for number in numbers.clone() {
        abandon(tested.store.consume_attempt(hash(number)), number).await;
    }
    put(&*tested.store, [(&user(1)).into()]).await;

    for number in numbers {
        let answer = tested.beside.consume_attempt(hash(number)).await;
        let left = answer.expect("it is asked for");
        assert!(left.is_none_or(|left| left == attempt(number)));
    }
}

pub(super) async fn a_transaction_that_was_never_awaited_does_not_happen(tested: &TestStore) {
    drop(insert(tested, 1));
    put(&*tested.store, [(&user(2)).into()]).await;

    let found = tested.beside.find_user(user(1).id).await;

    assert_eq!(found.ok(), Some(None));
}

/// Polls a future some times, a little apart, and drops it; how often and how far apart depends on the number.
async fn abandon<T>(future: impl Future<Output = T>, number: u32) {
    let mut future = pin!(future);
    for _ in 0..=number % 5 {
        let polled = poll_fn(|context| Poll::Ready(future.as_mut().poll(context).is_ready()));
        if polled.await {
            return;
        }
        match number % 3 {
            0 => tokio::task::yield_now().await,
            _ => tokio::time::sleep(Duration::from_micros(u64::from(number) * 40)).await,
        }
    }
}

/// Inserts a user and a session that belongs to it.
fn insert(tested: &TestStore, number: u32) -> BoxFuture<'_, Result<(), StoreError>> {
    Box::pin(tested.store.transaction(move |tx| {
        Box::pin(async move {
            tx.insert_user(&user(number)).await?;
            tx.insert_session(&session(number, &user(number))).await
        })
    }))
}
