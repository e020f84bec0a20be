use belgie_domain::Attempt;
use belgie_ports::StoreError;

use super::TestStore;
use super::row::{assert_conflict, put, within};
use super::sample::{at, attempt, hash};

pub(super) async fn two_attempts_cannot_have_one_state(tested: &TestStore) {
    put(&*tested.store, [(&attempt(1)).into()]).await;
    let same_state = Attempt {
        state_hash: hash(1),
        ..attempt(2)
    };

    assert_conflict(&*tested.store, (&same_state).into()).await;

    let kept = tested.store.consume_attempt(hash(1)).await;
    assert_eq!(kept.ok(), Some(Some(attempt(1))));
}

pub(super) async fn an_attempt_is_consumed_once_expired_or_not(tested: &TestStore) {
    let expired = Attempt {
        expires_at: chrono::DateTime::UNIX_EPOCH,
        ..attempt(2)
    };
    put(&*tested.store, [(&attempt(1)).into(), (&expired).into()]).await;

    for expected in [attempt(1), expired] {
        let state = expected.state_hash;
        let first = tested.store.consume_attempt(state).await;
        assert_eq!(first.ok(), Some(Some(expected)));
        let second = tested.beside.consume_attempt(state).await;
        assert_eq!(second.ok(), Some(None));
    }
}

pub(super) async fn of_50_consumers_at_once_one_gets_the_attempt(tested: &TestStore) {
    for round in 1..=5 {
        put(&*tested.store, [(&attempt(round)).into()]).await;
        let consumers = (0..50).map(|number| {
            let nodes = [&tested.store, &tested.beside];
            let store = nodes[number % 2].clone();
            tokio::spawn(async move { store.consume_attempt(hash(round)).await })
        });

        let mut got = Vec::new();
        for consumer in consumers.collect::<Vec<_>>() {
            let answer = consumer.await.expect("the task ends");
            got.extend(answer.expect("the attempt is asked for"));
        }

        assert_eq!(got, [attempt(round)]);
    }
}

pub(super) async fn a_browsers_oldest_attempts_are_trimmed(tested: &TestStore) {
    let elsewhere = Attempt {
        binding_hash: hash(7),
        ..attempt(1)
    };
    let began_together = |number| Attempt {
        created_at: at(50),
        ..attempt(number)
    };
    let rows = [
        attempt(49),
        began_together(3),
        began_together(4),
        attempt(51),
    ];
    put(&*tested.store, rows.iter().map(Into::into)).await;
    put(&*tested.store, [(&elsewhere).into()]).await;
    let browser = attempt(2).binding_hash;

    assert_eq!(
        within!(tested.store, |tx| tx.trim_attempts_of(browser, 4)),
        0
    );
    assert_eq!(
        within!(tested.store, |tx| tx.trim_attempts_of(browser, 2)),
        2
    );

    for (number, stays) in [(49, false), (3, false), (4, true), (51, true), (1, true)] {
        let kept = tested.store.consume_attempt(hash(number)).await;
        assert_eq!(kept.expect("it is asked for").is_some(), stays, "{number}");
    }
}

pub(super) async fn expired_attempts_are_deleted_in_batches(tested: &TestStore) {
    let rows = (1..=6).map(|number| (&ends(number)).into());
    put(&*tested.store, rows).await;

    let mut batches = Vec::new();
    for _ in 0..3 {
        let batch = tested.store.delete_expired_attempts(at(5), 3);
        batches.push(batch.await.expect("a batch is deleted"));
    }

    assert_eq!(batches, [3, 2, 0]);
    let live = tested.store.consume_attempt(hash(6)).await;
    assert_eq!(live.ok(), Some(Some(ends(6))));
}

fn ends(number: u32) -> Attempt {
    Attempt {
        expires_at: at(number),
        ..attempt(number)
    }
}
