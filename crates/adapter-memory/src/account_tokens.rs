use std::ops::Bound;

use belgie_domain::{AccountId, SealedTokens};
use belgie_ports::{AccountTokenWrites, AccountTokens, BoxFuture, StoreError};

use crate::MemoryStore;
use crate::state::{State, refuse_if};
use crate::transaction::MemoryTransaction;

impl AccountTokens for MemoryStore {
    fn find_tokens(
        &self,
        account: AccountId,
    ) -> BoxFuture<'_, Result<Option<SealedTokens>, StoreError>> {
        self.look(move |state| state.tokens.get(&account).cloned())
    }

    fn tokens_after(
        &self,
        after: Option<AccountId>,
        limit: u32,
    ) -> BoxFuture<'_, Result<Vec<SealedTokens>, StoreError>> {
        let after = after.map_or(Bound::Unbounded, Bound::Excluded);
        self.look(move |state| {
            let tokens = state.tokens.range((after, Bound::Unbounded));
            let tokens = tokens.map(|(_, tokens)| tokens.clone());
            tokens.take(limit as usize).collect()
        })
    }

    fn replace_tokens<'a>(
        &'a self,
        tokens: &'a SealedTokens,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        self.change(|state| {
            let stored = state.tokens.get_mut(&tokens.account_id);
            let stored =
                stored.filter(|stored| stored.revision.checked_add(1) == Some(tokens.revision));
            Ok(stored.map(|stored| *stored = tokens.clone()).is_some())
        })
    }

    fn delete_tokens(
        &self,
        account: AccountId,
        revision: u32,
    ) -> BoxFuture<'_, Result<bool, StoreError>> {
        self.change(move |state| {
            let stored = state.tokens.get(&account);
            let is_known = stored.is_some_and(|stored| stored.revision == revision);
            Ok(is_known && state.tokens.remove(&account).is_some())
        })
    }
}

impl AccountTokenWrites for MemoryTransaction {
    fn save_tokens<'a>(
        &'a self,
        tokens: &'a SealedTokens,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        self.change(|state| state.save_tokens(tokens.clone()))
    }
}

impl State {
    fn save_tokens(&mut self, mut tokens: SealedTokens) -> Result<(), StoreError> {
        refuse_if(!self.accounts.contains_key(&tokens.account_id))?;
        if let Some(stored) = self.tokens.remove(&tokens.account_id) {
            tokens.revision = stored.revision.wrapping_add(1);
            tokens.refresh_token = tokens.refresh_token.or(stored.refresh_token);
        }
        self.tokens.insert(tokens.account_id, tokens);
        Ok(())
    }

    /// Removes the tokens whose account is gone.
    pub(crate) fn drop_tokens_without_account(&mut self) {
        let accounts = &self.accounts;
        self.tokens
            .retain(|account, _| accounts.contains_key(account));
    }
}
