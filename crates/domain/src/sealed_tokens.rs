use chrono::{DateTime, TimeDelta, Utc};

use crate::account_details::account_scope;
use crate::{AccountId, SealedSecret};

/// The tokens that a provider issued for an account, in encrypted form.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SealedTokens {
    /// The account. Each has at most one set of tokens, which is deleted with it.
    pub account_id: AccountId,
    /// Counts the writes, so that a write that is based on an older state is recognized.
    pub revision: u32,
    /// The access token.
    pub access_token: SealedSecret,
    /// The refresh token, if the provider issued one.
    pub refresh_token: Option<SealedSecret>,
    /// The ID token, if the provider issued one.
    pub id_token: Option<SealedSecret>,
    /// The scope of the access token, space-separated, if the provider reported it.
    pub scope: Option<String>,
    /// When the access token expires, if the provider reported it.
    pub expires_at: Option<DateTime<Utc>>,
    /// Until when a caller has claimed the refresh of the tokens.
    pub refreshing_until: Option<DateTime<Utc>>,
    /// When the provider issued the access token.
    pub updated_at: DateTime<Utc>,
}

impl SealedTokens {
    /// The time for which an access token is valid at least when it is given to the application, unless the provider
    /// issues shorter ones.
    pub const MIN_VALIDITY: TimeDelta = TimeDelta::seconds(60);

    /// Creates the tokens of an account from an access token alone.
    pub fn new(account_id: AccountId, access_token: SealedSecret, now: DateTime<Utc>) -> Self {
        Self {
            account_id,
            revision: 0,
            access_token,
            refresh_token: None,
            id_token: None,
            scope: None,
            expires_at: None,
            refreshing_until: None,
            updated_at: now,
        }
    }

    /// Sets the scope. It loses its control characters, and is shortened if it is too long.
    pub fn set_scope(&mut self, scope: Option<&str>) {
        self.scope = scope.and_then(account_scope);
    }

    /// Returns whether the access token expires in less than [`Self::MIN_VALIDITY`], or has expired.
    pub fn is_due(&self, now: DateTime<Utc>) -> bool {
        self.expires_at
            .is_some_and(|end| end - now < Self::MIN_VALIDITY)
    }

    /// Returns whether a caller has claimed the refresh of the tokens at `now`.
    pub fn is_refreshing(&self, now: DateTime<Utc>) -> bool {
        self.refreshing_until.is_some_and(|until| until > now)
    }

    /// Returns the following revision, in which the claim to refresh lasts until `until`.
    #[must_use]
    pub fn claimed_until(&self, until: Option<DateTime<Utc>>) -> Self {
        Self {
            revision: self.revision.wrapping_add(1),
            refreshing_until: until,
            ..self.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::KeyId;

    fn tokens(expires_at: Option<i64>) -> SealedTokens {
        let now = DateTime::UNIX_EPOCH;
        let access_token = SealedSecret::new(KeyId::from_bytes([1; 8]), vec![2]);
        let mut tokens = SealedTokens::new(AccountId::new(now, [3; 10]), access_token, now);
        tokens.expires_at = expires_at.map(|seconds| now + TimeDelta::seconds(seconds));
        tokens
    }

    #[test]
    fn a_token_is_due_when_it_is_valid_for_less_than_a_minute() {
        let now = DateTime::UNIX_EPOCH;

        for (expires_at, is_due) in [
            (None, false),
            (Some(-1), true),
            (Some(0), true),
            (Some(59), true),
            (Some(60), false),
        ] {
            assert_eq!(tokens(expires_at).is_due(now), is_due, "{expires_at:?}");
        }
    }

    #[test]
    fn a_claim_to_refresh_ends_by_itself() {
        let (now, second) = (DateTime::UNIX_EPOCH, TimeDelta::seconds(1));
        let claimed = tokens(None).claimed_until(Some(now + second));

        assert!(claimed.is_refreshing(now));
        assert!(!claimed.is_refreshing(now + second));
        assert!(!claimed.claimed_until(None).is_refreshing(now));
        assert_eq!(claimed.revision, 1);
    }
}
