use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use belgie_ports::Contention;
use sha2::{Digest as _, Sha256};
use tokio::sync::OwnedMutexGuard;
use tokio::time::Instant;

/// The names that a transaction contends for, as keys of advisory locks: sorted, each once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Keys(Vec<i64>);

impl Keys {
    /// A key is the first 8 bytes of the SHA-256 of a name: names come from outside, and numbers need no quotes.
    pub(super) fn of(contention: &Contention) -> Self {
        let mut keys: Vec<_> = contention.names().iter().map(|name| key(name)).collect();
        keys.sort_unstable();
        keys.dedup();
        Self(keys)
    }

    /// The keys of a transaction that runs again: besides its own the one of all that do.
    pub(super) fn again(&self) -> Self {
        let mut keys = self.0.clone();
        keys.push(key("runs again"));
        keys.sort_unstable();
        Self(keys)
    }

    /// The message that begins a serialisable transaction which alone, on all nodes, holds these keys.
    ///
    /// A transaction reads what was committed at its first query, so the locks must be held before: a transaction of
    /// their own takes them for the session. The serialisable transaction then takes them once more, for itself, and gives
    /// up those of the session; so they go with it however it ends. It is one message, because a pooler in between may
    /// change the session behind a connection outside of transactions.
    pub(super) fn begin(&self) -> String {
        if self.0.is_empty() {
            return BEGIN.to_owned();
        }
        let mut message = "BEGIN".to_owned();
        self.call(&mut message, "pg_advisory_lock");
        let _ = write!(message, "; COMMIT; {BEGIN}");
        self.call(&mut message, "pg_advisory_xact_lock");
        self.call(&mut message, "pg_advisory_unlock");
        message
    }

    /// Appends a statement for each key, in order: within one statement the order would not be certain.
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

/// The transactions of this node by what they contend for: of those for one key a single one asks the database. Together
/// they would conflict, and while they waited there they would take all connections.
#[derive(Clone, Debug, Default)]
pub(super) struct Gates(Arc<Mutex<HashMap<i64, Arc<Gate>>>>);

/// When somebody who held it last found no database.
type Gate = tokio::sync::Mutex<Option<Instant>>;

/// The right to ask the database: gone with this value.
pub(super) struct Passage {
    gates: Gates,
    held: Vec<(i64, OwnedMutexGuard<Option<Instant>>)>,
    has_waited: bool,
}

/// The one before found no database: those who wait behind do not each find out anew.
#[derive(Debug, thiserror::Error)]
#[error("the database did not answer the transaction before")]
pub(super) struct Closed;

impl Gates {
    /// Waits until no other transaction of this node runs for one of these keys.
    ///
    /// # Errors
    /// [`Closed`].
    pub(super) async fn pass(&self, keys: &Keys) -> Result<Passage, Closed> {
        let arrived = Instant::now();
        let mut passage = Passage {
            gates: self.clone(),
            held: Vec::new(),
            has_waited: false,
        };
        for key in &keys.0 {
            let gate = Arc::clone(self.gates().entry(*key).or_default());
            passage.has_waited |= gate.try_lock().is_err();
            let turn = gate.lock_owned().await;
            let is_closed = turn.is_some_and(|closed| closed >= arrived);
            passage.held.push((*key, turn));
            if is_closed {
                return Err(Closed);
            }
        }
        Ok(passage)
    }

    fn gates(&self) -> MutexGuard<'_, HashMap<i64, Arc<Gate>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Passage {
    /// Whether others ran for one of the keys when this one came.
    pub(super) fn has_waited(&self) -> bool {
        self.has_waited
    }

    /// Turns away all that wait now.
    pub(super) fn close(mut self) {
        let now = Instant::now();
        for (_, gate) in &mut self.held {
            **gate = Some(now);
        }
    }
}

impl Drop for Passage {
    fn drop(&mut self) {
        let mut gates = self.gates.gates();
        for (key, held) in self.held.drain(..) {
            drop(held);
            // One is the map's: others wait, or are about to.
            if gates
                .get(&key)
                .is_some_and(|gate| Arc::strong_count(gate) == 1)
            {
                gates.remove(&key);
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
        let keys = Keys::of(&contention(&[1, 2, 3]).and_account(&issuer, &subject));

        assert_eq!(keys.0.len(), 4);
        assert!(keys.0.is_sorted());
        let message = keys.begin();
        assert!(message.bytes().all(|byte| byte != b'\''), "{message}");
        assert_eq!(message.matches("pg_advisory_lock(").count(), 4);
        assert_eq!(message.matches("pg_advisory_xact_lock(").count(), 4);
        assert_eq!(message.matches("pg_advisory_unlock(").count(), 4);
        assert_eq!(Keys::default().begin(), BEGIN);
        assert_eq!(keys.again().0.len(), 5);
        assert_eq!(Keys::default().again().begin().matches("_lock(").count(), 2);
    }

    #[tokio::test]
    async fn a_gate_lets_one_pass_for_each_key_and_leaves_nothing_behind() {
        let gates = Gates::default();
        let (one, two) = (
            Keys::of(&contention(&[1, 2])),
            Keys::of(&contention(&[2, 3])),
        );
        let other = Keys::of(&contention(&[4]));

        let passage = gates.pass(&one).await.unwrap();
        let waiting = tokio::spawn({
            let (gates, two) = (gates.clone(), two.clone());
            async move { gates.pass(&two).await.unwrap().has_waited() }
        });
        tokio::task::yield_now().await;
        assert!(!gates.pass(&other).await.unwrap().has_waited());

        assert!(!passage.has_waited());
        assert!(!waiting.is_finished());
        drop(passage);
        assert!(waiting.await.unwrap());
        assert!(gates.gates().is_empty());
    }

    #[tokio::test]
    async fn a_gate_turns_away_those_who_wait_when_it_closes_and_none_who_come_later() {
        let gates = Gates::default();
        let keys = Keys::of(&contention(&[1, 2]));

        let passage = gates.pass(&keys).await.unwrap();
        let waiting: Vec<_> = (0..3)
            .map(|_| {
                let (gates, keys) = (gates.clone(), keys.clone());
                tokio::spawn(async move { gates.pass(&keys).await.is_err() })
            })
            .collect();
        tokio::task::yield_now().await;
        passage.close();

        for turned_away in waiting {
            assert!(turned_away.await.unwrap());
        }
        assert!(gates.gates().is_empty());
        assert!(gates.pass(&keys).await.is_ok());
    }

    #[tokio::test]
    async fn giving_up_before_a_gate_leaves_nothing_behind() {
        let gates = Gates::default();
        let keys = Keys::of(&contention(&[1, 2]));

        let passage = gates.pass(&keys).await.unwrap();
        let patience = std::time::Duration::from_millis(5);
        let gave_up = tokio::time::timeout(patience, gates.pass(&keys)).await;
        drop(passage);

        assert!(gave_up.is_err());
        assert!(gates.gates().is_empty());
    }
}
