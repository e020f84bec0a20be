use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use belgie_domain::{Account, User};
use belgie_ports::{Rollback, StoreError};

use super::TestStore;
use super::row::{put, try_put, within};
use super::sample::{account, attempt, event, hash, session, user};

pub(super) async fn a_commit_is_seen_at_once_by_everybody(tested: &TestStore) {
    for number in 1..=20 {
        let (writer, reader) = match number % 2 {
            0 => (&tested.store, &tested.beside),
            _ => (&tested.beside, &tested.store),
        };

        put(&**writer, [(&user(number)).into()]).await;

        let found = reader.find_user(user(number).id).await;
        assert_eq!(found.ok(), Some(Some(user(number))));
    }
}

pub(super) async fn a_transaction_sees_its_own_writes(tested: &TestStore) {
    let jane = user(1);
    let renamed = User {
        name: Some("Renamed".to_owned()),
        ..user(1)
    };
    let seen = within!(tested.store, |tx, jane, renamed| async move {
        tx.insert_user(&jane).await?;
        tx.insert_account(&account(1, &jane)).await?;
        tx.insert_session(&session(1, &jane)).await?;
        tx.update_user(&renamed).await?;
        let by_id = tx.find_user(jane.id).await?;
        let by_email = match &jane.email {
            Some(email) => tx.find_user_by_email(email).await?,
            None => None,
        };
        let accounts = tx.accounts_of(jane.id).await?;
        let session = tx.find_session(session(1, &jane).id).await?;
        tx.delete_user(jane.id).await?;
        let gone = tx.find_user(jane.id).await?;
        let subject = account(1, &jane);
        let no_account = tx.find_account(&subject.issuer, &subject.subject).await?;
        Ok((by_id, by_email, accounts, session, gone, no_account))
    });

    assert_eq!((seen.0, seen.1), (Some(renamed.clone()), Some(renamed)));
    assert_eq!(seen.2, [account(1, &jane)]);
    assert_eq!(seen.3, Some(session(1, &jane)));
    assert_eq!((seen.4, seen.5), (None, None));
}

pub(super) async fn a_rollback_undoes_everything(tested: &TestStore) {
    let (jane, jack) = (user(1), user(2));
    put(
        &*tested.store,
        [
            (&jane).into(),
            (&account(1, &jane)).into(),
            (&session(1, &jane)).into(),
            (&attempt(1)).into(),
        ],
    )
    .await;
    let (before, new) = (jane.clone(), jack.clone());

    let answer: Result<(), Undo> = tested
        .store
        .transaction(move |tx| {
            let (jane, jack) = (before.clone(), new.clone());
            Box::pin(async move {
                let renamed = User {
                    name: None,
                    ..jane.clone()
                };
                let used = Account {
                    email: None,
                    ..account(1, &jane)
                };
                tx.insert_user(&jack).await?;
                tx.insert_session(&session(2, &jack)).await?;
                tx.insert_event(&event(1, &jane)).await?;
                tx.trim_attempts_of(attempt(1).binding_hash, 0).await?;
                tx.insert_attempt(&attempt(2)).await?;
                tx.update_user(&renamed).await?;
                tx.update_account(&used).await?;
                tx.take_session(hash(1)).await?;
                tx.delete_user(jane.id).await?;
                Err(Undo::Wanted)
            })
        })
        .await;

    assert!(matches!(answer, Err(Undo::Wanted)), "{answer:?}");
    let store = &tested.beside;
    assert_eq!(store.find_user(jack.id).await.ok(), Some(None));
    assert_eq!(store.events_of(jane.id, 9).await.ok(), Some(vec![]));
    assert_eq!(store.consume_attempt(hash(2)).await.ok(), Some(None));
    let kept = store.consume_attempt(hash(1)).await;
    assert_eq!(kept.ok(), Some(Some(attempt(1))));
    let accounts = store.accounts_of(jane.id).await;
    assert_eq!(accounts.ok(), Some(vec![account(1, &jane)]));
    let opened = store.find_session(hash(1)).await;
    assert_eq!(opened.ok(), Some(Some((session(1, &jane), jane))));
}

pub(super) async fn the_error_of_the_work_reaches_the_caller(tested: &TestStore) {
    let answer: Result<(), Undo> = tested
        .store
        .transaction(|_| Box::pin(async { Err(Undo::Wanted) }))
        .await;
    let untyped = tested
        .store
        .transact(Box::new(|_| Box::pin(async { Err(Rollback) })))
        .await;

    assert!(matches!(answer, Err(Undo::Wanted)), "{answer:?}");
    assert!(untyped.is_ok(), "{untyped:?}");
}

