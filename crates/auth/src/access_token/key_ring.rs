use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use belgie_domain::{SigningKey, SigningKeyId, SigningKeySet};
use belgie_ports::{LoadedKey, Store, StoreError};
use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::{Mutex, MutexGuard};

use super::signing::Signing;

/// The signing keys as last read, and the one that signs, decrypted.
///
/// At most one caller reads them at a time, so tokens with made-up key ids cause no more than one statement at once.
#[derive(Default)]
pub(super) struct KeyRing {
    known: RwLock<Arc<KnownKeys>>,
    /// Held while the keys are read; the number of the last read that failed.
    reading: Mutex<u64>,
    /// How many reads have begun.
    reads: AtomicU64,
    loaded: RwLock<Option<(SigningKeyId, Arc<dyn LoadedKey>)>>,
}

#[derive(Default)]
struct KnownKeys {
    set: Arc<SigningKeySet>,
    /// The number of the read, and when it was.
    read: u64,
    read_at: Option<DateTime<Utc>>,
}

/// How old the known keys may be. A key is published long before it signs, so this only decides how soon other nodes
/// notice that keys were withdrawn.
const MAX_AGE: TimeDelta = TimeDelta::seconds(10);

impl KeyRing {
    /// Returns the keys, which are at most [`MAX_AGE`] old or being read again.
    pub(super) async fn recent(
        &self,
        store: &dyn Store,
        now: DateTime<Utc>,
    ) -> Result<Arc<SigningKeySet>, StoreError> {
        let known = self.known();
        let Some(read_at) = known.read_at else {
            return self.newest(store, now).await;
        };
        if (TimeDelta::zero()..MAX_AGE).contains(&(now - read_at)) {
            return Ok(Arc::clone(&known.set));
        }
        match self.reading.try_lock() {
            Ok(reading) => self.read(store, now, reading).await,
            Err(_) => Ok(Arc::clone(&known.set)),
        }
    }

    /// Returns the keys as of this call, or later.
    pub(super) async fn newest(
        &self,
        store: &dyn Store,
        now: DateTime<Utc>,
    ) -> Result<Arc<SigningKeySet>, StoreError> {
        let begun = self.reads.load(Ordering::Acquire);
        let reading = self.reading.lock().await;
        let known = self.known();
        if known.read > begun {
            return Ok(Arc::clone(&known.set));
        }
        if *reading > begun {
            let failed = "the signing keys could not be read";
            return Err(StoreError::Unavailable(failed.into()));
        }
        self.read(store, now, reading).await
    }

    async fn read(
        &self,
        store: &dyn Store,
        now: DateTime<Utc>,
        mut reading: MutexGuard<'_, u64>,
    ) -> Result<Arc<SigningKeySet>, StoreError> {
        let read = self.reads.fetch_add(1, Ordering::AcqRel) + 1;
        let keys = store
            .signing_keys()
            .await
            .inspect_err(|_| *reading = read)?;
        let set = Arc::new(SigningKeySet::new(keys));
        let known = KnownKeys {
            set: Arc::clone(&set),
            read,
            read_at: Some(now),
        };
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(known);
        Ok(set)
    }

    fn known(&self) -> Arc<KnownKeys> {
        Arc::clone(&self.known.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Returns the private key, ready to sign. Only the last one is kept.
    pub(super) fn load(
        &self,
        key: &SigningKey,
        signing: &Signing<'_>,
    ) -> Result<Arc<dyn LoadedKey>, StoreError> {
        let loaded = self.loaded.read().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, loaded)) = loaded.as_ref().filter(|(id, _)| *id == key.id) {
            return Ok(Arc::clone(loaded));
        }
        drop(loaded);
        let context = SigningKey::context(key.id);
        let opened = signing.cipher.open(&key.private_key, &context);
        let private_key = opened.map_err(|error| StoreError::Other(error.into()))?;
        let loaded = signing.signer.load(key.id, &private_key);
        let loaded = loaded.map_err(|error| StoreError::Other(error.into()))?;
        let kept = Some((key.id, Arc::clone(&loaded)));
        *self.loaded.write().unwrap_or_else(PoisonError::into_inner) = kept;
        Ok(loaded)
    }
}
