//! The outcome of transactions at once is that of running them in some order, one by one.

use std::sync::Arc;

use belgie_domain::User;
use belgie_ports::{Store, StoreError, UserPage};
use tokio::task::JoinHandle;

use super::TestStore;
use super::row::put;
use super::sample::{account, session, user};

/// Each transaction adds one to a number that is kept in a user's name.
pub(super) async fn no_update_is_lost(tested: &TestStore) {
    let zero = User {
        name: Some("0".to_owned()),
        ..user(1)
    };
    put(&*tested.store, [(&zero).into()]).await;

    let tasks = (0..24).map(|number| tokio::spawn(add_one(node(tested, number))));
    let added = committed(tasks.collect()).await;

    let found = tested.store.find_user(zero.id).await.expect("a look-up");
    let total = found.and_then(|user| user.name);
    assert_eq!(total, Some(added.to_string()));
    assert!(added > 0);
}

async fn add_one(store: Arc<dyn Store>) -> Result<(), StoreError> {
    store
        .transaction(|tx| {
            Box::pin(async move {
                let mut counter = tx.find_user(user(1).id).await?.ok_or_else(lost)?;
                let number = counter.name.and_then(|name| name.parse::<u32>().ok());
                counter.name = Some((number.ok_or_else(lost)? + 1).to_string());
                tx.update_user(&counter).await.map(drop)
            })
        })
        .await
}

/// Of two users one must stay active: whoever leaves first looks whether the other is there (write skew).
pub(super) async fn two_transactions_that_read_each_others_writes_do_not_both_pass(
    tested: &TestStore,
) {
    for round in 1..=10 {
        let (one, other) = (user(2 * round), user(2 * round + 1));
        put(&*tested.store, [(&one).into(), (&other).into()]).await;

        let leaving = [
            tokio::spawn(leave(node(tested, 0), one.clone(), other.clone())),
            tokio::spawn(leave(node(tested, 1), other.clone(), one.clone())),
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
    store
        .transaction(move |tx| {
            let (mut who, other) = (who.clone(), other.id);
            Box::pin(async move {
                let stays = tx.find_user(other).await?;
                if stays.is_some_and(|user| user.is_active) {
                    who.is_active = false;
                    tx.update_user(&who).await?;
                }
                Ok(())
            })
        })
        .await
}

/// Each transaction adds an account where the user has none: no row exists that they could fight for.
pub(super) async fn two_transactions_that_saw_nothing_do_not_both_insert(tested: &TestStore) {
    for round in 1..=10 {
        let owner = user(round);
        put(&*tested.store, [(&owner).into()]).await;

        let tasks = (0..4).map(|number| {
            let account = account(10 * round + number, &owner);
            let store = node(tested, number);
            tokio::spawn(async move {
                store
                    .transaction(move |tx| {
                        let account = account.clone();
                        Box::pin(async move {
                            if tx.accounts_of(account.user_id).await?.is_empty() {
                                tx.insert_account(&account).await?;
                            }
                            Ok(())
                        })
                    })
                    .await
            })
        });
        committed(tasks.collect()).await;

        let accounts = tested.store.accounts_of(owner.id).await;
        assert_eq!(accounts.map(|all| all.len()).ok(), Some(1));
    }
}

pub(super) async fn concurrent_first_sign_ins_create_one_user(tested: &TestStore) {
    let tasks = (1..=12).map(|number| tokio::spawn(sign_in(node(tested, number), number)));

    let signed_in = committed(tasks.collect()).await;

    let everybody = UserPage {
        after: None,
        limit: 100,
    };
    let users = tested
        .store
        .users(everybody)
        .await
        .expect("they are listed");
    assert_eq!(users.len(), 1);
    let sessions = tested.store.sessions_of(users[0].id).await;
    assert_eq!(sessions.map(|all| all.len()).ok(), Some(signed_in));
    assert!(signed_in > 0);
}

/// What a sign-in does: the account decides who it is, and whoever comes first makes the user.
async fn sign_in(store: Arc<dyn Store>, number: u32) -> Result<(), StoreError> {
    store
        .transaction(move |tx| {
            let mut person = user(number);
            person.email = user(1).email;
            let mut known = account(number, &person);
            known.subject = account(1, &person).subject;
            Box::pin(async move {
                let found = tx.find_account(&known.issuer, &known.subject).await?;
                if let Some(found) = found {
                    person.id = found.user_id;
                } else {
                    tx.insert_user(&person).await?;
                    tx.insert_account(&known).await?;
                }
                tx.insert_session(&session(number, &person)).await
            })
        })
        .await
}

pub(super) async fn many_transactions_at_once_all_get_an_answer(tested: &TestStore) {
    let tasks = (1..=200).map(|number| {
        let store = node(tested, number);
        tokio::spawn(async move {
            store
                .transaction(move |tx| {
                    Box::pin(async move {
                        tx.insert_user(&user(number)).await?;
                        tx.insert_session(&session(number, &user(number))).await
                    })
                })
                .await
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

    let everybody = UserPage {
        after: None,
        limit: 1000,
    };
    let users = tested
        .store
        .users(everybody)
        .await
        .expect("they are listed");
    assert_eq!(users.len(), answered);
    assert!(answered > 0);
}

/// Awaits all, and returns how many were committed; a transaction may conflict and nothing worse.
async fn committed(tasks: Vec<JoinHandle<Result<(), StoreError>>>) -> usize {
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

fn node(tested: &TestStore, number: u32) -> Arc<dyn Store> {
    let nodes = [&tested.store, &tested.beside];
    Arc::clone(nodes[usize::from(number.is_multiple_of(2))])
}

fn lost() -> StoreError {
    StoreError::Other("the counter is lost".into())
}
