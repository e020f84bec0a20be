use std::fmt;

use sha2::{Digest as _, Sha256};

/// The key of a bucket of permits: the SHA-256 of what is limited and for whom, so that stores keep no addresses in
/// plain text.
///
/// There are few enough addresses to try them all, so anyone who reads the store can find out whether a certain one is
/// there.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LimitKey([u8; 32]);

impl LimitKey {
    /// Returns the key of what is limited (a word of the caller's) for a subject, which may have several parts.
    pub fn new(purpose: &str, subject: &[&str]) -> Self {
        let mut hash = Sha256::new();
        for part in [&[purpose], subject].concat() {
            // The length tells `["ab", "c"]` from `["a", "bc"]`.
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        Self(hash.finalize().into())
    }

    /// Wraps a key read from a store.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Returns the 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for LimitKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LimitKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_purpose_and_each_subject_has_a_key_of_its_own() {
        let keys: BTreeSet<_> = [
            LimitKey::new("begin", &["192.0.2.1"]),
            LimitKey::new("begin", &["192.0.2.11"]),
            LimitKey::new("begin", &[]),
            LimitKey::new("begin", &[""]),
            LimitKey::new("begin1", &["92.0.2.1"]),
            LimitKey::new("guess", &["192.0.2.1"]),
            LimitKey::new("guess", &["a", "bc"]),
            LimitKey::new("guess", &["ab", "c"]),
            LimitKey::new("guess", &["abc"]),
        ]
        .into();

        assert_eq!(keys.len(), 9);
        assert_eq!(LimitKey::new("a", &["b"]), LimitKey::new("a", &["b"]));
    }
}
