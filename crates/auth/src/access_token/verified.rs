use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use belgie_domain::{AccessTokenClaims, SessionId, SigningKeyId, TokenHash, UserId};
use chrono::{DateTime, Utc};

/// What a valid access token proves. Whether the session still exists is not known yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct VerifiedAccessToken {
    /// The session.
    pub session: SessionId,
    /// Whom it belongs to.
    pub user: UserId,
    /// When the token expires.
    pub expires_at: DateTime<Utc>,
    pub(super) key: SigningKeyId,
}

impl VerifiedAccessToken {
    pub(super) fn new(key: SigningKeyId, claims: &AccessTokenClaims) -> Self {
        Self {
            session: claims.session,
            user: claims.subject,
            expires_at: claims.expires_at,
            key,
        }
    }
}

/// The tokens verified lately, so that a signature is checked once. Only valid tokens get here.
///
/// They are kept in two halves: when the younger one is full it becomes the older one, and tokens not used since
/// then are forgotten.
#[derive(Default)]
pub(super) struct VerifiedTokens(Mutex<Halves>);

#[derive(Default)]
struct Halves {
    younger: HashMap<TokenHash, VerifiedAccessToken>,
    older: HashMap<TokenHash, VerifiedAccessToken>,
}

/// How many tokens one half holds: a megabyte in all.
const HALF: usize = 4096;

impl VerifiedTokens {
    pub(super) fn find(&self, hash: &TokenHash, now: DateTime<Utc>) -> Option<VerifiedAccessToken> {
        let mut halves = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = if let Some(found) = halves.younger.get(hash) {
            *found
        } else {
            let found = halves.older.remove(hash)?;
            halves.insert(*hash, found);
            found
        };
        (now < found.expires_at).then_some(found)
    }

    pub(super) fn insert(&self, hash: TokenHash, verified: VerifiedAccessToken) {
        let mut halves = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        halves.insert(hash, verified);
    }
}

impl Halves {
    fn insert(&mut self, hash: TokenHash, verified: VerifiedAccessToken) {
        if self.younger.len() >= HALF {
            self.older = std::mem::take(&mut self.younger);
        }
        self.younger.insert(hash, verified);
    }
}

#[cfg(test)]
mod tests {
    use belgie_domain::SessionToken;
    use chrono::TimeDelta;

    use super::*;

    fn hash(number: usize) -> TokenHash {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&number.to_be_bytes());
        SessionToken::from_random(bytes).hash()
    }

    fn verified(until: DateTime<Utc>) -> VerifiedAccessToken {
        VerifiedAccessToken {
            session: SessionId::new(until, [1; 10]),
            user: UserId::new(until, [2; 10]),
            expires_at: until,
            key: SigningKeyId::new(until, [3; 10]),
        }
    }

    #[test]
    fn the_number_of_tokens_is_bounded_and_those_in_use_stay() {
        let tokens = VerifiedTokens::default();
        let now = DateTime::UNIX_EPOCH;
        let later = now + TimeDelta::minutes(1);

        for number in 0..10 * HALF {
            tokens.insert(hash(number), verified(later));
            assert!(tokens.find(&hash(0), now).is_some(), "{number}");
        }

        let halves = tokens.0.lock().unwrap_or_else(PoisonError::into_inner);
        assert!(halves.younger.len() <= HALF && halves.older.len() <= HALF);
        assert!(!halves.older.contains_key(&hash(1)) && !halves.younger.contains_key(&hash(1)));
    }

    #[test]
    fn jwt_03_an_expired_token_is_not_found() {
        let tokens = VerifiedTokens::default();
        let now = DateTime::UNIX_EPOCH;
        tokens.insert(hash(1), verified(now + TimeDelta::seconds(1)));

        assert!(tokens.find(&hash(1), now).is_some());
        assert!(tokens.find(&hash(1), now + TimeDelta::seconds(1)).is_none());
        assert!(tokens.find(&hash(2), now).is_none());
    }
}
