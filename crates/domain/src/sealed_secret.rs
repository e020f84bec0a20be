use std::fmt;

/// A secret in encrypted form, as stores keep it.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedSecret {
    /// The key it is encrypted with.
    pub key: KeyId,
    /// The nonce, the encrypted bytes and the authentication tag, in the form of the cipher that sealed it.
    pub ciphertext: Vec<u8>,
}

impl SealedSecret {
    /// Combines what a cipher returned, or a store kept.
    pub fn new(key: KeyId, ciphertext: Vec<u8>) -> Self {
        Self { key, ciphertext }
    }
}

impl fmt::Debug for SealedSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealedSecret")
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}

/// Names an encryption key without revealing anything about it: 8 bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId([u8; 8]);

impl KeyId {
    /// Wraps an id that was derived, or read from a store.
    pub const fn from_bytes(bytes: [u8; 8]) -> Self {
        Self(bytes)
    }

    /// Returns the 8 bytes.
    pub const fn as_bytes(&self) -> &[u8; 8] {
        &self.0
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyId(")?;
        for byte in self.0 {
            write!(f, "{byte:02x}")?;
        }
        f.write_str(")")
    }
}
