use super::*;

const START: DateTime<Utc> = DateTime::UNIX_EPOCH;

fn session() -> Session {
    begun(&SessionPolicy::default())
}

fn begun(policy: &SessionPolicy) -> Session {
    let id = SessionId::new(START, [1; 10]);
    let token = SessionToken::from_random([1; 32]);
    Session::begin(id, &token, UserId::new(START, [2; 10]), policy, START)
}

fn day(days: i64) -> DateTime<Utc> {
    START + TimeDelta::days(days)
}

#[test]
fn a_policy_that_cannot_be_lived_by_is_refused() {
    let refused = |change: fn(&mut SessionPolicy)| {
        let mut policy = SessionPolicy::default();
        change(&mut policy);
        policy.check().unwrap_err()
    };

    assert_eq!(SessionPolicy::default().check(), Ok(()));
    assert_eq!(
        refused(|policy| policy.update_age = policy.max_age),
        InvalidSessionPolicy::NeverSlides
    );
    for (name, change) in [
        (
            "max_age",
            (|policy| policy.max_age = TimeDelta::MAX) as fn(&mut SessionPolicy),
        ),
        ("max_age", |policy| policy.max_age = TimeDelta::zero()),
        ("update_age", |policy| policy.update_age = TimeDelta::MIN),
        ("absolute_max_age", |policy| {
            policy.absolute_max_age = TimeDelta::days(401);
        }),
        ("fresh_age", |policy| policy.fresh_age = TimeDelta::MAX),
        ("per_user", |policy| policy.per_user = 0),
    ] {
        assert_eq!(refused(change), InvalidSessionPolicy::OutOfBounds(name));
    }
}

#[test]
fn the_expiry_of_a_short_life_slides_after_a_quarter_of_it() {
    for (max_age, update_age) in [
        (TimeDelta::days(7), TimeDelta::days(1)),
        (TimeDelta::days(4), TimeDelta::days(1)),
        (TimeDelta::days(2), TimeDelta::hours(12)),
        (TimeDelta::hours(1), TimeDelta::minutes(15)),
        (TimeDelta::seconds(1), TimeDelta::milliseconds(250)),
    ] {
        let policy = SessionPolicy::default().max_age(max_age);
        assert_eq!(policy.update_age, update_age);
        assert_eq!(policy.check(), Ok(()));
    }
    let default = SessionPolicy::default();
    assert_eq!(default.clone().max_age(default.max_age), default);
}

#[test]
fn ses_05_a_session_ends_when_it_is_unused_for_its_idle_life() {
    let policy = SessionPolicy::default();

    assert!(!session().is_expired(&policy, day(7) - TimeDelta::microseconds(1)));
    assert!(session().is_expired(&policy, day(7)));
}

#[test]
fn ses_05_the_idle_expiry_slides_and_the_absolute_one_never_moves() {
    let policy = SessionPolicy::default();
    let mut session = session();
    for today in 1..30 {
        let slide = session.slide(&policy, day(today)).unwrap();
        assert_eq!(slide.from, session.last_used_at);
        (session.last_used_at, session.expires_at) = (slide.last_used_at, slide.expires_at);
        assert_eq!(session.expires_at, day((today + 7).min(30)));
    }

    assert!(session.is_expired(&policy, day(30)));
    assert_eq!(session.slide(&policy, day(30)), None);
}

#[test]
fn ses_05_a_session_in_use_lives_to_its_last_microsecond_and_no_longer() {
    let policy = SessionPolicy::default();
    let mut session = session();
    let instant = TimeDelta::microseconds(1);
    for now in [
        day(7) - instant,
        day(14) - instant - instant,
        day(20),
        day(26),
    ] {
        let slide = session.slide(&policy, now).unwrap();
        (session.last_used_at, session.expires_at) = (slide.last_used_at, slide.expires_at);
    }

    assert!(!session.is_expired(&policy, day(30) - instant));
    let last = session.slide(&policy, day(30) - instant).unwrap();
    assert_eq!(last.expires_at, day(30));
    assert!(session.is_expired(&policy, day(30)));
    session.expires_at = day(99);
    assert!(session.is_expired(&policy, day(30)), "whatever was written");
}

