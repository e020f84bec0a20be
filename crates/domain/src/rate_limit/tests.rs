use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

const LIMIT: RateLimit = RateLimit::new(3, TimeDelta::seconds(10));

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).unwrap()
}

#[test]
fn a_full_bucket_grants_its_burst_and_one_more_each_time_a_permit_comes_back() {
    let (mut full_at, mut granted) = (at(0), Vec::new());
    for now in [0, 0, 0, 0, 9, 10, 10, 29, 30, 31] {
        let taken = LIMIT.take(full_at, at(now));
        granted.push(taken.is_some());
        full_at = taken.unwrap_or(full_at);
    }

    let expected = [
        true, true, true, false, false, true, false, true, true, false,
    ];
    assert_eq!(granted, expected);
}

#[test]
fn a_refusal_says_when_the_next_permit_comes() {
    let full_at = at(130);

    assert_eq!(LIMIT.take(full_at, at(100)), None);
    assert_eq!(LIMIT.retry_after(full_at, at(100)), TimeDelta::seconds(10));
    assert_eq!(LIMIT.retry_after(full_at, at(109)), TimeDelta::seconds(1));
    assert_eq!(LIMIT.retry_after(full_at, at(110)), TimeDelta::zero());
    assert!(LIMIT.take(full_at, at(110)).is_some());
}

#[test]
fn a_bucket_of_a_clock_that_was_far_ahead_does_not_name_a_time_far_ahead() {
    let retry_after = LIMIT.retry_after(at(1_000_000), at(0));

    assert_eq!(retry_after, TimeDelta::seconds(30));
}

#[test]
fn permits_that_are_put_back_can_be_taken_again_and_never_exceed_the_burst() {
    let taken = LIMIT.take(at(0), at(100)).unwrap();
    assert_eq!(LIMIT.put_back(taken, 1), at(100));

    let mut full_at = LIMIT.put_back(taken, 100);
    for _ in 0..3 {
        full_at = LIMIT.take(full_at, at(100)).unwrap();
    }
    assert_eq!(LIMIT.take(full_at, at(100)), None);
}

#[test]
fn a_limit_per_period_refills_in_that_period() {
    let limit = RateLimit::per(10, TimeDelta::minutes(15));

    assert_eq!(limit.refill_time(1), TimeDelta::seconds(90));
    assert_eq!(limit.refill_time(limit.burst()), TimeDelta::minutes(15));
}

#[test]
fn what_makes_no_sense_becomes_the_least_that_does() {
    for limit in [
        RateLimit::new(0, TimeDelta::seconds(-1)),
        RateLimit::per(0, TimeDelta::zero()),
    ] {
        assert_eq!(limit, RateLimit::new(1, TimeDelta::microseconds(1)));
    }
}

fn instants() -> impl Strategy<Value = DateTime<Utc>> {
    (0_i64..4_000_000).prop_map(|millis| DateTime::from_timestamp_millis(millis).unwrap())
}

fn limits() -> impl Strategy<Value = RateLimit> {
    (1_u32..50, 1_i64..100_000)
        .prop_map(|(burst, millis)| RateLimit::new(burst, TimeDelta::milliseconds(millis)))
}

proptest! {
    /// In any stretch of time no more than the burst and what comes back in it is granted.
    #[test]
    fn no_window_grants_more_than_the_burst_and_the_refill(
        limit in limits(),
        mut times in vec(instants(), 1..200),
    ) {
        times.sort();
        let (mut full_at, mut granted) = (at(0), Vec::new());
        for now in times {
            if let Some(taken) = limit.take(full_at, now) {
                granted.push(now);
                full_at = taken;
            }
        }

        for (index, from) in granted.iter().enumerate() {
            for (count, to) in (1..).zip(&granted[index..]) {
                let refilled = (*to - *from).num_microseconds().unwrap()
                    / limit.every.num_microseconds().unwrap();
                prop_assert!(count <= i64::from(limit.burst) + refilled);
            }
        }
    }

    #[test]
    fn who_waits_as_told_gets_a_permit(limit in limits(), pauses in vec(0_i64..10_000, 1..100)) {
        let (mut full_at, mut now) = (at(0), at(0));
        for pause in pauses {
            now += TimeDelta::milliseconds(pause);
            now += limit.retry_after(full_at, now);
            full_at = limit.take(full_at, now).unwrap();
        }
    }

    #[test]
    fn no_instant_and_no_limit_panics(
        burst in any::<u32>(),
        micros in any::<i64>(),
        permits in any::<u32>(),
        ends in any::<(bool, bool)>(),
    ) {
        let end = |last| if last { DateTime::<Utc>::MAX_UTC } else { DateTime::<Utc>::MIN_UTC };
        for limit in [
            RateLimit::new(burst, TimeDelta::microseconds(micros)),
            RateLimit::per(burst, TimeDelta::microseconds(micros)),
        ] {
            let (full_at, now) = (end(ends.0), end(ends.1));
            let _ = limit.take(full_at, now);
            let _ = limit.put_back(full_at, permits);
            prop_assert!(limit.retry_after(full_at, now) >= TimeDelta::zero());
        }
    }
}
