use chrono::{DateTime, TimeDelta, Utc};

use crate::{ClientInfo, ProviderId, SessionId, SessionToken, TokenHash, UserId};

/// A signed-in browser or program.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
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
    /// When it was last used, to the hour: see [`SessionPolicy::RECORDED_USE`].
    pub last_used_at: DateTime<Utc>,
    /// When it expires unless it is used before then.
    pub expires_at: DateTime<Utc>,
}

/// How long sessions live. The settings of the same names describe each field.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
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

/// A recorded use of a session: the new times, and the last use that was recorded before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Slide {
    /// The session.
    pub token_hash: TokenHash,
    /// The last use that must still be recorded; otherwise another request has come first, or the session has ended.
    pub from: DateTime<Utc>,
    /// When it was used.
    pub last_used_at: DateTime<Utc>,
    /// When it expires from then on, which may be as before.
    pub expires_at: DateTime<Utc>,
}

impl Slide {
    /// Creates the slide of a session that is used at `last_used_at` and expires at `expires_at` from then on.
    pub fn of(session: &Session, last_used_at: DateTime<Utc>, expires_at: DateTime<Utc>) -> Self {
        Self {
            token_hash: session.token_hash,
            from: session.last_used_at,
            last_used_at,
            expires_at,
        }
    }
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
    /// How much later than the last recorded use another one is recorded, so that a list of sessions says when each was
    /// used, and most requests write nothing.
    pub const RECORDED_USE: TimeDelta = TimeDelta::hours(1);
    /// The largest default interval between two extensions.
    const DAY: TimeDelta = TimeDelta::days(1);
    /// Longer than any sensible setting, but small enough that adding it to a time cannot overflow.
    const EVER: TimeDelta = TimeDelta::days(100 * 365);

    /// Returns the default of `update_age`: a day, or a quarter of the lifetime if that is less.
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

    /// Sets how much of the lifetime passes before use extends the expiry.
    #[must_use]
    pub fn update_age(self, update_age: TimeDelta) -> Self {
        Self { update_age, ..self }
    }

    /// Sets the lifetime of a session no matter how much it is used.
    #[must_use]
    pub fn absolute_max_age(self, absolute_max_age: TimeDelta) -> Self {
        Self {
            absolute_max_age,
            ..self
        }
    }

    /// Sets how recent an authentication must be for sensitive changes.
    #[must_use]
    pub fn fresh_age(self, fresh_age: TimeDelta) -> Self {
        Self { fresh_age, ..self }
    }

    /// Sets the most sessions one user may have.
    #[must_use]
    pub fn per_user(self, per_user: u32) -> Self {
        Self { per_user, ..self }
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

impl Session {
    /// Starts a session for a user who has just authenticated.
    pub fn begin(
        id: SessionId,
        token: &SessionToken,
        user_id: UserId,
        policy: &SessionPolicy,
        now: DateTime<Utc>,
    ) -> Self {
        let expires_at = now + policy.max_age.min(policy.absolute_max_age);
        Self::new(id, token.hash(), user_id, now, expires_at)
    }

    /// Creates a session that has not been used since its start, without a provider or client information.
    pub fn new(
        id: SessionId,
        token_hash: TokenHash,
        user_id: UserId,
        created_at: DateTime<Utc>,
        expires_at: DateTime<Utc>,
    ) -> Self {
        Self {
            id,
            token_hash,
            user_id,
            provider: None,
            ip_address: None,
            user_agent: None,
            created_at,
            authenticated_at: created_at,
            last_used_at: created_at,
            expires_at,
        }
    }

    /// Sets the provider used to sign in.
    #[must_use]
    pub fn with_provider(self, provider: impl Into<Option<ProviderId>>) -> Self {
        Self {
            provider: provider.into(),
            ..self
        }
    }

    /// Sets where the session is started from.
    #[must_use]
    pub fn with_client(self, client: &ClientInfo) -> Self {
        Self {
            ip_address: client.ip_address,
            user_agent: client.user_agent.clone(),
            ..self
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

    /// Returns the new times of a session that is used, if its expiry is due to move, or if the recorded use is an hour
    /// old.
    pub fn slide(&self, policy: &SessionPolicy, now: DateTime<Utc>) -> Option<Slide> {
        if self.is_expired(policy, now) || now < self.last_used_at {
            return None;
        }
        let expires_at = self.next_expiry(policy, now);
        let is_recorded = now < self.last_used_at + SessionPolicy::RECORDED_USE;
        if is_recorded && expires_at == self.expires_at {
            return None;
        }
        Some(Slide::of(self, now, expires_at))
    }

    /// Returns the new expiry once `update_age` of the lifetime has passed, else the old one. It never exceeds the absolute
    /// end, and follows a lifetime that has become shorter.
    fn next_expiry(&self, policy: &SessionPolicy, now: DateTime<Utc>) -> DateTime<Utc> {
        let expires_at = (now + policy.max_age).min(self.created_at + policy.absolute_max_age);
        let moved_at = self.expires_at - policy.max_age;
        if now >= moved_at + policy.update_age || expires_at < self.expires_at {
            return expires_at;
        }
        self.expires_at
    }

    /// Returns whether the person authenticated recently enough for a sensitive change.
    pub fn is_fresh(&self, policy: &SessionPolicy, now: DateTime<Utc>) -> bool {
        now < self.authenticated_at + policy.fresh_age
    }
}

#[cfg(test)]
mod tests;
