//! The tokens that providers issued: the value as JSON, its table, and its statements.

use belgie_domain::{AccountId, KeyId, SealedSecret, SealedTokens};
use belgie_ports::{AccountTokenWrites, AccountTokens, BoxFuture, StoreError};
use chrono::serde::{ts_microseconds as micros, ts_microseconds_option as micros_or_none};
use chrono::{DateTime, Utc};
use redb::WriteTransaction;
use serde::{Deserialize, Serialize};

use crate::RedbStore;
use crate::change::{insert, remove};
use crate::format::text;
use crate::key::Span;
use crate::record::{Entry, Record, account_key};
use crate::row::Row;
use crate::tables::Tables as _;
use crate::transaction::RedbTransaction;

#[derive(Deserialize, Serialize)]
struct TokensRow {
    #[serde(with = "text")]
    account_id: AccountId,
    revision: u32,
    access_token: SecretRow,
    refresh_token: Option<SecretRow>,
    id_token: Option<SecretRow>,
    scope: Option<String>,
    #[serde(with = "micros_or_none")]
    expires_at: Option<DateTime<Utc>>,
    #[serde(with = "micros_or_none")]
    refreshing_until: Option<DateTime<Utc>>,
    #[serde(with = "micros")]
    updated_at: DateTime<Utc>,
}

#[derive(Deserialize, Serialize)]
struct SecretRow {
    key: [u8; 8],
    ciphertext: Vec<u8>,
}

impl Row for SealedTokens {
    fn to_json(&self) -> Result<Vec<u8>, StoreError> {
        let json = serde_json::to_vec(&TokensRow::from(self));
        json.map_err(|error| StoreError::Other(error.into()))
    }

    fn from_json(json: &[u8]) -> serde_json::Result<Self> {
        serde_json::from_slice::<TokensRow>(json).map(Self::from)
    }
}

impl Record for SealedTokens {
    const TABLE: &'static str = "account tokens";

    fn key(&self) -> Vec<u8> {
        account_key(self.account_id)
    }

    fn entries(&self) -> Vec<Entry> {
        Vec::new()
    }
}

impl AccountTokens for RedbStore {
    fn find_tokens(
        &self,
        account: AccountId,
    ) -> BoxFuture<'_, Result<Option<SealedTokens>, StoreError>> {
        self.read(move |tx| tx.find(&account_key(account)))
    }

    fn tokens_after(
        &self,
        after: Option<AccountId>,
        limit: u32,
    ) -> BoxFuture<'_, Result<Vec<SealedTokens>, StoreError>> {
        let after = after.map(account_key);
        let span = after.map_or_else(Span::all, |key| Span::after(&key));
        self.read(move |tx| tx.page(&span, limit as usize))
    }

    fn replace_tokens<'a>(
        &'a self,
        tokens: &'a SealedTokens,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        let tokens = tokens.clone();
        self.change(move |tx| {
            let previous = tokens.revision.checked_sub(1);
            let replaced = remove_revision(tx, tokens.account_id, previous)?;
            if replaced {
                insert(tx, &tokens)?;
            }
            Ok(replaced)
        })
    }

    fn delete_tokens(
        &self,
        account: AccountId,
        revision: u32,
    ) -> BoxFuture<'_, Result<bool, StoreError>> {
        self.change(move |tx| remove_revision(tx, account, Some(revision)))
    }
}

impl AccountTokenWrites for RedbTransaction {
    fn save_tokens<'a>(
        &'a self,
        tokens: &'a SealedTokens,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        self.change(|tx| save(tx, tokens.clone()))
    }
}

fn save(tx: &WriteTransaction, mut tokens: SealedTokens) -> Result<(), StoreError> {
    let key = tokens.key();
    if tx.find::<belgie_domain::Account>(&key)?.is_none() {
        return Err(StoreError::Conflict);
    }
    if let Some(stored) = remove::<SealedTokens>(tx, &key)? {
        tokens.revision = stored.revision.wrapping_add(1);
        tokens.refresh_token = tokens.refresh_token.or(stored.refresh_token);
    }
    insert(tx, &tokens)
}

/// Deletes the tokens of an account if they have this revision.
fn remove_revision(
    tx: &WriteTransaction,
    account: AccountId,
    revision: Option<u32>,
) -> Result<bool, StoreError> {
    let key = account_key(account);
    let stored: Option<SealedTokens> = tx.find(&key)?;
    if stored.is_none_or(|stored| Some(stored.revision) != revision) {
        return Ok(false);
    }
    Ok(remove::<SealedTokens>(tx, &key)?.is_some())
}

impl From<&SealedTokens> for TokensRow {
    fn from(tokens: &SealedTokens) -> Self {
        Self {
            account_id: tokens.account_id,
            revision: tokens.revision,
            access_token: (&tokens.access_token).into(),
            refresh_token: tokens.refresh_token.as_ref().map(Into::into),
            id_token: tokens.id_token.as_ref().map(Into::into),
            scope: tokens.scope.clone(),
            expires_at: tokens.expires_at,
            refreshing_until: tokens.refreshing_until,
            updated_at: tokens.updated_at,
        }
    }
}

impl From<TokensRow> for SealedTokens {
    fn from(row: TokensRow) -> Self {
        let mut tokens = Self::new(row.account_id, row.access_token.into(), row.updated_at);
        tokens.revision = row.revision;
        tokens.refresh_token = row.refresh_token.map(Into::into);
        tokens.id_token = row.id_token.map(Into::into);
        tokens.scope = row.scope;
        tokens.expires_at = row.expires_at;
        tokens.refreshing_until = row.refreshing_until;
        tokens
    }
}

impl From<&SealedSecret> for SecretRow {
    fn from(secret: &SealedSecret) -> Self {
        Self {
            key: *secret.key.as_bytes(),
            ciphertext: secret.ciphertext.clone(),
        }
    }
}

impl From<SecretRow> for SealedSecret {
    fn from(row: SecretRow) -> Self {
        Self::new(KeyId::from_bytes(row.key), row.ciphertext)
    }
}
