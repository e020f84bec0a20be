use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use belgie_ports::Contention;
use sha2::{Digest as _, Sha256};
use tokio::sync::OwnedMutexGuard;
use tokio::time::Instant;

/// The names a transaction competes for, as keys of advisory locks: sorted and deduplicated.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct LockKeys(Vec<i64>);

impl LockKeys {
    /// A key is the first 8 bytes of the SHA-256 of a name: names come from outside, and numbers need no quoting.
    pub(super) fn of(contention: &Contention) -> Self {
        let mut keys: Vec<_> = contention.names().iter().map(|name| key(name)).collect();
        keys.sort_unstable();
        keys.dedup();
        Self(keys)
    }

    /// Returns the key of the lock that gives transactions of all nodes their turn to run again.
    pub(super) fn turn() -> i64 {
        key("runs again")
    }

    /// Returns the message that begins a serialisable transaction which alone, across all nodes, holds these keys.
    ///
    /// A transaction's snapshot is taken at its first query, so the locks must be held before: a first transaction
    /// takes them for the session. The serialisable transaction then takes them for itself and releases those of the
    /// session, so that they are released however it ends. All of it is one message, because between transactions a
    /// pooler may switch to another session.
    pub(super) fn begin(&self) -> String {
        if self.0.is_empty() {
            return BEGIN.to_owned();
        }
        self.begin_with("", "")
    }

    /// Returns the message for a transaction that runs again. Once it holds its keys, it waits for its turn, but no
    /// longer than this, and then goes on without it. The lock for the turn is taken last, so that no transaction waits
    /// for a key while it has the turn. If the session obtained this lock, it still holds it once the transaction has
    /// begun, and must release it.
    pub(super) fn begin_in_turn(&self, wait: Duration) -> String {
        let (turn, millis) = (Self::turn(), wait.as_millis().max(1));
        let take = format!(
            "; SET LOCAL lock_timeout = {millis}; DO 'BEGIN PERFORM pg_advisory_lock({turn}); \
             EXCEPTION WHEN lock_not_available THEN NULL; END'"
        );
        self.begin_with(
            &take,
            &format!("; SELECT pg_try_advisory_xact_lock({turn})"),
        )
    }

    fn begin_with(&self, before: &str, after: &str) -> String {
        let mut message = "BEGIN".to_owned();
        self.call(&mut message, "pg_advisory_lock");
        let _ = write!(message, "{before}; COMMIT; {BEGIN}");
        self.call(&mut message, "pg_advisory_xact_lock");
        message.push_str(after);
        self.call(&mut message, "pg_advisory_unlock");
        message
    }

    /// Appends a statement for each key, in order: the order within a single statement is not guaranteed.
    fn call(&self, message: &mut String, function: &str) {
        for key in &self.0 {
            let _ = write!(message, "; SELECT {function}({key})");
        }
    }
}

/// Begins a serialisable transaction.
pub(super) const BEGIN: &str = "BEGIN ISOLATION LEVEL SERIALIZABLE";

fn key(name: &str) -> i64 {
    let digest = Sha256::new().chain_update("belgie ").chain_update(name);
    let digest = digest.finalize();
    digest
        .first_chunk()
        .map_or(0, |first| i64::from_be_bytes(*first))
}

/// Serializes this node's transactions by what they compete for: for each key, only one queries the database. Together
/// they would conflict, and while they waited in the database they would use up the connections.
#[derive(Clone, Debug, Default)]
pub(super) struct KeyLocks(Arc<Mutex<HashMap<i64, Arc<KeyLock>>>>);

/// When the last holder found the database unreachable.
type KeyLock = tokio::sync::Mutex<Option<Instant>>;

/// The right to query the database for these keys, released on drop.
pub(super) struct KeyLockGuard {
    locks: KeyLocks,
    held: Vec<(i64, OwnedMutexGuard<Option<Instant>>)>,
    has_waited: bool,
}

/// The previous holder could not reach the database, so that waiters need not try themselves.
#[derive(Debug, thiserror::Error)]
#[error("the database did not respond to the previous transaction")]
pub(super) struct DatabaseUnreachable;

impl KeyLocks {
    /// Waits until no other transaction of this node holds one of these keys.
    ///
    /// # Errors
    /// [`DatabaseUnreachable`].
    pub(super) async fn acquire(
        &self,
        keys: &LockKeys,
    ) -> Result<KeyLockGuard, DatabaseUnreachable> {
        let arrived = Instant::now();
        let mut guard = KeyLockGuard {
            locks: self.clone(),
            held: Vec::new(),
            has_waited: false,
        };
        for key in &keys.0 {
            let lock = Arc::clone(self.locks().entry(*key).or_default());
            guard.has_waited |= lock.try_lock().is_err();
            let turn = lock.lock_owned().await;
            let is_closed = turn.is_some_and(|closed| closed >= arrived);
            guard.held.push((*key, turn));
            if is_closed {
                return Err(DatabaseUnreachable);
            }
        }
        Ok(guard)
    }

