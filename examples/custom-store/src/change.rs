//! All changes. A change that returns an error may be incomplete: the caller rolls back.

use std::collections::BTreeMap;

use belgie_domain::{
    Account, AccountId, Attempt, FailureKey, IssuedCode, OutboxItem, PendingSignIn, SealedTokens,
    Session, Slide, TokenHash, User, UserId, UserPassword,
};
use belgie_ports::{AttemptCounts, StoreError};
use chrono::{DateTime, Utc};
use redb::WriteTransaction;

use crate::error::store_error;
use crate::key::{Span, time};
use crate::mailed_tokens::delete_mailed_tokens_of;
use crate::record::{
    ACCOUNTS_OF_USER, ATTEMPTS_BY_END, ATTEMPTS_OF_BROWSER, CODES_BY_END, CODES_OF_USER, Failure,
    OUTBOX_OF_TOPIC, PENDING_BY_END, PENDING_OF_HOLDER, Record, SESSIONS_BY_BEGINNING,
    SESSIONS_BY_END, SESSIONS_OF_USER, USED_ID_TOKENS_BY_END, UsedIdToken, account_key, hash_key,
    topic_key, user_key,
};
use crate::tables::{Tables as _, read};

/// Adds a value, unless one of its keys exists or its owner is missing.
pub(crate) fn insert<T: Record>(tx: &WriteTransaction, record: &T) -> Result<(), StoreError> {
    if let Some(owner) = record.owner()
        && tx.find::<User>(&user_key(owner))?.is_none()
    {
        return Err(StoreError::Conflict);
    }
    let (key, json) = (record.key(), record.to_json()?);
    put(tx, T::TABLE, &key, &json)?;
    for entry in record.entries() {
        put(tx, entry.index, &entry.key, &key)?;
    }
    Ok(())
}

/// Overwrites the value with that key; returns whether it exists.
pub(crate) fn update<T: Record>(tx: &WriteTransaction, record: &T) -> Result<bool, StoreError> {
    if remove::<T>(tx, &record.key())?.is_none() {
        return Ok(false);
    }
    insert(tx, record).map(|()| true)
}

/// Deletes the value with this key and returns it.
pub(crate) fn remove<T: Record>(
    tx: &WriteTransaction,
    key: &[u8],
) -> Result<Option<T>, StoreError> {
    let mut table = tx.table(T::TABLE)?;
    let Some(row) = table.remove(key).map_err(store_error)? else {
        return Ok(None);
    };
    let record: T = read(row.value())?;
    for entry in record.entries() {
        let mut index = tx.table(entry.index)?;
        index.remove(&*entry.key).map_err(store_error)?;
    }
    Ok(Some(record))
}

/// Deletes values; returns how many.
pub(crate) fn remove_all<T: Record>(
    tx: &WriteTransaction,
    doomed: impl IntoIterator<Item = T>,
) -> Result<u64, StoreError> {
    let mut removed = 0;
    for record in doomed {
        removed += u64::from(remove::<T>(tx, &record.key())?.is_some());
    }
    Ok(removed)
}

pub(crate) fn delete_user(tx: &WriteTransaction, id: UserId) -> Result<bool, StoreError> {
    delete_credentials_of(tx, id)?;
    Ok(remove::<User>(tx, &user_key(id))?.is_some())
}

pub(crate) fn delete_credentials_of(tx: &WriteTransaction, user: UserId) -> Result<(), StoreError> {
    let of_user = Span::of(&user_key(user));
    let accounts: Vec<Account> = tx.first(ACCOUNTS_OF_USER, &of_user, usize::MAX)?;
    let sessions: Vec<Session> = tx.first(SESSIONS_OF_USER, &of_user, usize::MAX)?;
    let pending: Vec<PendingSignIn> = tx.first(PENDING_OF_HOLDER, &of_user, usize::MAX)?;
    let codes: Vec<IssuedCode> = tx.first(CODES_OF_USER, &of_user, usize::MAX)?;
    for account in accounts {
        delete_account(tx, account.id)?;
    }
    remove::<UserPassword>(tx, &user_key(user))?;
    remove_all(tx, pending)?;
    remove_all(tx, codes)?;
    delete_mailed_tokens_of(tx, user)?;
    remove_all(tx, sessions).map(drop)
}

/// Deletes an account and its tokens.
pub(crate) fn delete_account(tx: &WriteTransaction, id: AccountId) -> Result<bool, StoreError> {
    let key = account_key(id);
    remove::<SealedTokens>(tx, &key)?;
    Ok(remove::<Account>(tx, &key)?.is_some())
}

pub(crate) fn trim_sessions_of(
    tx: &WriteTransaction,
    user: UserId,
    keep: usize,
) -> Result<u64, StoreError> {
    let of_user = Span::of(&user_key(user));
    let newest_first = tx.last(SESSIONS_OF_USER, &of_user, usize::MAX)?;
    remove_all(tx, newest_first.into_iter().skip(keep))
}

pub(crate) fn trim_attempts_of(
    tx: &WriteTransaction,
    browser: TokenHash,
    keep: usize,
) -> Result<(), StoreError> {
    let of_browser = Span::of(&hash_key(browser));
    let newest_first = tx.last(ATTEMPTS_OF_BROWSER, &of_browser, usize::MAX)?;
    remove_all(tx, newest_first.into_iter().skip(keep)).map(drop)
}

