//! The current signing key, and its rotation.

use std::sync::{Arc, LazyLock, Mutex};

use crate::key::SigningKey;
use crate::lock::lock;

/// The keys of one emulator. Generating a key is slow, so keys come from a process-wide pool that starts with embedded
/// ones, and return to it when their emulator ends; emulators that run at the same time never share one.
#[derive(Debug)]
pub(crate) struct KeyRing {
    current: Mutex<Arc<SigningKey>>,
    retired: Mutex<Vec<Arc<SigningKey>>>,
}

static POOL: LazyLock<Mutex<Vec<Arc<SigningKey>>>> =
    LazyLock::new(|| Mutex::new(SigningKey::embedded().map(Arc::new).collect()));

impl KeyRing {
    pub(crate) fn new() -> Self {
        Self {
            current: Mutex::new(next_key()),
            retired: Mutex::new(Vec::new()),
        }
    }

    pub(crate) fn current(&self) -> Arc<SigningKey> {
        Arc::clone(&lock(&self.current))
    }

    /// Returns the previous key, if there was one.
    pub(crate) fn retired(&self) -> Option<Arc<SigningKey>> {
        lock(&self.retired).last().map(Arc::clone)
    }

    /// Switches to a new key; the old one is retired at once.
    pub(crate) fn rotate(&self) {
        let next = next_key();
        let old = std::mem::replace(&mut *lock(&self.current), next);
        lock(&self.retired).push(old);
    }
}

impl Drop for KeyRing {
    fn drop(&mut self) {
        let mut pool = lock(&POOL);
        pool.append(&mut lock(&self.retired));
        pool.push(self.current());
    }
}

fn next_key() -> Arc<SigningKey> {
    let pooled = lock(&POOL).pop();
    pooled.unwrap_or_else(|| Arc::new(SigningKey::generate()))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn rotation_takes_another_key() {
        let ring = KeyRing::new();
        let before = ring.current();
        assert!(ring.retired().is_none());

        ring.rotate();

        assert_ne!(before.kid(), ring.current().kid());
        assert_eq!(before.kid(), ring.retired().unwrap().kid());
    }

    #[test]
    fn keys_are_drawn_when_the_embedded_ones_are_in_use() {
        let ring = KeyRing::new();
        let mut seen = HashSet::from([ring.current().kid().to_owned()]);

        for _ in 0..SigningKey::embedded().count() {
            ring.rotate();

            assert!(seen.insert(ring.current().kid().to_owned()));
        }
    }

    #[test]
    fn two_rings_never_share_a_key() {
        let (one, other) = (KeyRing::new(), KeyRing::new());

        assert_ne!(one.current().kid(), other.current().kid());
    }
}
