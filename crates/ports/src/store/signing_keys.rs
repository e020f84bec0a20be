use belgie_domain::{KeyId, SealedSecret, SigningKey, SigningKeyId};

use super::StoreError;
use crate::BoxFuture;

/// The keys that sign access tokens. There are only ever a few; each method is one statement without a transaction
/// around it.
pub trait SigningKeys {
    /// Returns all keys, in the order of their numbers.
    fn signing_keys(&self) -> BoxFuture<'_, Result<Vec<SigningKey>, StoreError>>;

    /// Adds a key, unless one has its number; returns whether it was added. Of any number of concurrent calls with one
    /// number, on any number of nodes, exactly one adds its key.
    fn insert_signing_key<'a>(
        &'a self,
        key: &'a SigningKey,
    ) -> BoxFuture<'a, Result<bool, StoreError>>;

    /// Replaces the encrypted private key if it is still encrypted with the key `from`; returns whether it was.
    fn reseal_signing_key<'a>(
        &'a self,
        id: SigningKeyId,
        from: KeyId,
        private_key: &'a SealedSecret,
    ) -> BoxFuture<'a, Result<bool, StoreError>>;

    /// Deletes the keys with smaller numbers than this; returns how many were deleted.
    fn delete_signing_keys_before(&self, number: u32) -> BoxFuture<'_, Result<u64, StoreError>>;
}
