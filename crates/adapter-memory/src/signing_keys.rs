use belgie_domain::{KeyId, SealedSecret, SigningKey, SigningKeyId};
use belgie_ports::{BoxFuture, SigningKeys, StoreError};

use crate::MemoryStore;
use crate::state::{refuse_if, remove_where};

impl SigningKeys for MemoryStore {
    fn signing_keys(&self) -> BoxFuture<'_, Result<Vec<SigningKey>, StoreError>> {
        self.look(|state| state.signing_keys.values().cloned().collect())
    }

    fn insert_signing_key<'a>(
        &'a self,
        key: &'a SigningKey,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        self.change(|state| {
            let kept = &mut state.signing_keys;
            if kept.contains_key(&key.number) {
                return Ok(false);
            }
            refuse_if(kept.values().any(|other| other.id == key.id))?;
            kept.insert(key.number, key.clone());
            Ok(true)
        })
    }

    fn reseal_signing_key<'a>(
        &'a self,
        id: SigningKeyId,
        from: KeyId,
        private_key: &'a SealedSecret,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        self.change(move |state| {
            let mut keys = state.signing_keys.values_mut();
            let found = keys.find(|key| key.id == id && key.private_key.key == from);
            Ok(found.is_some_and(|key| {
                key.private_key = private_key.clone();
                true
            }))
        })
    }

    fn delete_signing_keys_before(&self, number: u32) -> BoxFuture<'_, Result<u64, StoreError>> {
        let is_older = move |key: &SigningKey| key.number < number;
        self.change(move |state| Ok(remove_where(&mut state.signing_keys, is_older)))
    }
}
