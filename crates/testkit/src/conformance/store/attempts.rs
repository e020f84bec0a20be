use belgie_domain::{Attempt, TokenHash};
use belgie_ports::StoreError;

use super::TestStore;
use super::row::begin;
use super::sample::{at, attempt, browser, hash, parsed};
use crate::changed;

pub(super) async fn two_attempts_of_a_browser_cannot_have_one_state(tested: TestStore) {
    begin(&tested.store, [attempt(1)]).await;
    let same_state = changed(attempt(2), |attempt| attempt.state_hash = hash(1));

    let answer = tested.store.insert_attempt(&same_state, 5).await;

    assert!(matches!(answer, Err(StoreError::Conflict)), "{answer:?}");
    assert_eq!(consume(&tested, 1, browser()).await, Some(attempt(1)));
}

pub(super) async fn an_attempt_is_consumed_once_expired_or_not(tested: TestStore) {
    let expired = changed(attempt(2), |attempt| {
        attempt.expires_at = chrono::DateTime::UNIX_EPOCH;
    });
    begin(&tested.store, [attempt(1), expired.clone()]).await;

    for (number, expected) in [(1, attempt(1)), (2, expired)] {
        assert_eq!(consume(&tested, number, browser()).await, Some(expected));
        let second = tested.beside.consume_attempt(hash(number), browser()).await;
        assert_eq!(second.ok(), Some(None));
    }
}

pub(super) async fn another_browser_neither_gets_an_attempt_nor_ends_it(tested: TestStore) {
    begin(&tested.store, [attempt(1)]).await;

    for other in [hash(7), attempt(1).state_hash, hash(0)] {
        assert_eq!(consume(&tested, 1, other).await, None);
    }

    assert_eq!(consume(&tested, 1, browser()).await, Some(attempt(1)));
}

pub(super) async fn of_50_consumers_at_once_one_gets_the_attempt(tested: TestStore) {
    for round in 1..=5 {
        begin(&tested.store, [attempt(round)]).await;
        let consumers = (0..50).map(|number| {
            let store = tested.node(number);
            tokio::spawn(async move { store.consume_attempt(hash(round), browser()).await })
        });

        let mut got = Vec::new();
        for consumer in consumers.collect::<Vec<_>>() {
            let answer = consumer.await.expect("the task ends");
            got.extend(answer.expect("the attempt is asked for"));
        }

        assert_eq!(got, [attempt(round)]);
    }
}

/// As when an impatient visitor reloads a sign-in page many times: no attempt waits for another or conflicts with it.
pub(super) async fn of_50_attempts_of_one_browser_at_once_all_begin(tested: TestStore) {
    let tasks = (1..=50).map(|number| {
        let store = tested.node(number);
        tokio::spawn(async move { store.insert_attempt(&attempt(number), 5).await })
    });
    for task in tasks.collect::<Vec<_>>() {
        let begun = task.await.expect("the task ends");
        begun.expect("the attempt begins");
    }

    let begun = tested.store.insert_attempt(&attempt(51), 5).await;
    begun.expect("the attempt begins");

    let counts = tested.store.count_attempts(1).await;
    assert_eq!(counts.expect("they are counted").total, 5);
    for number in 47..=51 {
        let kept = consume(&tested, number, browser()).await;
        assert_eq!(kept, Some(attempt(number)));
    }
}

pub(super) async fn a_browsers_oldest_attempts_are_trimmed(tested: TestStore) {
    let elsewhere = changed(attempt(1), |attempt| attempt.binding_hash = hash(7));
    let began_together = |number| changed(attempt(number), |attempt| attempt.created_at = at(50));
    let rows = [attempt(49), began_together(3), began_together(4)];
    begin(&tested.store, rows).await;
    begin(&tested.store, [elsewhere]).await;

    for (number, keep, total) in [(51, 4, 5), (52, 3, 4)] {
        let begun = tested.store.insert_attempt(&attempt(number), keep).await;
        begun.expect("the attempt begins");
        let counts = tested.store.count_attempts(1).await;
        assert_eq!(counts.expect("they are counted").total, total);
    }

    for (number, stays) in [(49, false), (3, false), (4, true), (51, true), (52, true)] {
        let kept = consume(&tested, number, browser()).await;
        assert_eq!(kept.is_some(), stays, "{number}");
    }
    assert!(consume(&tested, 1, hash(7)).await.is_some());
}

pub(super) async fn attempts_are_counted_by_network_where_it_has_many(tested: TestStore) {
    let networks = [
        None,
        Some("192.0.2.1"),
        Some("2001:db8:1:2::/64"),
        Some("192.0.2.1"),
        Some("2001:db8:1:2::/64"),
        Some("192.0.2.1"),
        Some("192.0.2.2"),
    ];
    let rows = (1..).zip(networks).map(|(number, network)| {
        changed(attempt(number), |attempt| {
            attempt.network = network.map(parsed);
        })
    });
    begin(&tested.store, rows).await;
    let by_network = [
        (parsed("192.0.2.1"), 3),
        (parsed("192.0.2.2"), 1),
        (parsed("2001:db8:1:2::/64"), 2),
    ];

    for share in 1..=4 {
        let counts = tested.store.count_attempts(share).await;
        let mut counts = counts.expect("they are counted");
        counts.by_network.sort();

        let many = by_network.iter().copied();
        let many: Vec<_> = many.filter(|(_, count)| *count >= share).collect();
        assert_eq!((counts.total, counts.by_network), (7, many));
    }
}

pub(super) async fn expired_attempts_are_deleted_in_batches(tested: TestStore) {
    begin(&tested.store, (1..=6).map(ends)).await;

    let mut batches = Vec::new();
    for _ in 0..3 {
        let batch = tested.store.delete_expired_attempts(at(5), 3);
        batches.push(batch.await.expect("a batch is deleted"));
    }

    assert_eq!(batches, [3, 2, 0]);
    assert_eq!(consume(&tested, 6, browser()).await, Some(ends(6)));
}

async fn consume(tested: &TestStore, number: u32, browser: TokenHash) -> Option<Attempt> {
    let consumed = tested.store.consume_attempt(hash(number), browser).await;
    consumed.expect("it is asked for")
}

fn ends(number: u32) -> Attempt {
    changed(attempt(number), |attempt| attempt.expires_at = at(number))
}
