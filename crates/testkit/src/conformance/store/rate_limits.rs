use belgie_domain::{LimitKey, Permit, RateLimit};
use chrono::{DateTime, TimeDelta, Utc};

use super::TestStore;
use super::sample::at;

const LIMIT: RateLimit = RateLimit::new(3, TimeDelta::seconds(10));

pub(super) async fn a_bucket_grants_its_burst_and_what_comes_back(tested: TestStore) {
    for (second, granted) in [
        (0, true),
        (0, true),
        (0, true),
        (0, false),
        (9, false),
        (10, true),
        (10, false),
        (29, true),
        (29, false),
        (100, true),
        (100, true),
        (100, true),
        (100, false),
    ] {
        let permit = take(&tested, 1, at(second)).await;
        assert_eq!(permit == Permit::Granted, granted, "{second}");
    }
}

pub(super) async fn a_refusal_says_how_long_to_wait_and_changes_nothing(tested: TestStore) {
    for second in [0, 1, 2] {
        assert_eq!(take(&tested, 1, at(second)).await, Permit::Granted);
    }

    for second in [3, 3, 7, 8] {
        let left = TimeDelta::seconds(10 - i64::from(second));
        let later = at(second) + TimeDelta::microseconds(1);
        assert_eq!(take(&tested, 1, at(second)).await, refused(left));
        let left = left - TimeDelta::microseconds(1);
        assert_eq!(take(&tested, 1, later).await, refused(left));
    }
    let too_early = at(10) - TimeDelta::microseconds(1);
    let left = TimeDelta::microseconds(1);
    assert_eq!(take(&tested, 1, too_early).await, refused(left));
    assert_eq!(take(&tested, 1, at(10)).await, Permit::Granted);
}

pub(super) async fn each_key_has_a_bucket_of_its_own(tested: TestStore) {
    for number in [1, 2] {
        for _ in 0..3 {
            assert_eq!(take(&tested, number, at(0)).await, Permit::Granted);
        }
        let permit = take(&tested, number, at(0)).await;
        assert_eq!(permit, refused(TimeDelta::seconds(10)));
    }
    let other = RateLimit::new(5, TimeDelta::seconds(1));
    let permit = tested.store.take_permit(key(3), other, at(0)).await;
    assert_eq!(permit.ok(), Some(Permit::Granted));
}

pub(super) async fn permits_that_are_returned_can_be_taken_again(tested: TestStore) {
    for (granted, returned) in [(3, 1), (1, 2), (2, 3), (3, 100), (3, 1)] {
        let mut taken = 0;
        while take(&tested, 1, at(0)).await == Permit::Granted {
            taken += 1;
        }
        assert_eq!(taken, granted, "before {returned} came back");
        for number in [1, 2] {
            let back = tested.store.return_permits(key(number), LIMIT, returned);
            back.await.expect("the permits are returned");
        }
    }
    assert_eq!(take(&tested, 2, at(0)).await, Permit::Granted);
}

pub(super) async fn of_200_takers_at_once_as_many_get_a_permit_as_there_are(tested: TestStore) {
    let limit = RateLimit::new(10, TimeDelta::seconds(90));
    for round in 1..=3 {
        let takers = (0..200).map(|number| {
            let store = tested.node(number);
            tokio::spawn(async move { store.take_permit(key(round), limit, at(0)).await })
        });

        let mut granted = 0;
        for taker in takers.collect::<Vec<_>>() {
            let answer = taker.await.expect("the task ends");
            let permit = answer.expect("the permit is asked for");
            granted += u32::from(permit == Permit::Granted);
        }

        assert_eq!(granted, 10);
    }
}

pub(super) async fn full_buckets_are_deleted_in_batches(tested: TestStore) {
    for number in 1..=6 {
        assert_eq!(take(&tested, number, at(number)).await, Permit::Granted);
    }
    for _ in 0..2 {
        assert_eq!(take(&tested, 6, at(6)).await, Permit::Granted);
    }

    let mut batches = Vec::new();
    for (second, limit) in [(10, 9), (11, 9), (16, 3), (16, 3), (35, 3), (36, 3)] {
        let batch = tested.store.delete_full_buckets(at(second), limit).await;
        batches.push(batch.expect("a batch is deleted"));
    }

    assert_eq!(batches, [0, 1, 3, 1, 0, 1]);
}

async fn take(tested: &TestStore, number: u32, now: DateTime<Utc>) -> Permit {
    let permit = tested.store.take_permit(key(number), LIMIT, now).await;
    permit.expect("the permit is asked for")
}

fn refused(retry_after: TimeDelta) -> Permit {
    Permit::Refused { retry_after }
}

fn key(number: u32) -> LimitKey {
    LimitKey::new("test", &[&number.to_string()])
}
