//! Encrypted secrets as bytes: the id of the key, then the ciphertext.

use belgie_domain::{KeyId, SealedSecret};
use belgie_ports::StoreError;

/// Converts a secret to its column value.
pub(crate) fn sealed_bytes(secret: &SealedSecret) -> Vec<u8> {
    [secret.key.as_bytes(), secret.ciphertext.as_slice()].concat()
}

/// Converts a column value to a secret.
pub(crate) fn sealed(bytes: &[u8], column: &str) -> Result<SealedSecret, StoreError> {
    let parts = bytes.split_first_chunk();
    let (key, ciphertext) = parts.ok_or_else(|| StoreError::Corrupt(column.to_owned()))?;
    Ok(SealedSecret::new(
        KeyId::from_bytes(*key),
        ciphertext.to_vec(),
    ))
}

/// As [`sealed`], for nullable columns.
pub(crate) fn sealed_or_none(
    bytes: Option<&[u8]>,
    column: &str,
) -> Result<Option<SealedSecret>, StoreError> {
    bytes.map(|bytes| sealed(bytes, column)).transpose()
}
