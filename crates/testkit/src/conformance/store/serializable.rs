//! The outcome of concurrent transactions is that of running them one by one in some order.

use std::sync::Arc;

use belgie_domain::User;
use belgie_ports::{Contention, Store, StoreError, StoreExt as _, UserQuery};
use tokio::task::JoinHandle;

use super::TestStore;
use super::counter::{add_one, put_zero, total};
use super::row::put;
use super::sample::{account, session, user};
use crate::changed;

pub(super) async fn no_update_is_lost(tested: TestStore) {
    put_zero(&tested).await;

    let tasks = (0..24).map(|number| tokio::spawn(add_one(tested.node(number))));
    let added = committed(tasks.collect()).await;

    assert_eq!(total(&tested).await, added);
    assert!(added > 0);
}

/// One of two users must stay active: before leaving, each checks that the other is still active (write skew).
pub(super) async fn two_transactions_that_read_each_others_writes_do_not_both_pass(
    tested: TestStore,
) {
    for round in 1..=10 {
        let (one, other) = (user(2 * round), user(2 * round + 1));
        put(&tested.store, [(&one).into(), (&other).into()]).await;

        let leaving = [
            tokio::spawn(leave(tested.node(0), one.clone(), other.clone())),
            tokio::spawn(leave(tested.node(1), other.clone(), one.clone())),
        ];
        committed(leaving.into()).await;

        let mut active = 0;
        for who in [one, other] {
            let found = tested.store.find_user(who.id).await.expect("a look-up");
            active += u32::from(found.is_some_and(|user| user.is_active));
        }
        assert_eq!(active, 1);
    }
}

async fn leave(store: Arc<dyn Store>, who: User, other: User) -> Result<(), StoreError> {
    let left = changed(who, |user| user.is_active = false);
    let transaction =
        store.transaction(Contention::none(), (left, other.id), |(left, other), tx| {
            Box::pin(async move {
                let stays = tx.find_user(*other).await?;
                if stays.is_some_and(|user| user.is_active) {
                    tx.update_user(left).await?;
                }
                Ok(())
            })
        });
    transaction.await
}

/// Each transaction adds an account if the user has none: there is no common row to conflict on.
pub(super) async fn two_transactions_that_saw_nothing_do_not_both_insert(tested: TestStore) {
    for round in 1..=10 {
        let owner = user(round);
        put(&tested.store, [(&owner).into()]).await;

        let tasks = (0..4).map(|number| {
            let first = account(10 * round + number, &owner);
            let store = tested.node(number);
            tokio::spawn(async move {
                let transaction = store.transaction(Contention::none(), first, |first, tx| {
                    Box::pin(async move {
                        if tx.accounts_of(first.user_id).await?.is_empty() {
                            tx.insert_account(first).await?;
                        }
                        Ok(())
                    })
                });
                transaction.await
            })
        });
        committed(tasks.collect()).await;

        let accounts = tested.store.accounts_of(owner.id).await;
        assert_eq!(accounts.map(|all| all.len()).ok(), Some(1));
    }
}

pub(super) async fn many_transactions_at_once_all_get_an_answer(tested: TestStore) {
    let tasks = (1..=200).map(|number| {
        let store = tested.node(number);
        tokio::spawn(async move {
            let owner = user(number);
            let both = (session(number, &owner), owner);
            let transaction = store.transaction(Contention::none(), both, |(session, user), tx| {
                Box::pin(async move {
                    tx.insert_user(user).await?;
                    tx.insert_session(session).await
                })
            });
            transaction.await
        })
    });

    let mut answered = 0;
    for task in tasks.collect::<Vec<JoinHandle<Result<(), StoreError>>>>() {
        match task.await.expect("the task ends") {
            Ok(()) => answered += 1,
            Err(StoreError::Conflict | StoreError::Unavailable(_)) => {}
            Err(error) => panic!("{error:?}"),
        }
    }

    let users = tested.store.users(UserQuery::first(1000)).await;
    assert_eq!(users.expect("they are listed").len(), answered);
    assert!(answered > 0);
}

/// Awaits all; returns how many were committed. A transaction may conflict, but not fail otherwise.
async fn committed(tasks: Vec<JoinHandle<Result<(), StoreError>>>) -> u32 {
    let mut count = 0;
    for task in tasks {
        match task.await.expect("the task ends") {
            Ok(()) => count += 1,
            Err(StoreError::Conflict) => {}
            Err(error) => panic!("{error:?}"),
        }
    }
    count
}
