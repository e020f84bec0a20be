use belgie_domain::TokenHash;
use belgie_ports::{BoxFuture, StoreError, UsedIdTokens};
use chrono::{DateTime, Utc};

use crate::MemoryStore;
use crate::state::{insert, remove};

impl UsedIdTokens for MemoryStore {
    fn use_id_token(
        &self,
        token_hash: TokenHash,
        expires_at: DateTime<Utc>,
    ) -> BoxFuture<'_, Result<bool, StoreError>> {
        self.change(move |state| {
            Ok(insert(&mut state.used_id_tokens, token_hash, expires_at).is_ok())
        })
    }

    fn delete_expired_id_tokens(
        &self,
        now: DateTime<Utc>,
        limit: u32,
    ) -> BoxFuture<'_, Result<u64, StoreError>> {
        self.change(move |state| {
            let over = state.used_id_tokens.iter().filter(|(_, end)| **end <= now);
            let keys: Vec<_> = over.take(limit as usize).map(|(hash, _)| *hash).collect();
            Ok(remove(&mut state.used_id_tokens, keys))
        })
    }
}