    fn locks(&self) -> MutexGuard<'_, HashMap<i64, Arc<KeyLock>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl KeyLockGuard {
    /// Returns whether another transaction held one of the keys on arrival.
    pub(super) fn has_waited(&self) -> bool {
        self.has_waited
    }

    /// Makes all current waiters fail.
    pub(super) fn fail_waiters(mut self) {
        let now = Instant::now();
        for (_, lock) in &mut self.held {
            **lock = Some(now);
        }
    }
}

impl Drop for KeyLockGuard {
    fn drop(&mut self) {
        let mut locks = self.locks.locks();
        for (key, held) in self.held.drain(..) {
            drop(held);
            // One reference is the map's; any more belong to waiters.
            if locks
                .get(&key)
                .is_some_and(|lock| Arc::strong_count(lock) == 1)
            {
                locks.remove(&key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use belgie_domain::UserId;
    use chrono::DateTime;

    use super::*;

    fn contention(users: &[u8]) -> Contention {
        let id = |byte: &u8| UserId::new(DateTime::UNIX_EPOCH, [*byte; 10]);
        let named = users.iter().map(id);
        named.fold(Contention::none(), Contention::and_user)
    }

    #[test]
    fn names_reach_the_database_as_numbers_in_order() {
        let subject = "'); DROP TABLE belgie_users; --".parse().unwrap();
        let issuer = "https://idp.example".parse().unwrap();
        let keys = LockKeys::of(&contention(&[1, 2, 3]).and_account(&issuer, &subject));

        assert_eq!(keys.0.len(), 4);
        assert!(keys.0.is_sorted());
        let message = keys.begin();
        assert!(message.bytes().all(|byte| byte != b'\''), "{message}");
        assert_eq!(message.matches("pg_advisory_lock(").count(), 4);
        assert_eq!(message.matches("pg_advisory_xact_lock(").count(), 4);
        assert_eq!(message.matches("pg_advisory_unlock(").count(), 4);
        assert_eq!(LockKeys::default().begin(), BEGIN);
        let again = keys.begin_in_turn(Duration::from_millis(500));
        assert_eq!(again.matches("_lock(").count(), 10, "{again}");
    }

    #[tokio::test]
    async fn a_key_has_one_holder_and_leaves_nothing_behind() {
        let locks = KeyLocks::default();
        let (one, two) = (
            LockKeys::of(&contention(&[1, 2])),
            LockKeys::of(&contention(&[2, 3])),
        );
        let other = LockKeys::of(&contention(&[4]));

        let guard = locks.acquire(&one).await.unwrap();
        let waiting = tokio::spawn({
            let (locks, two) = (locks.clone(), two.clone());
            async move { locks.acquire(&two).await.unwrap().has_waited() }
        });
        tokio::task::yield_now().await;
        assert!(!locks.acquire(&other).await.unwrap().has_waited());

        assert!(!guard.has_waited());
        assert!(!waiting.is_finished());
        drop(guard);
        assert!(waiting.await.unwrap());
        assert!(locks.locks().is_empty());
    }

    #[tokio::test]
    async fn failing_waiters_affects_those_that_wait_and_none_that_come_later() {
        let locks = KeyLocks::default();
        let keys = LockKeys::of(&contention(&[1, 2]));

        let guard = locks.acquire(&keys).await.unwrap();
        let waiting: Vec<_> = (0..3)
            .map(|_| {
                let (locks, keys) = (locks.clone(), keys.clone());
                tokio::spawn(async move { locks.acquire(&keys).await.is_err() })
            })
            .collect();
        tokio::task::yield_now().await;
        guard.fail_waiters();

        for turned_away in waiting {
            assert!(turned_away.await.unwrap());
        }
        assert!(locks.locks().is_empty());
        assert!(locks.acquire(&keys).await.is_ok());
    }

    #[tokio::test]
    async fn giving_up_waiting_for_a_lock_leaves_nothing_behind() {
        let locks = KeyLocks::default();
        let keys = LockKeys::of(&contention(&[1, 2]));

        let guard = locks.acquire(&keys).await.unwrap();
        let patience = std::time::Duration::from_millis(5);
        let gave_up = tokio::time::timeout(patience, locks.acquire(&keys)).await;
        drop(guard);

        assert!(gave_up.is_err());
        assert!(locks.locks().is_empty());
    }
}