/// A user is inserted with a session, so whoever sees the user must find the session.
pub(super) async fn nobody_sees_half_a_transaction(tested: &TestStore) {
    let ended = Arc::new(AtomicBool::new(false));
    let (reading, stop) = (tested.beside.clone(), Arc::clone(&ended));
    let reader = tokio::spawn(async move {
        let mut seen = 0;
        while !stop.load(Ordering::Relaxed) {
            for number in 1..=20 {
                let found = reading.find_user(user(number).id).await;
                if found.expect("it is looked up").is_some() {
                    let sessions = reading.sessions_of(user(number).id).await;
                    assert_eq!(sessions.map(|all| all.len()).ok(), Some(1));
                    seen += 1;
                }
            }
            tokio::task::yield_now().await;
        }
        seen
    });

    for number in 1..=20 {
        let rows = [
            (&user(number)).into(),
            (&session(number, &user(number))).into(),
        ];
        put(&*tested.store, rows).await;
        tokio::task::yield_now().await;
    }
    ended.store(true, Ordering::Relaxed);

    reader.await.expect("the reader sees no half");
}

pub(super) async fn after_a_failed_method_nothing_is_committed(tested: &TestStore) {
    put(&*tested.store, [(&user(1)).into()]).await;

    let answer: Result<(), StoreError> = tested
        .store
        .transaction(|tx| {
            Box::pin(async move {
                tx.insert_user(&user(2)).await?;
                let refused = tx.insert_session(&session(1, &user(9))).await;
                assert!(refused.is_err(), "{refused:?}");
                let later = tx.insert_user(&user(3)).await;
                assert!(later.is_err(), "{later:?}");
                Ok(())
            })
        })
        .await;

    assert!(matches!(answer, Err(StoreError::Conflict)), "{answer:?}");
    for number in [2, 3] {
        let found = tested.store.find_user(user(number).id).await;
        assert_eq!(found.ok(), Some(None));
    }
}

pub(super) async fn work_that_panics_is_rolled_back_and_the_store_goes_on(tested: &TestStore) {
    for number in 1..=3 {
        let answer: Result<(), StoreError> = tested
            .store
            .transaction(move |tx| {
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
    put(&*tested.store, [(&user(1)).into()]).await;
}

pub(super) async fn work_that_awaits_something_else_does_not_take_down_the_store(
    tested: &TestStore,
) {
    for number in 1..=3 {
        let answer: Result<(), StoreError> = tested
            .store
            .transaction(move |tx| {
                Box::pin(async move {
                    tx.insert_user(&user(number)).await?;
                    tokio::time::sleep(Duration::from_millis(20)).await;
                    tx.insert_session(&session(number, &user(number))).await
                })
            })
            .await;

        assert_whole(tested, number, answer.is_ok()).await;
    }
    put(&*tested.store, [(&user(9)).into()]).await;
}

pub(super) async fn work_that_awaits_the_store_itself_does_not_take_it_down(tested: &TestStore) {
    put(&*tested.store, [(&user(8)).into()]).await;
    let inner = tested.store.clone();

    let answer: Result<(), StoreError> = tested
        .store
        .transaction(move |tx| {
            let inner = inner.clone();
            Box::pin(async move {
                tx.insert_user(&user(1)).await?;
                inner.find_user(user(8).id).await?;
                inner.record_event(event(1, &user(8))).await?;
                tx.insert_session(&session(1, &user(1))).await
            })
        })
        .await;

    assert_whole(tested, 1, answer.is_ok()).await;
    put(&*tested.store, [(&user(9)).into()]).await;
}

pub(super) async fn work_that_never_ends_ends(tested: &TestStore) {
    let answer: Result<(), StoreError> = tested
        .store
        .transaction(|tx| {
            Box::pin(async move {
                tx.insert_user(&user(1)).await?;
                std::future::pending().await
            })
        })
        .await;

    assert!(answer.is_err());
    assert_whole(tested, 1, false).await;
    try_put(&*tested.store, [(&user(1)).into()])
        .await
        .expect("the user can still be inserted");
}

/// Checks that a user and a session that belong together are both there, or both not.
async fn assert_whole(tested: &TestStore, number: u32, there: bool) {
    let found = tested.beside.find_user(user(number).id).await;
    let opened = tested.beside.find_session(hash(number)).await;
    assert_eq!(found.map(|found| found.is_some()).ok(), Some(there));
    assert_eq!(opened.map(|found| found.is_some()).ok(), Some(there));
}

/// The error of a use case.
#[derive(Debug)]
enum Undo {
    Wanted,
    Store,
}

impl From<StoreError> for Undo {
    fn from(_: StoreError) -> Self {
        Self::Store
    }
}
