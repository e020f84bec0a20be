use std::collections::BTreeMap;

use belgie_domain::{
    Account, AccountId, Attempt, Event, EventId, FailureKey, IssuedCode, LimitKey, MailedToken,
    MailedTokenId, OutboxId, OutboxItem, PendingSignIn, SealedTokens, Session, SigningKey,
    TokenHash, User, UserId, UserPassword,
};
use belgie_ports::StoreError;
use chrono::{DateTime, Utc};

/// All stored values, in the order of their keys.
#[derive(Clone, Debug, Default)]
pub(crate) struct State {
    pub(crate) users: BTreeMap<UserId, User>,
    pub(crate) accounts: BTreeMap<AccountId, Account>,
    pub(crate) tokens: BTreeMap<AccountId, SealedTokens>,
    pub(crate) passwords: BTreeMap<UserId, UserPassword>,
    pub(crate) sessions: BTreeMap<TokenHash, Session>,
    pub(crate) attempts: BTreeMap<TokenHash, Attempt>,
    pub(crate) pending_sign_ins: BTreeMap<TokenHash, PendingSignIn>,
    pub(crate) codes: BTreeMap<TokenHash, IssuedCode>,
    pub(crate) mailed_tokens: BTreeMap<MailedTokenId, MailedToken>,
    pub(crate) used_id_tokens: BTreeMap<TokenHash, DateTime<Utc>>,
    pub(crate) events: BTreeMap<EventId, Event>,
    pub(crate) failures: BTreeMap<FailureKey, u64>,
    pub(crate) outbox: BTreeMap<OutboxId, OutboxItem>,
    pub(crate) signing_keys: BTreeMap<u32, SigningKey>,
    pub(crate) rate_limits: BTreeMap<LimitKey, DateTime<Utc>>,
}

/// Adds a value under a new key.
pub(crate) fn insert<K: Ord, V>(
    kept: &mut BTreeMap<K, V>,
    key: K,
    value: V,
) -> Result<(), StoreError> {
    refuse_if(kept.contains_key(&key))?;
    kept.insert(key, value);
    Ok(())
}

/// Removes these keys; returns how many there were.
pub(crate) fn remove<K: Ord, V>(
    kept: &mut BTreeMap<K, V>,
    keys: impl IntoIterator<Item = K>,
) -> u64 {
    let removed = keys.into_iter().filter_map(|key| kept.remove(&key));
    removed.count() as u64
}

/// Removes the values that `doomed` selects; returns how many.
pub(crate) fn remove_where<K: Ord, V>(
    kept: &mut BTreeMap<K, V>,
    doomed: impl Fn(&V) -> bool,
) -> u64 {
    let before = kept.len();
    kept.retain(|_, value| !doomed(value));
    (before - kept.len()) as u64
}

/// Returns [`StoreError::Conflict`] if there is a conflict.
pub(crate) fn refuse_if(conflict: bool) -> Result<(), StoreError> {
    if conflict {
        return Err(StoreError::Conflict);
    }
    Ok(())
}