#[test]
fn ses_05_no_setting_lets_a_session_outlive_its_absolute_end() {
    for (max_age, update_age) in [(7, 1), (99, 1), (99, 99), (1, 0), (30, 30), (31, 0)] {
        let policy = SessionPolicy {
            max_age: TimeDelta::days(max_age),
            update_age: TimeDelta::days(update_age),
            ..SessionPolicy::default()
        };
        let mut session = begun(&policy);
        let mut moved_at = START;
        for hour in 0..24 * 40 {
            let now = START + TimeDelta::hours(hour);
            assert!(
                session.expires_at <= day(30),
                "{max_age} {update_age} {hour}"
            );
            assert!(now < day(30) || session.is_expired(&policy, now));
            if let Some(slide) = session.slide(&policy, now) {
                if slide.expires_at != session.expires_at {
                    assert!(now >= moved_at + policy.update_age);
                    moved_at = now;
                }
                (session.last_used_at, session.expires_at) = (now, slide.expires_at);
            }
        }
    }
}

/// Uses a session, and returns whether its expiry moved, if anything was written.
fn use_at(session: &mut Session, policy: &SessionPolicy, now: DateTime<Utc>) -> Option<bool> {
    let slide = session.slide(policy, now)?;
    let has_moved = slide.expires_at != session.expires_at;
    (session.last_used_at, session.expires_at) = (slide.last_used_at, slide.expires_at);
    Some(has_moved)
}

#[test]
fn ses_06_the_expiry_slides_once_per_interval() {
    let (policy, mut session) = (SessionPolicy::default(), session());
    let instant = TimeDelta::microseconds(1);

    assert_eq!(use_at(&mut session, &policy, day(1) - instant), Some(false));
    assert_eq!(session.expires_at, day(7));
    assert_eq!(use_at(&mut session, &policy, day(1)), Some(true));
    assert_eq!(session.expires_at, day(8));
    assert_eq!(use_at(&mut session, &policy, day(1)), None);
    assert_eq!(use_at(&mut session, &policy, day(2) - instant), Some(false));
    assert_eq!(use_at(&mut session, &policy, day(2)), Some(true));
}

#[test]
fn ses_06_a_use_is_recorded_at_most_once_an_hour() {
    let (policy, mut session) = (SessionPolicy::default(), session());
    let hour = TimeDelta::hours(1);

    let instant = TimeDelta::microseconds(1);
    assert_eq!(use_at(&mut session, &policy, START + hour - instant), None);
    assert_eq!(use_at(&mut session, &policy, START + hour), Some(false));
    assert_eq!(
        (session.last_used_at, session.expires_at),
        (START + hour, day(7))
    );

    let mut writes = 0;
    for second in 0..24 * 60 * 60 {
        let now = session.created_at + hour + TimeDelta::seconds(second);
        writes += u32::from(use_at(&mut session, &policy, now).is_some());
    }
    // The expiry moves once in this day, and it need not be on the hour.
    assert!((23..=24).contains(&writes), "{writes}");
}

#[test]
fn ses_05_a_shorter_idle_life_in_the_settings_applies_at_the_next_use() {
    let (long, mut session) = (SessionPolicy::default(), session());
    let short = long.max_age(TimeDelta::hours(2));

    assert_eq!(
        use_at(&mut session, &short, START + TimeDelta::minutes(1)),
        Some(true)
    );
    assert_eq!(session.expires_at, START + TimeDelta::minutes(121));
}

#[test]
fn a_shorter_absolute_life_in_the_settings_ends_sessions_at_once() {
    let policy = SessionPolicy {
        absolute_max_age: TimeDelta::hours(1),
        ..SessionPolicy::default()
    };

    assert!(session().is_expired(&policy, START + TimeDelta::hours(1)));
}

#[test]
fn a_clock_that_goes_back_neither_ends_nor_slides_a_session() {
    let policy = SessionPolicy::default();

    assert!(!session().is_expired(&policy, day(-1)));
    assert_eq!(session().slide(&policy, day(-1)), None);
}

#[test]
fn a_session_is_fresh_for_an_hour_after_the_authentication() {
    let policy = SessionPolicy::default();

    assert!(session().is_fresh(&policy, START + TimeDelta::minutes(59)));
    assert!(!session().is_fresh(&policy, START + TimeDelta::hours(1)));
}
