use std::future::{poll_fn, ready};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use std::task::Poll;

use belgie_domain::{Password, PasswordHash, PasswordWeakness};
use belgie_ports::{
    BoxFuture, PasswordHasher, PasswordHasherError, PasswordMatch, PasswordStrength,
};

/// Hashes passwords without cost or protection, and finds everything that contains `guessable` easy to guess. For tests
/// only. Clones share everything.
#[derive(Clone, Debug, Default)]
pub struct FakeHasher {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    cost: AtomicU32,
    is_busy: AtomicBool,
    hashed: AtomicUsize,
    /// The number of hashed passwords from which answers are withheld; zero for none.
    withheld_from: AtomicUsize,
}

impl FakeHasher {
    /// Raises the cost, so that the hashes made before are outdated.
    pub fn raise_cost(&self) {
        self.shared.cost.fetch_add(1, Ordering::SeqCst);
    }

    /// Sets whether every request is refused with [`PasswordHasherError::Busy`].
    pub fn set_busy(&self, is_busy: bool) {
        self.shared.is_busy.store(is_busy, Ordering::SeqCst);
    }

    /// Returns how many passwords were hashed, to be stored or compared, and forgets them.
    pub fn take_hashed(&self) -> usize {
        self.shared.hashed.swap(0, Ordering::SeqCst)
    }

    /// Returns how many passwords were hashed since [`Self::take_hashed`].
    pub fn hashed(&self) -> usize {
        self.shared.hashed.load(Ordering::SeqCst)
    }

    /// Withholds all answers once this many passwords have been hashed; none for zero.
    pub fn withhold_from(&self, hashed: usize) {
        self.shared.withheld_from.store(hashed, Ordering::SeqCst);
    }

    /// Waits while answers are withheld.
    async fn answer<T>(&self, answer: T) -> T {
        let released = poll_fn(|cx| {
            let from = self.shared.withheld_from.load(Ordering::SeqCst);
            if from == 0 || self.hashed() < from {
                return Poll::Ready(());
            }
            cx.waker().wake_by_ref();
            Poll::Pending
        });
        released.await;
        answer
    }

    fn begin(&self) -> Result<(), PasswordHasherError> {
        if self.shared.is_busy.load(Ordering::SeqCst) {
            return Err(PasswordHasherError::Busy);
        }
        Ok(())
    }

    fn compute(&self, cost: &str, password: &Password) -> String {
        self.shared.hashed.fetch_add(1, Ordering::SeqCst);
        format!("$fake${cost}${}", password.secret())
    }

    fn cost(&self) -> String {
        self.shared.cost.load(Ordering::SeqCst).to_string()
    }

    fn compare(
        &self,
        password: &Password,
        hash: Option<&PasswordHash>,
    ) -> Result<PasswordMatch, PasswordHasherError> {
        self.begin()?;
        let Some(hash) = hash else {
            self.compute(&self.cost(), password);
            return Ok(PasswordMatch::No);
        };
        let parts = hash.as_phc().strip_prefix("$fake$");
        let parts = parts.and_then(|parts| parts.split_once('$'));
        let (cost, _) = parts.ok_or(PasswordHasherError::UnusableHash)?;
        if self.compute(cost, password) != hash.as_phc() {
            return Ok(PasswordMatch::No);
        }
        Ok(if cost == self.cost() {
            PasswordMatch::Yes
        } else {
            PasswordMatch::Outdated
        })
    }
}

impl PasswordHasher for FakeHasher {
    fn hash<'a>(
        &'a self,
        password: &'a Password,
    ) -> BoxFuture<'a, Result<PasswordHash, PasswordHasherError>> {
        let begun = self.begin();
        let hash = begun.map(|()| self.compute(&self.cost(), password));
        Box::pin(self.answer(hash.map(PasswordHash::from_phc)))
    }

    fn verify<'a>(
        &'a self,
        password: &'a Password,
        hash: Option<&'a PasswordHash>,
    ) -> BoxFuture<'a, Result<PasswordMatch, PasswordHasherError>> {
        Box::pin(self.answer(self.compare(password, hash)))
    }
}

impl PasswordStrength for FakeHasher {
    fn weakness<'a>(
        &'a self,
        password: &'a Password,
        context: &'a [String],
    ) -> BoxFuture<'a, Result<Option<PasswordWeakness>, PasswordHasherError>> {
        let secret = password.secret();
        let weakness = if secret.contains("guessable") {
            Some(PasswordWeakness::Common)
        } else if context.iter().any(|word| secret.contains(word)) {
            Some(PasswordWeakness::Personal)
        } else {
            None
        };
        Box::pin(ready(self.begin().map(|()| weakness)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conformance;

    #[tokio::test]
    async fn the_fake_hasher_keeps_the_contract() {
        conformance::password_hasher(&FakeHasher::default()).await;
    }
}
