use belgie_domain::{EventKind, FailureCode, FailureKey};

use super::TestStore;
use super::sample::{at, parsed};

pub(super) async fn of_40_failures_at_once_each_is_counted(tested: TestStore) {
    for key in [key(60, None), key(60, Some("google"))] {
        let tasks = (0..40).map(|number| {
            let (store, key) = (tested.node(number), key.clone());
            tokio::spawn(async move { store.count_failure(&key).await })
        });
        for task in tasks.collect::<Vec<_>>() {
            let counted = task.await.expect("the task ends");
            counted.expect("the failure is counted");
        }
    }

    let expected = [(key(60, None), 40), (key(60, Some("google")), 40)];
    assert_eq!(since(&tested, 0).await, expected);
}

pub(super) async fn failures_are_counted_by_minute_kind_provider_and_code(tested: TestStore) {
    let (sign_in, other) = (EventKind::SignIn, EventKind::SignOut);
    let (code, other_code) = (FailureCode::InvalidState, FailureCode::AccessDenied);
    let mut keys = [
        FailureKey::new(at(0), sign_in.clone(), None, code.clone()),
        FailureKey::new(at(60), sign_in.clone(), None, code.clone()),
        FailureKey::new(at(60), other, None, code.clone()),
        FailureKey::new(at(60), sign_in.clone(), Some(parsed("sso")), code),
        FailureKey::new(at(60), sign_in, None, other_code),
    ];
    for (times, key) in (1..).zip(&keys) {
        for _ in 0..times {
            let counted = tested.store.count_failure(key).await;
            counted.expect("the failure is counted");
        }
    }

    let mut expected: Vec<_> = keys.clone().into_iter().zip(1..).collect();
    expected.sort();
    assert_eq!(since(&tested, 0).await, expected);
    keys.sort();
    let later: Vec<_> = since(&tested, 60).await;
    let later: Vec<_> = later.into_iter().map(|(key, _)| key).collect();
    assert_eq!(later, keys[1..]);
    assert!(since(&tested, 120).await.is_empty());
}

pub(super) async fn old_failures_are_deleted_in_batches(tested: TestStore) {
    for second in [0, 60, 120, 180, 240, 300] {
        for _ in 0..2 {
            let counted = tested.store.count_failure(&key(second, None)).await;
            counted.expect("the failure is counted");
        }
    }
    let before = key(300, None).minute;

    let mut batches = Vec::new();
    for _ in 0..3 {
        let batch = tested.store.delete_failures_before(before, 3).await;
        batches.push(batch.expect("a batch is deleted"));
    }

    assert_eq!(batches, [3, 2, 0]);
    assert_eq!(since(&tested, 0).await, [(key(300, None), 2)]);
}

fn key(second: u32, provider: Option<&str>) -> FailureKey {
    let (kind, code) = (EventKind::SignIn, FailureCode::InvalidState);
    FailureKey::new(at(second), kind, provider.map(parsed), code)
}

async fn since(tested: &TestStore, second: u32) -> Vec<(FailureKey, u64)> {
    let failures = tested.store.failures_since(key(second, None).minute).await;
    failures.expect("they are listed")
}
