use chrono::{DateTime, TimeDelta, Utc};

use crate::{ClientInfo, ProviderId, SessionId, SessionToken, TokenHash, UserId};

/// A signed-in browser or program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Identifies the session to its owner. It grants no access.
    pub id: SessionId,
    /// The hash of the session token.
    pub token_hash: TokenHash,
    /// The user who is signed in.
    pub user_id: UserId,
    /// The provider used to sign in; `None` when there was none.
    pub provider: Option<ProviderId>,
    /// The address it was started from.
    pub ip_address: Option<std::net::IpAddr>,
    /// The user agent it was started with.
    pub user_agent: Option<String>,
    /// When it was started; the absolute lifetime counts from here.
    pub created_at: DateTime<Utc>,
    /// When the person last authenticated; sensitive changes require this to be recent.
    pub authenticated_at: DateTime<Utc>,
    /// When the expiry last moved; uses in between are not recorded.
    pub last_used_at: DateTime<Utc>,
    /// When it expires unless it is used before.
    pub expires_at: DateTime<Utc>,
}

/// How long sessions live. The settings of the same names describe each field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionPolicy {
    /// The lifetime of an unused session.
    pub max_age: TimeDelta,
    /// How much of that lifetime passes before use extends the expiry.
    pub update_age: TimeDelta,
    /// The lifetime of a session no matter how much it is used.
    pub absolute_max_age: TimeDelta,
    /// How recent an authentication must be for sensitive changes.
    pub fresh_age: TimeDelta,
    /// The most sessions one user may have; beyond that the oldest is deleted.
    pub per_user: u32,
}

/// The new times of a session whose expiry slides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slide {
    /// The session.
    pub token_hash: TokenHash,
    /// The expiry it must still have; otherwise another request has moved or ended it first.
    pub from: DateTime<Utc>,
    /// When it was used.
    pub last_used_at: DateTime<Utc>,
    /// When it expires now.
    pub expires_at: DateTime<Utc>,
}

impl Default for SessionPolicy {
    fn default() -> Self {
        Self {
            max_age: TimeDelta::days(7),
            update_age: TimeDelta::days(1),
            absolute_max_age: TimeDelta::days(30),
            fresh_age: TimeDelta::hours(1),
            per_user: 100,
        }
    }
}

/// Why a session policy is invalid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidSessionPolicy {
    /// This field is too small or too large.
    #[error("{0} is out of bounds")]
    OutOfBounds(&'static str),
    /// The expiry would only slide after it has passed, so even constant use would not keep a session alive.
    #[error("update_age is not less than max_age")]
    NeverSlides,
}

impl SessionPolicy {
    /// The longest lifetime of a session, and of a cookie (RFC 6265bis §5.5).
    pub const LONGEST: TimeDelta = TimeDelta::days(400);
    /// The largest default interval between two extensions.
    const DAY: TimeDelta = TimeDelta::days(1);
    /// Longer than any sensible setting, but small enough that adding it to a time cannot overflow.
    const EVER: TimeDelta = TimeDelta::days(100 * 365);

    /// Returns the default of `update_age`: a day, or a quarter of the lifetime where that is less.
    pub fn default_update_age(max_age: TimeDelta) -> TimeDelta {
        Self::DAY.min(max_age / 4)
    }

    /// Sets the lifetime of an unused session, and with it the default of `update_age`.
    #[must_use]
    pub fn max_age(self, max_age: TimeDelta) -> Self {
        Self {
            max_age,
            update_age: Self::default_update_age(max_age),
            ..self
        }
    }

    /// Checks that the policy is consistent.
    ///
    /// # Errors
    /// [`InvalidSessionPolicy`] names the offending field.
    pub fn check(&self) -> Result<(), InvalidSessionPolicy> {
        let second = TimeDelta::seconds(1);
        let bounds = [
            ("max_age", self.max_age, second..=Self::EVER),
            (
                "update_age",
                self.update_age,
                TimeDelta::zero()..=Self::EVER,
            ),
            (
                "absolute_max_age",
                self.absolute_max_age,
                second..=Self::LONGEST,
            ),
            ("fresh_age", self.fresh_age, TimeDelta::zero()..=Self::EVER),
        ];
        for (name, age, bounds) in bounds {
            if !bounds.contains(&age) {
                return Err(InvalidSessionPolicy::OutOfBounds(name));
            }
        }
        if self.per_user == 0 {
            return Err(InvalidSessionPolicy::OutOfBounds("per_user"));
        }
        if self.update_age >= self.max_age {
            return Err(InvalidSessionPolicy::NeverSlides);
        }
        Ok(())
    }
}

