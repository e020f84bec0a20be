//! Completed writes survive reopening the data, and a store behind an `Arc` is the same store.

use std::sync::Arc;

use belgie_domain::{EventKind, FailureCode, FailureKey};
use belgie_ports::{Contention, EventQuery, Store, StoreError, StoreExt as _};

use super::TestStore;
use super::row::{begin, put};
use super::sample::{account, at, attempt, browser, event, hash, item, session, user};

pub(super) async fn what_was_written_is_there_when_the_store_is_opened_again(tested: TestStore) {
    write_one_of_each(&tested.store).await;

    if let Some(reopened) = tested.reopened().await {
        assert_one_of_each(&reopened.store).await;
        put(&reopened.store, [(&user(2)).into()]).await;
    }
}

pub(super) async fn a_store_behind_an_arc_is_the_same_store(tested: TestStore) {
    let shared: Arc<Arc<dyn Store>> = Arc::new(Arc::clone(&tested.store));

    write_one_of_each(&shared).await;
    let renamed: Result<bool, StoreError> = shared
        .transaction(Contention::none(), user(1), |user, tx| tx.update_user(user))
        .await;
    assert_eq!(renamed.ok(), Some(true));
    assert_eq!(shared.ping().await.ok(), Some(()));

    assert_one_of_each(&tested.store).await;
}

async fn write_one_of_each(store: &dyn Store) {
    let jane = user(1);
    let rows = [
        (&jane).into(),
        (&account(1, &jane)).into(),
        (&session(1, &jane)).into(),
        (&event(1, &jane)).into(),
        (&item(1)).into(),
    ];
    put(store, rows).await;
    begin(store, [attempt(1)]).await;
    let counted = store.count_failure(&failure()).await;
    counted.expect("the failure is counted");
}

async fn assert_one_of_each(store: &dyn Store) {
    let jane = user(1);
    let accounts = store.accounts_of(jane.id).await;
    assert_eq!(accounts.ok(), Some(vec![account(1, &jane)]));
    let events = store.events(EventQuery::newest(9)).await;
    assert_eq!(events.ok(), Some(vec![event(1, &jane)]));
    let found = store.find_session_by_token(hash(1)).await;
    assert_eq!(found.ok(), Some(Some((session(1, &jane), jane))));
    let consumed = store.consume_attempt(hash(1), browser()).await;
    assert_eq!(consumed.ok(), Some(Some(attempt(1))));
    let failures = store.failures_since(failure().minute).await;
    assert_eq!(failures.ok(), Some(vec![(failure(), 1)]));
    let claimed = store.claim_outbox_item("mail", at(1), at(2)).await;
    let claimed = claimed.expect("the item is asked for");
    assert_eq!(claimed.map(|claimed| claimed.id), Some(item(1).id));
}

fn failure() -> FailureKey {
    FailureKey::new(at(1), EventKind::SignIn, None, FailureCode::InvalidState)
}
