//! The task that awaits a call may be cancelled at any point.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::{Duration, Instant};

use belgie_domain::User;
use belgie_ports::{BoxFuture, Contention, Store, StoreError, StoreExt as _};

use super::TestStore;
use super::row::{begin, put, within};
use super::sample::{attempt, browser, hash, session, user};
use crate::changed;

/// How long a store may take to respond again after many calls were abandoned.
const PROMPT: Duration = Duration::from_secs(10);

/// How long abandoned calls are given to end.
const SETTLED: Duration = Duration::from_millis(300);

pub(super) async fn an_abandoned_transaction_happens_whole_or_not_at_all(tested: TestStore) {
    let mut calls = Calls::default();
    for number in 1..=60 {
        calls.abandon(insert(&tested, number), number).await;
    }
    settle(&tested).await;

    for number in 1..=60 {
        let found = tested.beside.find_user(user(number).id).await;
        let opened = tested.beside.find_session_by_token(hash(number)).await;
        let user_is_there = found.expect("a look-up").is_some();
        assert_eq!(opened.expect("a look-up").is_some(), user_is_there);
    }
    calls.assert_abandoned_midway();
}

pub(super) async fn an_abandoned_transaction_leaves_no_lock_behind(tested: TestStore) {
    let jane = user(1);
    put(&tested.store, [(&jane).into()]).await;
    let mut calls = Calls::default();
    for number in 1..=30 {
        let renamed = changed(jane.clone(), |user| user.name = Some(number.to_string()));
        calls.abandon(update(&tested.store, renamed), number).await;
    }
    calls.assert_abandoned_midway();

    for store in [&tested.store, &tested.beside] {
        let began = Instant::now();
        while !rename(store, &jane).await {
            assert!(began.elapsed() < PROMPT, "{:?}", began.elapsed());
        }
    }
}

/// Writes a user; returns `false` on a conflict, or when the store is unavailable.
async fn rename(store: &dyn Store, user: &User) -> bool {
    match update(store, user.clone()).await {
        Ok(there) => there,
        Err(StoreError::Conflict | StoreError::Unavailable(_)) => false,
        Err(error) => panic!("{error:?}"),
    }
}

fn update(store: &dyn Store, user: User) -> BoxFuture<'_, Result<bool, StoreError>> {
    let contention = Contention::on_user(user.id);
    Box::pin(store.transaction(contention, user, |user, tx| tx.update_user(user)))
}

pub(super) async fn abandoned_reads_leave_the_store_as_it_was(tested: TestStore) {
    let jane = user(1);
    let opened = Some((session(1, &jane), jane.clone()));
    put(&tested.store, [(&jane).into(), (&session(1, &jane)).into()]).await;

    let mut calls = Calls::default();
    for number in 0..300 {
        let look_up = tested.store.find_session_by_token(hash(1));
        calls.abandon(look_up, number).await;
        calls
            .abandon(tested.store.sessions_of(jane.id), number)
            .await;
        calls.abandon(tested.store.ping(), number).await;
    }
    calls.assert_abandoned_midway();

    let began = Instant::now();
    let found = tested.store.find_session_by_token(hash(1)).await;
    assert_eq!(found.ok(), Some(opened));
    assert!(began.elapsed() < PROMPT, "{:?}", began.elapsed());
}

pub(super) async fn an_abandoned_write_happens_whole_or_not_at_all(tested: TestStore) {
    begin(&tested.store, (1..=50).map(attempt)).await;
    let mut calls = Calls::default();
    for number in 1..=50 {
        let consume = tested.store.consume_attempt(hash(number), browser());
        calls.abandon(consume, number).await;
        let new = attempt(100 + number);
        let insert = tested.store.insert_attempt(&new, u32::MAX);
        calls.abandon(insert, number).await;
    }
    settle(&tested).await;
    calls.assert_abandoned_midway();

    let counts = tested.beside.count_attempts(1).await;
    let mut left = counts.expect("they are counted").total;
    for number in (1..=50).chain(101..=150) {
        let consumed = tested.beside.consume_attempt(hash(number), browser()).await;
        if let Some(consumed) = consumed.expect("it is asked for") {
            assert_eq!(consumed, attempt(number));
            left -= 1;
        }
        begin(&tested.store, [attempt(number)]).await;
    }
    assert_eq!(left, 0);
}