/// The input of [`Session::begin`].
#[derive(Clone, Debug)]
pub struct NewSession<'a> {
    /// The session's id.
    pub id: SessionId,
    /// The session's token.
    pub token: &'a SessionToken,
    /// The user who signs in.
    pub user_id: UserId,
    /// The provider that authenticated the user.
    pub provider: Option<ProviderId>,
    /// Where the request came from.
    pub client: &'a ClientInfo,
    /// The current time.
    pub now: DateTime<Utc>,
}

impl Session {
    /// Starts a session for a user who has just authenticated.
    pub fn begin(new: NewSession<'_>, policy: &SessionPolicy) -> Self {
        Self {
            id: new.id,
            token_hash: new.token.hash(),
            user_id: new.user_id,
            provider: new.provider,
            ip_address: new.client.ip_address,
            user_agent: new.client.user_agent.clone(),
            created_at: new.now,
            authenticated_at: new.now,
            last_used_at: new.now,
            expires_at: new.now + policy.max_age.min(policy.absolute_max_age),
        }
    }

    /// Returns when the session ends unless it is used: at its expiry, or at its absolute end, which may have been
    /// shortened since it was started.
    pub fn ends_at(&self, policy: &SessionPolicy) -> DateTime<Utc> {
        self.expires_at
            .min(self.created_at + policy.absolute_max_age)
    }

    /// Returns whether the session has ended by age: unused for too long, or started too long ago.
    pub fn is_expired(&self, policy: &SessionPolicy, now: DateTime<Utc>) -> bool {
        now >= self.ends_at(policy)
    }

    /// Returns the new times once `update_age` of the lifetime has passed. The expiry never exceeds the absolute end.
    pub fn slide(&self, policy: &SessionPolicy, now: DateTime<Utc>) -> Option<Slide> {
        if self.is_expired(policy, now) || now < self.last_used_at + policy.update_age {
            return None;
        }
        Some(Slide {
            token_hash: self.token_hash,
            from: self.expires_at,
            last_used_at: now,
            expires_at: (now + policy.max_age).min(self.created_at + policy.absolute_max_age),
        })
    }

    /// Returns whether the person authenticated recently enough for a sensitive change.
    pub fn is_fresh(&self, policy: &SessionPolicy, now: DateTime<Utc>) -> bool {
        now < self.authenticated_at + policy.fresh_age
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: DateTime<Utc> = DateTime::UNIX_EPOCH;

    fn session() -> Session {
        begun(&SessionPolicy::default())
    }

    fn begun(policy: &SessionPolicy) -> Session {
        let new = NewSession {
            id: SessionId::new(START, [1; 10]),
            token: &SessionToken::from_random([1; 32]),
            user_id: UserId::new(START, [2; 10]),
            provider: None,
            client: &ClientInfo::default(),
            now: START,
        };
        Session::begin(new, policy)
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
            assert_eq!(slide.from, session.expires_at);
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
            for hour in 0..24 * 40 {
                let now = START + TimeDelta::hours(hour);
                assert!(
                    session.expires_at <= day(30),
                    "{max_age} {update_age} {hour}"
                );
                assert!(now < day(30) || session.is_expired(&policy, now));
                if let Some(slide) = session.slide(&policy, now) {
                    assert!(now >= session.last_used_at + policy.update_age);
                    (session.last_used_at, session.expires_at) = (now, slide.expires_at);
                }
            }
        }
    }

    #[test]
    fn ses_06_the_expiry_slides_once_per_interval() {
        let policy = SessionPolicy::default();

        assert_eq!(
            session().slide(&policy, day(1) - TimeDelta::microseconds(1)),
            None
        );
        let slide = session().slide(&policy, day(1)).unwrap();
        let slid = Session {
            last_used_at: slide.last_used_at,
            expires_at: slide.expires_at,
            ..session()
        };
        assert_eq!(slid.slide(&policy, day(1)), None);
        assert_eq!(
            slid.slide(&policy, day(2) - TimeDelta::microseconds(1)),
            None
        );
        assert!(slid.slide(&policy, day(2)).is_some());
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
}
