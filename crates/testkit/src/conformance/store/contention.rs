//! Transactions with a name in common wait for each other instead of giving up, and nothing else waits for them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use belgie_ports::{Contention, Store, StoreError, StoreExt as _, UserQuery};

use super::TestStore;
use super::counter::{add_one_in_turn, put_zero, total};
use super::row::put;
use super::sample::{account, attempt, browser, hash, session, user};
use crate::changed;

pub(super) async fn of_12_changes_of_one_user_at_once_all_succeed(tested: TestStore) {
    put_zero(&tested).await;

    let tasks = (0..12).map(|number| tokio::spawn(add_one_in_turn(tested.node(number))));
    for task in tasks.collect::<Vec<_>>() {
        let added = task.await.expect("the task ends");
        added.expect("the change is committed");
    }

    assert_eq!(total(&tested).await, 12);
}

pub(super) async fn of_12_first_sign_ins_at_once_all_succeed_with_one_user(tested: TestStore) {
    let tasks = (1..=12).map(|number| tokio::spawn(sign_in(tested.node(number), number)));
    for task in tasks.collect::<Vec<_>>() {
        let signed_in = task.await.expect("the task ends");
        signed_in.expect("the sign-in is committed");
    }

    let users = tested.store.users(UserQuery::first(100)).await;
    let users = users.expect("they are listed");
    assert_eq!(users.len(), 1);
    let accounts = tested.store.accounts_of(users[0].id).await;
    assert_eq!(accounts.map(|all| all.len()).ok(), Some(1));
    let sessions = tested.store.sessions_of(users[0].id).await;
    assert_eq!(sessions.map(|all| all.len()).ok(), Some(12));
}

/// As in a sign-in: the account decides which user it is, and the first one creates the user.
async fn sign_in(store: Arc<dyn Store>, number: u32) -> Result<(), StoreError> {
    let email = user(1).email.expect("the sample has an address");
    let person = changed(user(number), |user| user.email = Some(email.clone()));
    let known = changed(account(number, &person), |it| {
        it.subject = account(1, &person).subject;
    });
    let contention = Contention::none()
        .and_account(&known.issuer, &known.subject)
        .and_address(&email);
    let state = (person, known, number);
    let transaction = store.transaction(contention, state, |(person, known, number), tx| {
        Box::pin(async move {
            let found = tx.find_account(&known.issuer, &known.subject).await?;
            let mut owner = person.clone();
            if let Some(found) = found {
                owner.id = found.user_id;
            } else {
                tx.insert_user(&owner).await?;
                tx.insert_account(known).await?;
            }
            tx.insert_session(&session(*number, &owner)).await
        })
    });
    transaction.await
}

pub(super) async fn look_ups_go_on_while_transactions_wait_for_one_another(tested: TestStore) {
    put_zero(&tested).await;
    put(&tested.store, [(&session(1, &user(1))).into()]).await;
    let crowd = Crowd::gather(&tested, 32);

    for number in 1..=40 {
        let found = tested.node(number).find_session_by_token(hash(1)).await;
        assert!(matches!(found, Ok(Some(_))), "{found:?}");
        tokio::task::yield_now().await;
    }

    let added = crowd.disperse().await;
    assert!(added > 0);
    assert_eq!(total(&tested).await, added);
}

pub(super) async fn attempts_begin_and_end_while_transactions_wait_for_one_another(
    tested: TestStore,
) {
    put_zero(&tested).await;
    let waiting = (0..12).map(|number| tokio::spawn(add_one_in_turn(tested.node(number))));
    let waiting: Vec<_> = waiting.collect();

    for number in 1..=12 {
        let store = tested.node(number);
        let begun = store.insert_attempt(&attempt(number), 5).await;
        assert!(begun.is_ok(), "{begun:?}");
        let consumed = store.consume_attempt(hash(number), browser()).await;
        let consumed = consumed.expect("it is asked for");
        assert_eq!(consumed, Some(attempt(number)));
    }

    for task in waiting {
        let added = task.await.expect("the task ends");
        added.expect("the change is committed");
    }
}

/// Tasks that change one user over and over.
struct Crowd {
    stop: Arc<AtomicBool>,
    added: Arc<AtomicU32>,
    tasks: Vec<tokio::task::JoinHandle<()>>,
}

impl Crowd {
    fn gather(tested: &TestStore, size: u32) -> Self {
        let (stop, added) = (Arc::default(), Arc::default());
        let tasks = (0..size).map(|number| {
            let (stop, added) = (Arc::clone(&stop), Arc::clone(&added));
            tokio::spawn(change_until(stop, added, tested.node(number)))
        });
        let tasks = tasks.collect();
        Self { stop, added, tasks }
    }

    /// Ends the tasks; returns how many changes were committed.
    async fn disperse(self) -> u32 {
        self.stop.store(true, Ordering::Relaxed);
        for task in self.tasks {
            task.await.expect("the task ends");
        }
        self.added.load(Ordering::Relaxed)
    }
}

async fn change_until(stop: Arc<AtomicBool>, added: Arc<AtomicU32>, store: Arc<dyn Store>) {
    loop {
        match add_one_in_turn(Arc::clone(&store)).await {
            Ok(()) => added.fetch_add(1, Ordering::Relaxed),
            Err(StoreError::Conflict | StoreError::Unavailable(_)) => 0,
            Err(error) => panic!("{error:?}"),
        };
        if stop.load(Ordering::Relaxed) {
            return;
        }
        tokio::task::yield_now().await;
    }
}
