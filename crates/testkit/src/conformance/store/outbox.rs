use belgie_domain::OutboxItem;
use belgie_ports::{Contention, StoreError, StoreExt as _};
use chrono::{DateTime, Utc};

use super::TestStore;
use super::row::{assert_conflict, put, within};
use super::sample::{at, item, user};

pub(super) async fn an_item_is_claimed_field_by_field(tested: TestStore) {
    let payload = "{\"to\": \"😀\"}\n".repeat(500);
    let mut odd = OutboxItem::new(item(1).id, "тема 'of' \"its own\"", payload, at(1));
    odd.attempts = 41;
    odd.about = Some("тема 'of' \"its own\"".to_owned());
    put(&tested.store, [(&odd).into()]).await;

    let got = tested.store.claim_outbox_item(&odd.topic, at(1), at(2));

    let expected = claimed(odd.clone(), at(2), 42);
    assert_eq!(got.await.expect("it is asked for"), Some(expected));
}

pub(super) async fn two_items_cannot_have_one_id(tested: TestStore) {
    put(&tested.store, [(&item(1)).into()]).await;
    let mut same_id = item(2);
    same_id.id = item(1).id;

    assert_conflict(&tested.store, (&same_id).into()).await;

    let kept = claim(&tested, 10, 20).await;
    assert_eq!(kept, Some(claimed(item(1), at(20), 1)));
    assert_eq!(claim(&tested, 10, 20).await, None);
}

pub(super) async fn an_outbox_item_is_committed_or_rolled_back_with_its_transaction(
    tested: TestStore,
) {
    put(&tested.store, [(&user(1)).into(), (&item(1)).into()]).await;
    let undone: Result<(), StoreError> = tested
        .store
        .transaction(Contention::none(), (), |(), tx| {
            Box::pin(async move {
                tx.insert_outbox_item(&item(2)).await?;
                Err(StoreError::Other("the work changes its mind".into()))
            })
        })
        .await;

    assert!(matches!(undone, Err(StoreError::Other(_))), "{undone:?}");
    let committed = claim(&tested, 10, 20).await;
    assert_eq!(committed, Some(claimed(item(1), at(20), 1)));
    assert_eq!(claim(&tested, 10, 20).await, None);
}

pub(super) async fn of_50_claims_at_once_one_gets_the_item(tested: TestStore) {
    for round in 1..=5 {
        put(&tested.store, [(&item(round)).into()]).await;
        let claims = (0..50).map(|number| {
            let store = tested.node(number);
            tokio::spawn(async move { store.claim_outbox_item("mail", at(10), at(20)).await })
        });

        let mut got = Vec::new();
        for claim in claims.collect::<Vec<_>>() {
            let answer = claim.await.expect("the task ends");
            got.extend(answer.expect("the item is asked for"));
        }

        assert_eq!(got, [claimed(item(round), at(20), 1)]);
    }
}

/// A claim that skips an item being claimed by another must not miss the free ones.
pub(super) async fn many_claims_at_once_get_an_item_each(tested: TestStore) {
    put(&tested.store, (1..=20).map(item).map(|item| (&item).into())).await;
    let workers = (0..4).map(|number| {
        let store = tested.node(number);
        tokio::spawn(async move {
            let mut got = Vec::new();
            loop {
                let claimed = store.claim_outbox_item("mail", at(30), at(40)).await;
                match claimed.expect("the item is asked for") {
                    Some(item) => got.push(item.id),
                    None => return got,
                }
            }
        })
    });

    let mut got = Vec::new();
    for worker in workers.collect::<Vec<_>>() {
        got.extend(worker.await.expect("the worker ends"));
    }

    got.sort();
    let all: Vec<_> = (1..=20).map(|number| item(number).id).collect();
    assert_eq!(got, all);
}

pub(super) async fn a_claimed_item_is_due_again_when_the_claim_ends(tested: TestStore) {
    put(&tested.store, [(&item(5)).into()]).await;

    assert_eq!(claim(&tested, 4, 99).await, None);
    let first = claim(&tested, 5, 10).await;
    assert_eq!(first, Some(claimed(item(5), at(10), 1)));
    assert_eq!(claim(&tested, 9, 99).await, None);
    let second = claim(&tested, 10, 20).await;
    assert_eq!(second, Some(claimed(item(5), at(20), 2)));
    assert_eq!(claim(&tested, 19, 99).await, None);
}

