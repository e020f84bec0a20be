use belgie_domain::{MailedToken, MailedTokenId, TokenHash, TokenOwner, TokenPurpose, UserId};
use belgie_ports::{BoxFuture, MailedTokenWrites, MailedTokens, StoreError};
use chrono::{DateTime, Utc};

use crate::MemoryStore;
use crate::state::{State, insert, refuse_if, remove, remove_where};
use crate::transaction::MemoryTransaction;

impl MailedTokens for MemoryStore {
    fn find_mailed_token(
        &self,
        token_hash: TokenHash,
    ) -> BoxFuture<'_, Result<Option<MailedToken>, StoreError>> {
        self.look(move |state| state.mailed_token(token_hash).cloned())
    }

    fn mailed_tokens_of(
        &self,
        user: UserId,
    ) -> BoxFuture<'_, Result<Vec<MailedToken>, StoreError>> {
        self.look(move |state| {
            let all = state.mailed_tokens.values();
            all.filter(|token| token.user_id() == Some(user))
                .cloned()
                .collect()
        })
    }

    fn reissue_mailed_token(
        &self,
        id: MailedTokenId,
        token_hash: TokenHash,
        expires_at: DateTime<Utc>,
    ) -> BoxFuture<'_, Result<Option<MailedToken>, StoreError>> {
        self.change(move |state| {
            let holder = state.mailed_token(token_hash).map(|token| token.id);
            let token = state.mailed_tokens.get_mut(&id);
            refuse_if(token.is_some() && holder.is_some_and(|holder| holder != id))?;
            Ok(token.map(|token| {
                (token.token_hash, token.expires_at) = (token_hash, expires_at);
                token.clone()
            }))
        })
    }

    fn delete_expired_mailed_tokens(
        &self,
        now: DateTime<Utc>,
        limit: u32,
    ) -> BoxFuture<'_, Result<u64, StoreError>> {
        self.change(move |state| {
            let all = state.mailed_tokens.values();
            let over = all.filter(|token| token.is_expired(now));
            let keys: Vec<_> = over.take(limit as usize).map(|token| token.id).collect();
            Ok(remove(&mut state.mailed_tokens, keys))
        })
    }
}

impl MailedTokenWrites for MemoryTransaction {
    fn put_mailed_token<'a>(
        &'a self,
        token: &'a MailedToken,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        self.change(|state| {
            let user = token.user_id();
            refuse_if(user.is_some_and(|user| !state.users.contains_key(&user)))?;
            remove_where(&mut state.mailed_tokens, |kept| {
                same_owner(&kept.owner, &token.owner) && kept.purpose == token.purpose
            });
            refuse_if(state.mailed_token(token.token_hash).is_some())?;
            insert(&mut state.mailed_tokens, token.id, token.clone())
        })
    }

    fn consume_mailed_token<'a>(
        &'a self,
        token_hash: TokenHash,
        purpose: &'a TokenPurpose,
    ) -> BoxFuture<'a, Result<Option<MailedToken>, StoreError>> {
        self.change(move |state| {
            let found = state.mailed_token(token_hash);
            let id = found
                .filter(|token| token.purpose == *purpose)
                .map(|token| token.id);
            Ok(id.and_then(|id| state.mailed_tokens.remove(&id)))
        })
    }

    fn delete_mailed_tokens_of(&self, user: UserId) -> BoxFuture<'_, Result<(), StoreError>> {
        self.change(move |state| {
            remove_where(&mut state.mailed_tokens, |token| {
                token.user_id() == Some(user)
            });
            Ok(())
        })
    }
}

/// Pending sign-ups are identified by issuer and subject.
fn same_owner(one: &TokenOwner, other: &TokenOwner) -> bool {
    match (one, other) {
        (TokenOwner::User(one), TokenOwner::User(other)) => one == other,
        (TokenOwner::PendingSignUp(one), TokenOwner::PendingSignUp(other)) => {
            (&one.issuer, &one.subject) == (&other.issuer, &other.subject)
        }
        (TokenOwner::User(_), TokenOwner::PendingSignUp(_))
        | (TokenOwner::PendingSignUp(_), TokenOwner::User(_)) => false,
    }
}

impl State {
    fn mailed_token(&self, token_hash: TokenHash) -> Option<&MailedToken> {
        let mut tokens = self.mailed_tokens.values();
        tokens.find(|token| token.token_hash == token_hash)
    }
}
