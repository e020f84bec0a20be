//! One-time tokens that are mailed: the value as JSON, its table, and its statements.

use belgie_domain::{
    EmailAddress, Issuer, MailedToken, MailedTokenId, PendingSignUp, ProviderId, ProviderIdentity,
    Subject, TokenHash, TokenOwner, TokenPurpose, UserId,
};
use belgie_ports::{BoxFuture, MailedTokenWrites, MailedTokens, StoreError};
use chrono::serde::ts_microseconds as micros;
use chrono::{DateTime, Utc};
use redb::WriteTransaction;
use serde::{Deserialize, Serialize};

use crate::RedbStore;
use crate::change;
use crate::format::{hash, text, word};
use crate::key::{Span, joined, time};
use crate::record::{END_OF_TEXT, Entry, Index, Record, hash_key, subject_key, user_key};
use crate::row::Row;
use crate::tables::Tables as _;
use crate::transaction::RedbTransaction;

pub(crate) const MAILED_TOKENS_BY_HASH: Index<MailedToken> = Index::named("mailed tokens by hash");
/// By user, then purpose.
pub(crate) const MAILED_TOKENS_OF_USER: Index<MailedToken> = Index::named("mailed tokens of user");
/// By issuer, subject, then purpose.
pub(crate) const MAILED_TOKENS_OF_NEWCOMER: Index<MailedToken> =
    Index::named("mailed tokens of pending sign-ups");
pub(crate) const MAILED_TOKENS_BY_END: Index<MailedToken> = Index::named("mailed tokens by end");

#[derive(Deserialize, Serialize)]
struct MailedTokenRow {
    #[serde(with = "text")]
    id: MailedTokenId,
    #[serde(with = "hash")]
    token_hash: TokenHash,
    #[serde(with = "word")]
    purpose: TokenPurpose,
    owner: OwnerRow,
    #[serde(with = "text")]
    email: EmailAddress,
    #[serde(with = "micros")]
    created_at: DateTime<Utc>,
    #[serde(with = "micros")]
    expires_at: DateTime<Utc>,
}

#[derive(Deserialize, Serialize)]
enum OwnerRow {
    User(#[serde(with = "text")] UserId),
    PendingSignUp {
        #[serde(with = "text")]
        provider: ProviderId,
        #[serde(with = "text")]
        issuer: Issuer,
        #[serde(with = "text")]
        subject: Subject,
        name: Option<String>,
        picture: Option<String>,
        scope: Option<String>,
    },
}

impl From<TokenOwner> for OwnerRow {
    fn from(owner: TokenOwner) -> Self {
        match owner {
            TokenOwner::User(user) => Self::User(user),
            TokenOwner::PendingSignUp(pending) => Self::PendingSignUp {
                provider: pending.provider,
                issuer: pending.issuer,
                subject: pending.subject,
                name: pending.name,
                picture: pending.picture,
                scope: pending.scope,
            },
        }
    }
}

impl From<OwnerRow> for TokenOwner {
    fn from(row: OwnerRow) -> Self {
        match row {
            OwnerRow::User(user) => Self::User(user),
            OwnerRow::PendingSignUp {
                provider,
                issuer,
                subject,
                name,
                picture,
                scope,
            } => {
                let identity = ProviderIdentity::new(issuer, subject);
                let mut pending = PendingSignUp::new(provider, &identity);
                (pending.name, pending.picture, pending.scope) = (name, picture, scope);
                pending.into()
            }
        }
    }
}

impl Row for MailedToken {
    fn to_json(&self) -> Result<Vec<u8>, StoreError> {
        let token = self.clone();
        let row = MailedTokenRow {
            id: token.id,
            token_hash: token.token_hash,
            purpose: token.purpose,
            owner: token.owner.into(),
            email: token.email,
            created_at: token.created_at,
            expires_at: token.expires_at,
        };
        serde_json::to_vec(&row).map_err(|error| StoreError::Other(error.into()))
    }

    fn from_json(json: &[u8]) -> serde_json::Result<Self> {
        let row: MailedTokenRow = serde_json::from_slice(json)?;
        let owner = (TokenOwner::from(row.owner), row.email);
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
        let ((of_owner, key), end) = (of_purpose(self), time(self.expires_at));
        vec![
            MAILED_TOKENS_BY_HASH.entry(hash_key(self.token_hash)),
            of_owner.entry(key),
            MAILED_TOKENS_BY_END.entry(joined([&end, &self.key()])),
        ]
    }

    fn owner(&self) -> Option<UserId> {
        self.user_id()
    }
}

impl MailedTokens for RedbStore {
    fn find_mailed_token(
        &self,
        token_hash: TokenHash,
    ) -> BoxFuture<'_, Result<Option<MailedToken>, StoreError>> {
        self.read(move |tx| tx.find_by(MAILED_TOKENS_BY_HASH, &hash_key(token_hash)))
    }

    fn mailed_tokens_of(
        &self,
        user: UserId,
    ) -> BoxFuture<'_, Result<Vec<MailedToken>, StoreError>> {
        let of_user = Span::of(&user_key(user));
        self.read(move |tx| {
            let mut tokens = tx.first(MAILED_TOKENS_OF_USER, &of_user, usize::MAX)?;
            tokens.sort_by_key(|token| token.id);
            Ok(tokens)
        })
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
            let (of_owner, key) = of_purpose(token);
            let before = tx.find_by(of_owner, &key)?;
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

/// Returns the key of the only token that an owner has for a purpose.
fn of_purpose(token: &MailedToken) -> (Index<MailedToken>, Vec<u8>) {
    let purpose = token.purpose.as_str().as_bytes();
    match &token.owner {
        TokenOwner::User(user) => {
            let key = joined([user_key(*user).as_slice(), purpose]);
            (MAILED_TOKENS_OF_USER, key)
        }
        TokenOwner::PendingSignUp(pending) => {
            let account = subject_key(&pending.issuer, &pending.subject);
            let key = joined([account.as_slice(), END_OF_TEXT, purpose]);
            (MAILED_TOKENS_OF_NEWCOMER, key)
        }
    }
}