pub(super) async fn due_items_of_a_topic_are_claimed_in_the_order_of_their_ids(tested: TestStore) {
    let elsewhere = OutboxItem::new(item(1).id, "metrics", String::new(), at(1));
    let mut later = item(2);
    later.due_at = at(50);
    let rows = [item(4), elsewhere.clone(), item(3), later.clone(), item(5)];
    put(&tested.store, rows.iter().map(Into::into)).await;

    let mut order = Vec::new();
    while let Some(item) = claim(&tested, 50, 99).await {
        order.push(item.id);
    }

    let expected = [2, 3, 4, 5].map(|number| item(number).id);
    assert_eq!(order, expected);
    let other = tested.store.claim_outbox_item("metrics", at(50), at(99));
    let other = other.await.expect("it is asked for");
    assert_eq!(other.map(|item| item.id), Some(elsewhere.id));
}

pub(super) async fn a_postponed_item_is_due_again_then(tested: TestStore) {
    put(&tested.store, [(&item(5)).into()]).await;
    let first = claim(&tested, 5, 10).await;
    assert_eq!(first, Some(claimed(item(5), at(10), 1)));

    let postponed = tested.beside.postpone_outbox_item(item(5).id, at(30));
    assert_eq!(postponed.await.ok(), Some(true));

    assert_eq!(claim(&tested, 29, 99).await, None);
    let second = claim(&tested, 30, 40).await;
    assert_eq!(second, Some(claimed(item(5), at(40), 2)));
}

pub(super) async fn a_finished_item_is_gone(tested: TestStore) {
    put(&tested.store, [(&item(1)).into(), (&item(2)).into()]).await;

    let finished = tested.store.finish_outbox_item(item(1).id).await;
    assert_eq!(finished.ok(), Some(true));

    let again = tested.beside.finish_outbox_item(item(1).id).await;
    assert_eq!(again.ok(), Some(false));
    let other = claim(&tested, 10, 20).await;
    assert_eq!(other, Some(claimed(item(2), at(20), 1)));
    assert_eq!(claim(&tested, 10, 20).await, None);
}

pub(super) async fn items_about_someone_are_listed_and_deleted_together_claimed_or_not(
    tested: TestStore,
) {
    let about = |number, whom: &str| item(number).about(whom);
    let rows = [
        about(1, "jane@example.com"),
        about(2, "jane@example.com"),
        about(3, "JANE@example.com"),
        item(4),
    ];
    put(&tested.store, rows.iter().map(Into::into)).await;
    assert_eq!(
        claim(&tested, 1, 99).await.map(|item| item.id),
        Some(item(1).id)
    );

    for (limit, expected) in [(9, vec![1, 2]), (1, vec![1])] {
        let listed = tested.store.outbox_items_about("jane@example.com", limit);
        let listed = listed.await.expect("they are listed").into_iter();
        let expected: Vec<_> = expected.into_iter().map(|number| item(number).id).collect();
        assert_eq!(listed.map(|item| item.id).collect::<Vec<_>>(), expected);
    }

    for expected in [2, 0] {
        let deleted = within(&tested.store, (), |(), tx| {
            tx.delete_outbox_items_about("jane@example.com")
        });
        assert_eq!(deleted.await, expected);
    }

    let finished = tested.beside.finish_outbox_item(item(1).id).await;
    assert_eq!(finished.ok(), Some(false));
    for number in [3, 4] {
        let left = claim(&tested, 10, 20).await;
        assert_eq!(left.map(|item| item.id), Some(item(number).id));
    }
    assert_eq!(claim(&tested, 10, 20).await, None);
}

async fn claim(tested: &TestStore, now: u32, until: u32) -> Option<OutboxItem> {
    let claim = tested.store.claim_outbox_item("mail", at(now), at(until));
    claim.await.expect("the item is asked for")
}

fn claimed(item: OutboxItem, until: DateTime<Utc>, attempts: u32) -> OutboxItem {
    let mut claimed = item;
    claimed.due_at = until;
    claimed.attempts = attempts;
    claimed
}