pub(crate) fn slide_session(tx: &WriteTransaction, slide: Slide) -> Result<bool, StoreError> {
    let found: Option<Session> = tx.find(&hash_key(slide.token_hash))?;
    let Some(mut session) = found.filter(|session| session.last_used_at == slide.from) else {
        return Ok(false);
    };
    session.last_used_at = slide.last_used_at;
    session.expires_at = slide.expires_at;
    update(tx, &session)
}

pub(crate) fn delete_expired_sessions(
    tx: &WriteTransaction,
    now: DateTime<Utc>,
    created_before: DateTime<Utc>,
    limit: usize,
) -> Result<u64, StoreError> {
    let unused = tx.first(SESSIONS_BY_END, &Span::until(&time(now)), limit)?;
    let left = limit.saturating_sub(unused.len());
    let removed = remove_all(tx, unused)?;
    let begun = Span::until(&time(created_before));
    let old = tx.first(SESSIONS_BY_BEGINNING, &begun, left)?;
    Ok(removed + remove_all(tx, old)?)
}

pub(crate) fn delete_expired_attempts(
    tx: &WriteTransaction,
    now: DateTime<Utc>,
    limit: usize,
) -> Result<u64, StoreError> {
    let over: Vec<Attempt> = tx.first(ATTEMPTS_BY_END, &Span::until(&time(now)), limit)?;
    remove_all(tx, over)
}

pub(crate) fn delete_expired_codes(
    tx: &WriteTransaction,
    now: DateTime<Utc>,
    limit: usize,
) -> Result<u64, StoreError> {
    let over: Vec<IssuedCode> = tx.first(CODES_BY_END, &Span::until(&time(now)), limit)?;
    remove_all(tx, over)
}

pub(crate) fn delete_expired_id_tokens(
    tx: &WriteTransaction,
    now: DateTime<Utc>,
    limit: usize,
) -> Result<u64, StoreError> {
    let over: Vec<UsedIdToken> =
        tx.first(USED_ID_TOKENS_BY_END, &Span::until(&time(now)), limit)?;
    remove_all(tx, over)
}

/// Returns whether the token had not been used before.
pub(crate) fn use_id_token(tx: &WriteTransaction, token: &UsedIdToken) -> Result<bool, StoreError> {
    if tx.find::<UsedIdToken>(&token.key())?.is_some() {
        return Ok(false);
    }
    insert(tx, token).map(|()| true)
}

pub(crate) fn consume_attempt(
    tx: &WriteTransaction,
    state: TokenHash,
    browser: TokenHash,
) -> Result<Option<Attempt>, StoreError> {
    let found: Option<Attempt> = tx.find(&hash_key(state))?;
    match found {
        Some(attempt) if attempt.binding_hash == browser => remove(tx, &attempt.key()),
        _ => Ok(None),
    }
}

pub(crate) fn put_pending_sign_in(
    tx: &WriteTransaction,
    pending: &PendingSignIn,
) -> Result<(), StoreError> {
    remove::<PendingSignIn>(tx, &pending.key())?;
    insert(tx, pending)
}

pub(crate) fn consume_pending_sign_in(
    tx: &WriteTransaction,
    browser: TokenHash,
    holder: UserId,
) -> Result<Option<PendingSignIn>, StoreError> {
    let found: Option<PendingSignIn> = tx.find(&hash_key(browser))?;
    match found {
        Some(pending) if pending.holder == holder => remove(tx, &pending.key()),
        _ => Ok(None),
    }
}

pub(crate) fn delete_expired_pending_sign_ins(
    tx: &WriteTransaction,
    now: DateTime<Utc>,
    limit: usize,
) -> Result<u64, StoreError> {
    let over = tx.first(PENDING_BY_END, &Span::until(&time(now)), limit)?;
    remove_all(tx, over)
}

pub(crate) fn counts(attempts: &[Attempt], share: u64) -> AttemptCounts {
    let mut by_network = BTreeMap::new();
    for network in attempts.iter().filter_map(|attempt| attempt.network) {
        *by_network.entry(network).or_default() += 1;
    }
    let many = by_network.into_iter().filter(|(_, count)| *count >= share);
    AttemptCounts::new(attempts.len() as u64, many.collect())
}

pub(crate) fn count_failure(tx: &WriteTransaction, key: FailureKey) -> Result<(), StoreError> {
    let mut failure = Failure { key, count: 1 };
    if let Some(before) = remove::<Failure>(tx, &failure.key())? {
        failure.count += before.count;
    }
    insert(tx, &failure)
}

pub(crate) fn claim_outbox_item(
    tx: &WriteTransaction,
    topic: &str,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Option<OutboxItem>, StoreError> {
    let of_topic = Span::of(&topic_key(topic));
    let items = tx.first(OUTBOX_OF_TOPIC, &of_topic, usize::MAX)?;
    let Some(mut item) = items.into_iter().find(|item| item.due_at <= now) else {
        return Ok(None);
    };
    item.due_at = until;
    item.attempts += 1;
    update(tx, &item)?;
    Ok(Some(item))
}

/// Writes under a new key.
fn put(tx: &WriteTransaction, table: &str, key: &[u8], value: &[u8]) -> Result<(), StoreError> {
    let mut table = tx.table(table)?;
    let taken = table.insert(key, value).map_err(store_error)?.is_some();
    if taken {
        return Err(StoreError::Conflict);
    }
    Ok(())
}
