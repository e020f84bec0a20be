use super::TestStore;
use super::sample::{at, hash};

pub(super) async fn an_id_token_is_used_once(tested: TestStore) {
    for (number, first) in [(1, true), (1, false), (2, true), (1, false), (2, false)] {
        assert_eq!(use_token(&tested, number).await, first, "{number}");
    }

    let elsewhere = tested.beside.use_id_token(hash(1), at(99)).await;
    assert_eq!(elsewhere.ok(), Some(false));
}

pub(super) async fn of_50_uses_of_an_id_token_at_once_one_is_the_first(tested: TestStore) {
    for round in 1..=5 {
        let uses = (0..50).map(|number| {
            let store = tested.node(number);
            tokio::spawn(async move { store.use_id_token(hash(round), at(9)).await })
        });

        let mut first = 0;
        for one in uses.collect::<Vec<_>>() {
            let answer = one.await.expect("the task ends");
            first += u32::from(answer.expect("the use is recorded"));
        }

        assert_eq!(first, 1);
    }
}

pub(super) async fn expired_id_tokens_are_deleted_in_batches(tested: TestStore) {
    for number in 1..=6 {
        assert!(use_token(&tested, number).await);
    }

    let mut batches = Vec::new();
    for _ in 0..3 {
        let batch = tested.store.delete_expired_id_tokens(at(5), 3).await;
        batches.push(batch.expect("a batch is deleted"));
    }

    assert_eq!(batches, [3, 2, 0]);
    assert!(!use_token(&tested, 6).await);
    assert!(use_token(&tested, 1).await);
}

/// Returns whether it is the first use. The token expires at the time of the same number.
async fn use_token(tested: &TestStore, number: u32) -> bool {
    let first = tested.store.use_id_token(hash(number), at(number)).await;
    first.expect("the use is recorded")
}
