use belgie_domain::{IssuedCode, TokenHash};
use belgie_ports::{BoxFuture, CodeWrites, Codes, StoreError};
use chrono::{DateTime, Utc};

use crate::MemoryStore;
use crate::state::{insert, refuse_if, remove};
use crate::transaction::MemoryTransaction;

impl Codes for MemoryStore {
    fn consume_code(
        &self,
        code_hash: TokenHash,
    ) -> BoxFuture<'_, Result<Option<IssuedCode>, StoreError>> {
        self.change(move |state| Ok(state.codes.remove(&code_hash)))
    }

    fn delete_expired_codes(
        &self,
        now: DateTime<Utc>,
        limit: u32,
    ) -> BoxFuture<'_, Result<u64, StoreError>> {
        self.change(move |state| {
            let over = state.codes.values().filter(|code| code.is_expired(now));
            let keys: Vec<_> = over
                .take(limit as usize)
                .map(|code| code.code_hash)
                .collect();
            Ok(remove(&mut state.codes, keys))
        })
    }
}

impl CodeWrites for MemoryTransaction {
    fn insert_code<'a>(&'a self, code: &'a IssuedCode) -> BoxFuture<'a, Result<(), StoreError>> {
        self.change(|state| {
            refuse_if(!state.users.contains_key(&code.user_id))?;
            insert(&mut state.codes, code.code_hash, code.clone())
        })
    }
}
