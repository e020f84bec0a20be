use belgie_domain::{SigningKey, SigningKeyId, SigningKeySet, SigningKeyState};
use belgie_ports::StoreError;
use chrono::{DateTime, TimeDelta, Utc};
use secrecy::ExposeSecret as _;

use super::access_tokens::AccessTokens;
use super::signing::Signing;
use crate::{AuthError, Reencrypted};

/// How a new key replaces the one that signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Rotation {
    /// It is published now, and signs once every service knows it. The earlier keys verify until their last token has
    /// expired. No request fails.
    Planned,
    /// It signs now, and the earlier keys are withdrawn: their tokens are refused. For a key that has
    /// leaked.
    Immediate,
}

/// How often a new key is numbered again because another node made one at the same moment.
const TRIES: usize = 10;

/// The keys that sign access tokens.
impl AccessTokens<'_> {
    /// Returns all keys, oldest first, and what each of them does now.
    ///
    /// # Errors
    /// [`AuthError::Store`].
    pub async fn keys(&self) -> Result<Vec<(SigningKey, SigningKeyState)>, AuthError> {
        let (keys, now) = (self.newest_keys().await?, self.core.now());
        let states = keys.states(self.max_age(), now);
        Ok(states.map(|(key, state)| (key.clone(), state)).collect())
    }

    /// Makes a new key, and returns it.
    ///
    /// After [`Rotation::Immediate`], other nodes of the site refuse the earlier keys' tokens within 10 seconds. Others who
    /// verify tokens do so when they next read the public keys.
    ///
    /// # Errors
    /// [`AuthError::Store`], [`AuthError::NotFound`] when access tokens are not set up.
    pub async fn rotate(&self, rotation: Rotation) -> Result<SigningKey, AuthError> {
        let signing = self.signing()?;
        let key = self.add(rotation, &signing).await?;
        if rotation == Rotation::Immediate {
            let store = &self.core.store;
            store.delete_signing_keys_before(key.number).await?;
        }
        self.newest_keys().await?;
        tracing::info!(key = %key.id, signs_from = %key.signs_from, "made a key for access tokens");
        Ok(key)
    }

    async fn add(
        &self,
        rotation: Rotation,
        signing: &Signing<'_>,
    ) -> Result<SigningKey, AuthError> {
        for _ in 0..TRIES {
            let (keys, now) = (self.newest_keys().await?, self.core.now());
            let ahead = match rotation {
                Rotation::Planned if !keys.all().is_empty() => SigningKeySet::PUBLISHED_AHEAD,
                Rotation::Planned | Rotation::Immediate => TimeDelta::zero(),
            };
            let key = self.generate(keys.next_number(), now, signing);
            let key = key.signing_from(now + ahead);
            if self.core.store.insert_signing_key(&key).await? {
                return Ok(key);
            }
        }
        Err(StoreError::Conflict.into())
    }

    /// Returns the key that signs now. The first one is made when it is needed; of several nodes that do so at once, all
    /// use the same.
    pub(super) async fn signing_key(&self, now: DateTime<Utc>) -> Result<SigningKey, AuthError> {
        let store = self.core.store.as_ref();
        let recent = self.state().ring.recent(store, now).await?;
        if let Some(key) = recent.signing(now) {
            return Ok(key.clone());
        }
        for _ in 0..TRIES {
            if let Some(key) = self.newest_keys().await?.signing(now) {
                return Ok(key.clone());
            }
            let first = self.generate(1, now, &self.signing()?);
            if store.insert_signing_key(&first).await? {
                tracing::info!(key = %first.id, "made the first key for access tokens");
            }
        }
        Err(StoreError::Conflict.into())
    }

    fn generate(self, number: u32, now: DateTime<Utc>, signing: &Signing<'_>) -> SigningKey {
        let id = SigningKeyId::new(now, self.core.draw(now).bytes());
        let generated = signing.signer.generate();
        let private_key = generated.private_key.expose_secret();
        let sealed = signing.cipher.seal(private_key, &SigningKey::context(id));
        let (algorithm, public_key) = (generated.algorithm, generated.public_key);
        SigningKey::new((id, number), algorithm, public_key, sealed, now)
    }

    /// Encrypts private keys again that are encrypted with a previous secret. Those that cannot be decrypted any more are
    /// left as they are.
    ///
    /// # Errors
    /// [`AuthError::Store`], [`AuthError::NotFound`] when access tokens are not set up.
    pub async fn reencrypt(&self) -> Result<Reencrypted, AuthError> {
        let cipher = self.signing()?.cipher;
        let mut counts = Reencrypted::default();
        for key in self.newest_keys().await?.all() {
            let context = SigningKey::context(key.id);
            let Ok(private_key) = cipher.open(&key.private_key, &context) else {
                tracing::warn!(key = %key.id, "the key of the access tokens cannot be decrypted");
                counts.undecryptable += 1;
                continue;
            };
            if cipher.is_current(&key.private_key) {
                counts.current += 1;
                continue;
            }
            let (sealed, from) = (cipher.seal(&private_key, &context), key.private_key.key);
            let store = &self.core.store;
            // Otherwise another process has done it, or the key is gone.
            if store.reseal_signing_key(key.id, from, &sealed).await? {
                counts.reencrypted += 1;
            } else {
                counts.current += 1;
            }
        }
        Ok(counts)
    }

    /// Deletes the keys whose tokens have all expired; returns how many.
    pub(crate) async fn delete_retired(&self) -> Result<u64, AuthError> {
        let (store, now) = (&self.core.store, self.core.now());
        let keys = SigningKeySet::new(store.signing_keys().await?);
        match keys.retired_before(self.max_age(), now) {
            number if keys.all().first().is_some_and(|key| key.number < number) => {
                Ok(store.delete_signing_keys_before(number).await?)
            }
            _ => Ok(0),
        }
    }
}
