//! One-time tokens that are mailed: the value as JSON, its table, and its statements.

use belgie_domain::{EmailAddress, MailedToken, MailedTokenId, TokenHash, TokenPurpose, UserId};
use belgie_ports::{BoxFuture, MailedTokenWrites, MailedTokens, StoreError};
use chrono::serde::ts_microseconds as micros;
use chrono::{DateTime, Utc};
use redb::WriteTransaction;
use serde::{Deserialize, Serialize};

use crate::RedbStore;
use crate::change;
use crate::format::{hash, text, word};
use crate::key::{Span, joined, time};
use crate::record::{Entry, Index, Record, hash_key, user_key};
use crate::row::Row;
use crate::tables::Tables as _;
use crate::transaction::RedbTransaction;

pub(crate) const MAILED_TOKENS_BY_HASH: Index<MailedToken> = Index::named("mailed tokens by hash");
/// By user, then purpose.
pub(crate) const MAILED_TOKENS_OF_USER: Index<MailedToken> = Index::named("mailed tokens of user");
pub(crate) const MAILED_TOKENS_BY_END: Index<MailedToken> = Index::named("mailed tokens by end");

#[derive(Deserialize, Serialize)]
struct MailedTokenRow {
    #[serde(with = "text")]
    id: MailedTokenId,
    #[serde(with = "hash")]
    token_hash: TokenHash,
    #[serde(with = "word")]
    purpose: TokenPurpose,
    #[serde(with = "text")]
    user_id: UserId,
    #[serde(with = "text")]
    email: EmailAddress,
    #[serde(with = "micros")]
    created_at: DateTime<Utc>,
    #[serde(with = "micros")]
    expires_at: DateTime<Utc>,
}

impl Row for MailedToken {
    fn to_json(&self) -> Result<Vec<u8>, StoreError> {
        let token = self.clone();
        let row = MailedTokenRow {
            id: token.id,
            token_hash: token.token_hash,
            purpose: token.purpose,
            user_id: token.user_id,
            email: token.email,
            created_at: token.created_at,
            expires_at: token.expires_at,
        };
        serde_json::to_vec(&row).map_err(|error| StoreError::Other(error.into()))
    }

    fn from_json(json: &[u8]) -> serde_json::Result<Self> {
        let row: MailedTokenRow = serde_json::from_slice(json)?;
        let owner = (row.user_id, row.email);
        let mut token = Self::new(row.id, row.token_hash, row.purpose, owner, row.created_at);
        token.expires_at = row.expires_at;
        Ok(token)
    }
}

impl Record for MailedToken {
    const TABLE: &'static str = "mailed tokens";

    fn key(&self) -> Vec<u8> {
        id_key(self.id)
    }

    fn entries(&self) -> Vec<Entry> {
        let (of_user, end) = (of_purpose(self), time(self.expires_at));
        vec![
            MAILED_TOKENS_BY_HASH.entry(hash_key(self.token_hash)),
            MAILED_TOKENS_OF_USER.entry(of_user),
            MAILED_TOKENS_BY_END.entry(joined([&end, &self.key()])),
        ]
    }

    fn owner(&self) -> Option<UserId> {
        Some(self.user_id)
    }
}

impl MailedTokens for RedbStore {
    fn find_mailed_token(
        &self,
        token_hash: TokenHash,
    ) -> BoxFuture<'_, Result<Option<MailedToken>, StoreError>> {
        self.read(move |tx| tx.find_by(MAILED_TOKENS_BY_HASH, &hash_key(token_hash)))
    }

    fn reissue_mailed_token(
        &self,
        id: MailedTokenId,
        token_hash: TokenHash,
        expires_at: DateTime<Utc>,
    ) -> BoxFuture<'_, Result<Option<MailedToken>, StoreError>> {
        self.change(move |tx| {
            let Some(mut token) = tx.find::<MailedToken>(&id_key(id))? else {
                return Ok(None);
            };
            (token.token_hash, token.expires_at) = (token_hash, expires_at);
            change::update(tx, &token)?;
            Ok(Some(token))
        })
    }

    fn delete_expired_mailed_tokens(
        &self,
        now: DateTime<Utc>,
        limit: u32,
    ) -> BoxFuture<'_, Result<u64, StoreError>> {
        self.change(move |tx| {
            let over = Span::until(&time(now));
            let over = tx.first(MAILED_TOKENS_BY_END, &over, limit as usize)?;
            change::remove_all::<MailedToken>(tx, over)
        })
    }
}

impl MailedTokenWrites for RedbTransaction {
    fn put_mailed_token<'a>(
        &'a self,
        token: &'a MailedToken,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        self.change(move |tx| {
            let before = tx.find_by(MAILED_TOKENS_OF_USER, &of_purpose(token))?;
            change::remove_all::<MailedToken>(tx, before)?;
            change::insert(tx, token)
        })
    }

    fn consume_mailed_token<'a>(
        &'a self,
        token_hash: TokenHash,
        purpose: &'a TokenPurpose,
    ) -> BoxFuture<'a, Result<Option<MailedToken>, StoreError>> {
        self.change(move |tx| {
            let found = tx.find_by(MAILED_TOKENS_BY_HASH, &hash_key(token_hash))?;
            let found = found.filter(|token: &MailedToken| token.purpose == *purpose);
            found.map_or(Ok(None), |token| change::remove(tx, &token.key()))
        })
    }

    fn delete_mailed_tokens_of(&self, user: UserId) -> BoxFuture<'_, Result<(), StoreError>> {
        self.change(move |tx| delete_mailed_tokens_of(tx, user))
    }
}

pub(crate) fn delete_mailed_tokens_of(
    tx: &WriteTransaction,
    user: UserId,
) -> Result<(), StoreError> {
    let of_user = Span::of(&user_key(user));
    let all = tx.first(MAILED_TOKENS_OF_USER, &of_user, usize::MAX)?;
    change::remove_all::<MailedToken>(tx, all).map(drop)
}

fn id_key(id: MailedTokenId) -> Vec<u8> {
    id.to_bytes()
}

fn of_purpose(token: &MailedToken) -> Vec<u8> {
    joined([&user_key(token.user_id), token.purpose.as_str().as_bytes()])
}
