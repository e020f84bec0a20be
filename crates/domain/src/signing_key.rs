use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};

use crate::word::words;
use crate::{SealedSecret, SigningKeyId};

words! {
    /// A signature algorithm of access tokens, as registered for JWS (RFC 7518 §3.1).
    pub enum SigningAlgorithm {
        /// ECDSA on P-256 with SHA-256.
        Es256 = "ES256",
    }
}

/// A key that signs access tokens.
///
/// Keys are numbered; a newer one replaces those before it.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SigningKey {
    /// The `kid`.
    pub id: SigningKeyId,
    /// Its number, which no other key has.
    pub number: u32,
    /// The algorithm.
    pub algorithm: SigningAlgorithm,
    /// The public key; for ES256 an uncompressed point (SEC 1 §2.3.3).
    pub public_key: Vec<u8>,
    /// The private key, encrypted.
    pub private_key: SealedSecret,
    /// When it was made, and published.
    pub created_at: DateTime<Utc>,
    /// When it begins to sign.
    pub signs_from: DateTime<Utc>,
}

impl SigningKey {
    /// Creates a key that signs at once.
    pub fn new(
        (id, number): (SigningKeyId, u32),
        algorithm: SigningAlgorithm,
        public_key: Vec<u8>,
        private_key: SealedSecret,
        created_at: DateTime<Utc>,
    ) -> Self {
        Self {
            id,
            number,
            algorithm,
            public_key,
            private_key,
            created_at,
            signs_from: created_at,
        }
    }

    /// Sets when it begins to sign.
    #[must_use]
    pub fn signing_from(self, signs_from: DateTime<Utc>) -> Self {
        Self { signs_from, ..self }
    }

    /// Returns the context to which the encrypted private key is bound.
    pub fn context(id: SigningKeyId) -> String {
        format!("signing_keys/{id}/private_key")
    }

    /// Returns the public key as a JWK (RFC 7517), or nothing for an algorithm that this version does not know.
    pub fn jwk(&self) -> Option<Jwk> {
        let point = self.public_key.strip_prefix(&[UNCOMPRESSED])?;
        let is_known = self.algorithm == SigningAlgorithm::Es256 && point.len() == 64;
        let (x, y) = is_known.then(|| point.split_at(32))?;
        Some(Jwk {
            kid: self.id,
            x: URL_SAFE_NO_PAD.encode(x),
            y: URL_SAFE_NO_PAD.encode(y),
        })
    }
}

/// The first byte of an uncompressed point.
const UNCOMPRESSED: u8 = 4;

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("id", &self.id)
            .field("number", &self.number)
            .field("signs_from", &self.signs_from)
            .finish_non_exhaustive()
    }
}

/// A public key of ES256 (RFC 7518 §6.2.1): a point on P-256.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Jwk {
    /// The key's id.
    pub kid: SigningKeyId,
    /// The `x` coordinate, in base64url.
    pub x: String,
    /// The `y` coordinate, in base64url.
    pub y: String,
}

/// What a key does at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SigningKeyState {
    /// It is published, and will sign later.
    Published,
    /// It signs.
    Signing,
    /// It only verifies what it has signed.
    Verifying,
    /// Nothing it has signed is valid any more.
    Retired,
}

/// The signing keys in the order of their numbers, and what each of them does when.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SigningKeySet(Vec<SigningKey>);

impl SigningKeySet {
    /// How long a key is published before it signs: longer than others cache the keys ([`Self::CACHEABLE`]).
    pub const PUBLISHED_AHEAD: TimeDelta = TimeDelta::minutes(10);
    /// How long others may cache the published keys.
    pub const CACHEABLE: TimeDelta = TimeDelta::minutes(5);
    /// How much longer than its last token a key is kept, since the clocks of nodes differ.
    const SLACK: TimeDelta = TimeDelta::minutes(1);

    /// Takes the keys, in any order.
    pub fn new(mut keys: Vec<SigningKey>) -> Self {
        keys.sort_by_key(|key| key.number);
        Self(keys)
    }

    /// Returns all keys, oldest first.
    pub fn all(&self) -> &[SigningKey] {
        &self.0
    }

    /// Returns the number for a new key.
    pub fn next_number(&self) -> u32 {
        self.0
            .last()
            .map_or(1, |newest| newest.number.saturating_add(1))
    }

    /// Returns the key that signs at `now`: the newest that has begun to. If none has, because the clock of the node
    /// that made it is ahead, it is the oldest.
    pub fn signing(&self, now: DateTime<Utc>) -> Option<&SigningKey> {
        let mut newest_first = self.0.iter().rev();
        let begun = newest_first.find(|key| key.signs_from <= now);
        begun.or(self.0.first())
    }

    /// Returns the keys that verify tokens of this lifetime at `now`, oldest first. These are published.
    pub fn verifying(
        &self,
        max_age: TimeDelta,
        now: DateTime<Utc>,
    ) -> impl DoubleEndedIterator<Item = &SigningKey> {
        let keys = self.0.iter().enumerate();
        let is_valid = move |(index, _): &(usize, _)| !self.is_retired(*index, max_age, now);
        keys.filter(is_valid).map(|(_, key)| key)
    }

    /// Returns what each key does at `now`, oldest first.
    pub fn states(
        &self,
        max_age: TimeDelta,
        now: DateTime<Utc>,
    ) -> impl Iterator<Item = (&SigningKey, SigningKeyState)> {
        let signing = self.signing(now).map(|key| key.number);
        self.0.iter().enumerate().map(move |(index, key)| {
            let state = if Some(key.number) == signing {
                SigningKeyState::Signing
            } else if self.is_retired(index, max_age, now) {
                SigningKeyState::Retired
            } else if key.signs_from > now {
                SigningKeyState::Published
            } else {
                SigningKeyState::Verifying
            };
            (key, state)
        })
    }

    /// Returns the number before which all keys can be deleted at `now`.
    pub fn retired_before(&self, max_age: TimeDelta, now: DateTime<Utc>) -> u32 {
        let kept = (0..self.0.len()).find(|index| !self.is_retired(*index, max_age, now));
        kept.map_or(0, |index| self.0[index].number)
    }

    /// Returns when the key at this index stops signing: when one of those after it begins to.
    fn signs_until(&self, index: usize) -> Option<DateTime<Utc>> {
        let newer = self.0.iter().skip(index + 1);
        newer.map(|key| key.signs_from).min()
    }

    fn is_retired(&self, index: usize, max_age: TimeDelta, now: DateTime<Utc>) -> bool {
        self.signs_until(index)
            .is_some_and(|end| now >= end + max_age + Self::SLACK)
    }
}

#[cfg(test)]
mod tests;
