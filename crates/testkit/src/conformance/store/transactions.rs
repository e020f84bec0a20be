use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use belgie_domain::User;
use belgie_ports::{
    Contention, EventQuery, Rollback, Store, StoreError, StoreExt as _, Transaction,
};

use super::TestStore;
use super::row::{put, within};
use super::sample::{account, at, event, hash, item, session, user};
use crate::changed;

pub(super) async fn a_commit_is_seen_at_once_on_every_node(tested: TestStore) {
    for number in 1..=20 {
        let (writer, reader) = match number % 2 {
            0 => (&tested.store, &tested.beside),
            _ => (&tested.beside, &tested.store),
        };

        put(writer, [(&user(number)).into()]).await;

        let found = reader.find_user(user(number).id).await;
        assert_eq!(found.ok(), Some(Some(user(number))));
    }
}

pub(super) async fn a_transaction_sees_its_own_writes(tested: TestStore) {
    let jane = user(1);
    let renamed = changed(user(1), |user| user.name = Some("Renamed".to_owned()));

    let seen = within(&tested.store, (jane, renamed), |(jane, renamed), tx| {
        Box::pin(async move {
            write_all(tx, jane).await?;
            tx.update_user(renamed).await?;
            assert_sees_all(tx, renamed).await?;
            tx.delete_user(jane.id).await?;
            let known = account(1, jane);
            Ok(tx.find_user(jane.id).await?.is_some()
                || (tx.find_account(&known.issuer, &known.subject).await?).is_some()
                || tx.find_session_by_token(hash(1)).await?.is_some())
        })
    });

    assert!(!seen.await);
}

async fn write_all(tx: &dyn Transaction, owner: &User) -> Result<(), StoreError> {
    tx.insert_user(owner).await?;
    tx.insert_account(&account(1, owner)).await?;
    tx.insert_session(&session(1, owner)).await?;
    tx.insert_event(&event(1, owner)).await
}

async fn assert_sees_all(tx: &dyn Transaction, owner: &User) -> Result<(), StoreError> {
    let (known, opened) = (account(1, owner), Some((session(1, owner), owner.clone())));
    if let Some(email) = &owner.email {
        assert_eq!(tx.find_user_by_email(email).await?.as_ref(), Some(owner));
    }
    assert_eq!(tx.find_user(owner.id).await?.as_ref(), Some(owner));
    assert_eq!(tx.accounts_of(owner.id).await?, [account(1, owner)]);
    let found = tx.find_account(&known.issuer, &known.subject).await?;
    assert_eq!(found, Some(known));
    assert_eq!(tx.sessions_of(owner.id).await?, [session(1, owner)]);
    assert_eq!(tx.find_session_by_token(hash(1)).await?, opened);
    let id = session(1, owner).id;
    assert_eq!(tx.find_session_by_id(id).await?, opened);
    let events = tx.events(EventQuery::newest(9)).await?;
    assert_eq!(events, [event(1, owner)]);
    Ok(())
}

pub(super) async fn a_rollback_undoes_everything(tested: TestStore) {
    let (jane, jack) = (user(1), user(2));
    let rows = [
        (&jane).into(),
        (&account(1, &jane)).into(),
        (&session(1, &jane)).into(),
    ];
    put(&tested.store, rows).await;

    let state = (jane.clone(), jack.clone());
    let answer: Result<(), Undo> = tested
        .store
        .transaction(Contention::none(), state, |(jane, jack), tx| {
            Box::pin(async move {
                change_all(tx, jane, jack).await?;
                Err(Undo::Wanted)
            })
        })
        .await;

    assert!(matches!(answer, Err(Undo::Wanted)), "{answer:?}");
    let store = &tested.beside;
    assert_eq!(store.find_user(jack.id).await.ok(), Some(None));
    let events = store.events(EventQuery::newest(9)).await;
    assert_eq!(events.ok(), Some(vec![]));
    let claimed = store.claim_outbox_item("mail", at(9), at(10)).await;
    assert_eq!(claimed.ok(), Some(None));
    let accounts = store.accounts_of(jane.id).await;
    assert_eq!(accounts.ok(), Some(vec![account(1, &jane)]));
    let opened = store.find_session_by_token(hash(1)).await;
    assert_eq!(opened.ok(), Some(Some((session(1, &jane), jane))));
}

async fn change_all(tx: &dyn Transaction, known: &User, new: &User) -> Result<(), StoreError> {
    let renamed = changed(known.clone(), |user| user.name = None);
    let used = changed(account(1, known), |account| account.email = None);
    tx.insert_user(new).await?;
    tx.insert_session(&session(2, new)).await?;
    tx.insert_event(&event(1, known)).await?;
    tx.insert_outbox_item(&item(1)).await?;
    tx.update_user(&renamed).await?;
    tx.update_account(&used).await?;
    tx.consume_session(hash(1)).await?;
    tx.delete_credentials_of(known.id).await?;
    tx.delete_user(known.id).await.map(drop)
}

pub(super) async fn the_error_of_the_work_reaches_the_caller(tested: TestStore) {
    let answer: Result<(), Undo> = tested
        .store
        .transaction(Contention::none(), (), |(), _| {
            Box::pin(async { Err(Undo::Wanted) })
        })
        .await;
    let untyped = tested
        .store
        .transact(
            Contention::none(),
            Box::new(|_| Box::pin(async { Err(Rollback) })),
        )
        .await;

    assert!(matches!(answer, Err(Undo::Wanted)), "{answer:?}");
    assert!(untyped.is_ok(), "{untyped:?}");
}

/// A user is inserted together with a session, so a reader that sees the user must find the session.
pub(super) async fn no_reader_sees_half_a_transaction(tested: TestStore) {
    let passes = Arc::new(AtomicU32::new(0));
    let ended = Arc::new(AtomicBool::new(false));
    let reader = read_until(tested.beside.clone(), passes.clone(), ended.clone());
    let reader = tokio::spawn(reader);

    for number in 1..=20 {
        let owner = user(number);
        let rows = [(&owner).into(), (&session(number, &owner)).into()];
        put(&tested.store, rows).await;
        while passes.load(Ordering::Relaxed) < number && !reader.is_finished() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
    ended.store(true, Ordering::Relaxed);

    let seen = reader.await.expect("the reader sees no half");
    assert!(seen > 0);
}

/// Reads users and their sessions; returns how often it saw both.
async fn read_until(store: Arc<dyn Store>, passes: Arc<AtomicU32>, ended: Arc<AtomicBool>) -> u32 {
    let mut seen = 0;
    while !ended.load(Ordering::Relaxed) {
        for number in 1..=20 {
            let found = store.find_user(user(number).id).await;
            if found.expect("it is looked up").is_some() {
                let sessions = store.sessions_of(user(number).id).await;
                assert_eq!(sessions.map(|all| all.len()).ok(), Some(1));
                seen += 1;
            }
        }
        passes.fetch_add(1, Ordering::Relaxed);
        tokio::task::yield_now().await;
    }
    seen
}

pub(super) async fn after_a_failed_method_nothing_is_committed(tested: TestStore) {
    put(&tested.store, [(&user(1)).into()]).await;

    let answer: Result<(), StoreError> = tested
        .store
        .transaction(Contention::none(), (), |(), tx| {
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
