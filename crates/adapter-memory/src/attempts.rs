use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use belgie_domain::{Attempt, ClientNetwork, TokenHash};
use belgie_ports::{AttemptCounts, Attempts, BoxFuture, StoreError};
use chrono::{DateTime, Utc};

use crate::MemoryStore;
use crate::state::{State, insert, remove};

impl Attempts for MemoryStore {
    fn insert_attempt<'a>(
        &'a self,
        attempt: &'a Attempt,
        keep: u32,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        self.change(move |state| {
            insert(&mut state.attempts, attempt.state_hash, attempt.clone())?;
            let newest_first = state.attempts_of(attempt.binding_hash).into_iter();
            let excess = newest_first.skip(keep as usize);
            remove(&mut state.attempts, excess);
            Ok(())
        })
    }

    fn consume_attempt(
        &self,
        state_hash: TokenHash,
        binding_hash: TokenHash,
    ) -> BoxFuture<'_, Result<Option<Attempt>, StoreError>> {
        self.change(move |state| match state.attempts.entry(state_hash) {
            Entry::Occupied(kept) if kept.get().binding_hash == binding_hash => {
                Ok(Some(kept.remove()))
            }
            _ => Ok(None),
        })
    }

    fn count_attempts(&self, share: u64) -> BoxFuture<'_, Result<AttemptCounts, StoreError>> {
        self.look(move |state| {
            let total = state.attempts.len() as u64;
            let counts = state.attempts_by_network().into_iter();
            AttemptCounts::new(total, counts.filter(|(_, count)| *count >= share).collect())
        })
    }

    fn delete_expired_attempts(
        &self,
        now: DateTime<Utc>,
        limit: u32,
    ) -> BoxFuture<'_, Result<u64, StoreError>> {
        self.change(move |state| {
            let attempts = state.attempts.values();
            let over = attempts.filter(|attempt| attempt.is_expired(now));
            let keys: Vec<_> = over
                .take(limit as usize)
                .map(|attempt| attempt.state_hash)
                .collect();
            Ok(remove(&mut state.attempts, keys))
        })
    }
}

impl State {
    /// Returns the state hashes of a browser's attempts, newest first.
    fn attempts_of(&self, browser: TokenHash) -> Vec<TokenHash> {
        let attempts = self.attempts.values();
        let of_browser = attempts.filter(|kept| kept.binding_hash == browser);
        let mut ages: Vec<_> = of_browser
            .map(|kept| (kept.created_at, kept.state_hash))
            .collect();
        ages.sort_by_key(|age| Reverse(*age));
        ages.into_iter().map(|(_, state_hash)| state_hash).collect()
    }

    fn attempts_by_network(&self) -> BTreeMap<ClientNetwork, u64> {
        let mut counts = BTreeMap::new();
        for network in self.attempts.values().filter_map(|kept| kept.network) {
            *counts.entry(network).or_default() += 1;
        }
        counts
    }
}
