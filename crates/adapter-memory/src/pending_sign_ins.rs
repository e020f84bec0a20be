use std::collections::btree_map::Entry;

use belgie_domain::{PendingSignIn, TokenHash, UserId};
use belgie_ports::{BoxFuture, PendingSignInWrites, PendingSignIns, StoreError};
use chrono::{DateTime, Utc};

use crate::MemoryStore;
use crate::state::{refuse_if, remove};
use crate::transaction::MemoryTransaction;

impl PendingSignIns for MemoryStore {
    fn put_pending_sign_in<'a>(
        &'a self,
        pending: &'a PendingSignIn,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        self.change(|state| {
            refuse_if(!state.users.contains_key(&pending.holder))?;
            let kept = &mut state.pending_sign_ins;
            kept.insert(pending.binding_hash, pending.clone());
            Ok(())
        })
    }

    fn find_pending_sign_in(
        &self,
        binding_hash: TokenHash,
    ) -> BoxFuture<'_, Result<Option<PendingSignIn>, StoreError>> {
        self.look(move |state| state.pending_sign_ins.get(&binding_hash).cloned())
    }

    fn delete_pending_sign_in(
        &self,
        binding_hash: TokenHash,
    ) -> BoxFuture<'_, Result<bool, StoreError>> {
        self.change(move |state| Ok(state.pending_sign_ins.remove(&binding_hash).is_some()))
    }

    fn delete_expired_pending_sign_ins(
        &self,
        now: DateTime<Utc>,
        limit: u32,
    ) -> BoxFuture<'_, Result<u64, StoreError>> {
        self.change(move |state| {
            let all = state.pending_sign_ins.values();
            let over = all.filter(|kept| kept.expires_at <= now);
            let keys = over.take(limit as usize).map(|kept| kept.binding_hash);
            let keys: Vec<_> = keys.collect();
            Ok(remove(&mut state.pending_sign_ins, keys))
        })
    }
}

impl PendingSignInWrites for MemoryTransaction {
    fn consume_pending_sign_in(
        &self,
        binding_hash: TokenHash,
        holder: UserId,
    ) -> BoxFuture<'_, Result<Option<PendingSignIn>, StoreError>> {
        self.change(
            move |state| match state.pending_sign_ins.entry(binding_hash) {
                Entry::Occupied(kept) if kept.get().holder == holder => Ok(Some(kept.remove())),
                _ => Ok(None),
            },
        )
    }
}