/// A store that caches look-ups (or a layer around one) must invalidate a session that an abandoned sign-out has ended,
/// although nothing awaits the sign-out to completion. Otherwise its token would stay valid.
pub(super) async fn a_session_that_an_abandoned_sign_out_ended_is_not_found(tested: TestStore) {
    for number in 0..60 {
        let owner = user(number);
        let rows = [(&owner).into(), (&session(number, &owner)).into()];
        put(&tested.store, rows).await;
    }

    // None of these calls completes, since the completion could be what invalidates the cache.
    let (mut calls, mut gone) = (Calls::default(), Vec::new());
    for number in 0..60 {
        assert!(is_open(&tested, number).await);
        let sign_out = sign_out(&tested, number);
        calls.abandon_after(1, sign_out, number).await;
        gone.push(!is_open(&tested, number).await);
    }
    calls.assert_abandoned_midway();
    tokio::time::sleep(SETTLED).await;
    // As in `settle`, but without an operation on sessions.
    begin(&tested.store, [attempt(1)]).await;

    let mut open = Vec::new();
    for number in 0..60 {
        open.push(is_open(&tested, number).await);
    }
    for (number, (gone, open)) in (0..).zip(gone.into_iter().zip(open)) {
        assert!(!(gone && open), "the session {number} is back");
        let kept = within(&tested.store, number, |number, tx| {
            tx.find_session_by_token(hash(*number))
        });
        assert_eq!(open, kept.await.is_some(), "the session {number} is open");
    }
}

async fn is_open(tested: &TestStore, number: u32) -> bool {
    let found = tested.store.find_session_by_token(hash(number)).await;
    found.expect("it is looked up").is_some()
}

fn sign_out(tested: &TestStore, number: u32) -> BoxFuture<'_, Result<(), StoreError>> {
    let contention = Contention::on_user(user(number).id);
    Box::pin(
        tested
            .store
            .transaction(contention, hash(number), |hash, tx| {
                Box::pin(async move { tx.consume_session(*hash).await.map(drop) })
            }),
    )
}

pub(super) async fn a_transaction_that_was_never_awaited_does_not_happen(tested: TestStore) {
    drop(insert(&tested, 1));
    put(&tested.store, [(&user(2)).into()]).await;

    let found = tested.beside.find_user(user(1).id).await;

    assert_eq!(found.ok(), Some(None));
}

/// Inserts a user and a session that belongs to it.
fn insert(tested: &TestStore, number: u32) -> BoxFuture<'_, Result<(), StoreError>> {
    let owner = user(number);
    let both = (session(number, &owner), owner);
    let work = tested
        .store
        .transaction(Contention::none(), both, |(session, user), tx| {
            Box::pin(async move {
                tx.insert_user(user).await?;
                tx.insert_session(session).await
            })
        });
    Box::pin(work)
}

/// Waits until abandoned calls have ended, as far as that can be observed from outside.
async fn settle(tested: &TestStore) {
    tokio::time::sleep(SETTLED).await;
    // In a store that works sequentially, this completes after everything before it.
    put(&tested.store, [(&user(1000)).into()]).await;
}

/// How abandoned calls ended.
#[derive(Debug, Default)]
struct Calls {
    answered_at_once: u32,
    answered_later: u32,
    abandoned_midway: u32,
}

impl Calls {
    /// Polls a call several times and drops it; the number of polls and the pauses between them depend on `number`.
    async fn abandon<T>(&mut self, call: impl Future<Output = T>, number: u32) {
        self.abandon_after(number % 5 + 1, call, number).await;
    }

    /// Polls a call this many times and drops it; the pauses depend on `number`.
    async fn abandon_after<T>(&mut self, polls: u32, call: impl Future<Output = T>, number: u32) {
        let mut call = pin!(call);
        for poll in 0..polls {
            let polled = poll_fn(|context| Poll::Ready(call.as_mut().poll(context).is_ready()));
            match (polled.await, poll) {
                (true, 0) => return self.answered_at_once += 1,
                (true, _) => return self.answered_later += 1,
                (false, _) => pause(number).await,
            }
        }
        self.abandoned_midway += 1;
    }

    /// Checks that calls were abandoned in mid-flight, unless this store completes all calls immediately.
    fn assert_abandoned_midway(&self) {
        let always_at_once = self.answered_later == 0 && self.answered_at_once > 0;
        assert!(self.abandoned_midway > 0 || always_at_once, "{self:?}");
    }
}

async fn pause(number: u32) {
    match number % 3 {
        0 => tokio::task::yield_now().await,
        _ => tokio::time::sleep(Duration::from_micros(u64::from(number) * 40)).await,
    }
}
