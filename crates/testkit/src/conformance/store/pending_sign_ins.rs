use belgie_domain::{Delivery, PendingSignIn, TokenHash, UserId};
use belgie_ports::{Contention, StoreError, StoreExt as _};

use super::TestStore;
use super::row::{put, within};
use super::sample::{at, browser, hash, pending, user};
use crate::changed;

pub(super) async fn a_pending_sign_in_is_read_back_field_by_field(tested: TestStore) {
    put(&tested.store, [(&user(1)).into()]).await;
    let bare = changed(pending(2, &user(1)), |pending| {
        (pending.email, pending.name, pending.picture) = (None, None, None);
        (pending.scope, pending.client_state, pending.replaces) = (None, None, None);
    });
    let newer = changed(pending(3, &user(1)), |pending| {
        pending.delivery = Delivery::from("a delivery of tomorrow");
    });

    for written in [pending(1, &user(1)), bare, newer] {
        wait(&tested, &written).await;

        let read = tested.beside.find_pending_sign_in(browser()).await;

        assert_eq!(read.ok(), Some(Some(written)));
    }
}

pub(super) async fn a_newer_pending_sign_in_replaces_that_of_its_browser(tested: TestStore) {
    put(&tested.store, [(&user(1)).into(), (&user(2)).into()]).await;
    let elsewhere = changed(pending(3, &user(1)), |pending| {
        pending.binding_hash = hash(7);
    });
    for waiting in [&pending(1, &user(1)), &elsewhere, &pending(2, &user(2))] {
        wait(&tested, waiting).await;
    }

    assert_eq!(found(&tested, browser()).await, Some(pending(2, &user(2))));
    assert_eq!(found(&tested, hash(7)).await, Some(elsewhere));
    assert_eq!(consumed(&tested, user(1).id).await, None);
}

pub(super) async fn a_pending_sign_in_needs_a_holder_that_exists(tested: TestStore) {
    let answer = tested
        .store
        .put_pending_sign_in(&pending(1, &user(1)))
        .await;

    assert!(matches!(answer, Err(StoreError::Conflict)), "{answer:?}");
    assert_eq!(found(&tested, browser()).await, None);
}

pub(super) async fn a_pending_sign_in_is_consumed_once_and_for_its_holder(tested: TestStore) {
    put(&tested.store, [(&user(1)).into(), (&user(2)).into()]).await;
    let expired = changed(pending(1, &user(1)), |pending| {
        pending.expires_at = chrono::DateTime::UNIX_EPOCH;
    });
    wait(&tested, &expired).await;

    assert_eq!(consumed(&tested, user(2).id).await, None);
    assert_eq!(consumed(&tested, user(1).id).await, Some(expired));
    assert_eq!(consumed(&tested, user(1).id).await, None);
    assert_eq!(found(&tested, browser()).await, None);
}

pub(super) async fn a_pending_sign_in_that_was_consumed_in_vain_still_waits(tested: TestStore) {
    put(&tested.store, [(&user(1)).into()]).await;
    wait(&tested, &pending(1, &user(1))).await;
    let holder = user(1).id;

    let rolled_back = tested
        .store
        .transaction(Contention::none(), (), move |(), tx| {
            Box::pin(async move {
                tx.consume_pending_sign_in(browser(), holder).await?;
                Err::<(), _>(StoreError::Other("on second thoughts".into()))
            })
        });

    assert!(rolled_back.await.is_err());
    assert_eq!(found(&tested, browser()).await, Some(pending(1, &user(1))));
}

pub(super) async fn of_20_consumers_at_once_one_gets_the_pending_sign_in(tested: TestStore) {
    put(&tested.store, [(&user(1)).into()]).await;
    wait(&tested, &pending(1, &user(1))).await;
    let holder = user(1).id;
    let consumers = (0..20).map(|number| {
        let store = tested.node(number);
        tokio::spawn(async move {
            let contention = Contention::on_user(holder);
            let consumed = store.transaction(contention, (), move |(), tx| {
                Box::pin(tx.consume_pending_sign_in(browser(), holder))
            });
            consumed.await
        })
    });

    let mut got = Vec::new();
    for consumer in consumers.collect::<Vec<_>>() {
        let answer = consumer.await.expect("the task ends");
        got.extend(answer.expect("it is asked for"));
    }

    assert_eq!(got, [pending(1, &user(1))]);
}

pub(super) async fn a_pending_sign_in_is_deleted_by_its_browser(tested: TestStore) {
    put(&tested.store, [(&user(1)).into()]).await;
    wait(&tested, &pending(1, &user(1))).await;

    for (browser, existed) in [(hash(7), false), (browser(), true), (browser(), false)] {
        let deleted = tested.store.delete_pending_sign_in(browser).await;
        assert_eq!(deleted.ok(), Some(existed));
    }
}

pub(super) async fn a_pending_sign_in_goes_with_its_holder(tested: TestStore) {
    for deletes_the_user in [true, false] {
        put(&tested.store, [(&user(1)).into(), (&user(2)).into()]).await;
        let elsewhere = changed(pending(2, &user(2)), |pending| {
            pending.binding_hash = hash(7);
        });
        wait(&tested, &pending(1, &user(1))).await;
        wait(&tested, &elsewhere).await;

        let (holder, other) = (user(1).id, user(2).id);
        let deleted = within(&tested.store, (), move |(), tx| {
            Box::pin(async move {
                if deletes_the_user {
                    return tx.delete_user(holder).await;
                }
                tx.delete_credentials_of(holder).await?;
                Ok(true)
            })
        });
        assert!(deleted.await);

        assert_eq!(found(&tested, browser()).await, None);
        assert_eq!(found(&tested, hash(7)).await, Some(elsewhere));
        let gone = within(&tested.store, (), move |(), tx| {
            Box::pin(async move {
                tx.delete_user(holder).await?;
                tx.delete_user(other).await
            })
        });
        assert!(gone.await);
    }
}

pub(super) async fn expired_pending_sign_ins_are_deleted_in_batches(tested: TestStore) {
    put(&tested.store, [(&user(1)).into()]).await;
    let ends = |number| {
        changed(pending(number, &user(1)), |pending| {
            pending.binding_hash = hash(number);
            pending.expires_at = at(number);
        })
    };
    for number in 1..=6 {
        wait(&tested, &ends(number)).await;
    }

    let mut batches = Vec::new();
    for _ in 0..3 {
        let batch = tested.store.delete_expired_pending_sign_ins(at(5), 3);
        batches.push(batch.await.expect("a batch is deleted"));
    }

    assert_eq!(batches, [3, 2, 0]);
    assert_eq!(found(&tested, hash(6)).await, Some(ends(6)));
}

async fn wait(tested: &TestStore, pending: &PendingSignIn) {
    let written = tested.store.put_pending_sign_in(pending).await;
    written.expect("it is written");
}

async fn found(tested: &TestStore, browser: TokenHash) -> Option<PendingSignIn> {
    let found = tested.store.find_pending_sign_in(browser).await;
    found.expect("it is asked for")
}

async fn consumed(tested: &TestStore, holder: UserId) -> Option<PendingSignIn> {
    within(&tested.store, (), move |(), tx| {
        Box::pin(tx.consume_pending_sign_in(browser(), holder))
    })
    .await
}
