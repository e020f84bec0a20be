use belgie_domain::{MailedToken, MailedTokenId, TokenHash, TokenPurpose, UserId};
use belgie_ports::{BoxFuture, MailedTokenWrites, MailedTokens, StoreError};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::PgStore;
use super::query::Query as _;
use super::schema::mailed_tokens;
use super::transaction::PgTransaction;
use crate::error::store_error;
use crate::value::{found, hash, parse};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = mailed_tokens, check_for_backend(diesel::pg::Pg))]
struct TokenRow {
    id: Uuid,
    token_hash: Vec<u8>,
    purpose: String,
    user_id: Uuid,
    email: String,
    created_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
}

impl MailedTokens for PgStore {
    fn find_mailed_token(
        &self,
        token_hash: TokenHash,
    ) -> BoxFuture<'_, Result<Option<MailedToken>, StoreError>> {
        self.query(move |db, _| Box::pin(find(db, token_hash)))
    }

    fn reissue_mailed_token(
        &self,
        id: MailedTokenId,
        token_hash: TokenHash,
        expires_at: DateTime<Utc>,
    ) -> BoxFuture<'_, Result<Option<MailedToken>, StoreError>> {
        self.query(move |db, _| Box::pin(reissue(db, id, token_hash, expires_at)))
    }

    fn delete_expired_mailed_tokens(
        &self,
        now: DateTime<Utc>,
        limit: u32,
    ) -> BoxFuture<'_, Result<u64, StoreError>> {
        self.query(move |db, _| Box::pin(delete_expired(db, now, limit)))
    }
}

impl MailedTokenWrites for PgTransaction<'_> {
    fn put_mailed_token<'a>(
        &'a self,
        token: &'a MailedToken,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        self.query(move |db, _| Box::pin(put(db, token)))
    }

    fn consume_mailed_token<'a>(
        &'a self,
        token_hash: TokenHash,
        purpose: &'a TokenPurpose,
    ) -> BoxFuture<'a, Result<Option<MailedToken>, StoreError>> {
        self.query(move |db, _| Box::pin(consume(db, token_hash, purpose)))
    }

    fn delete_mailed_tokens_of(&self, user: UserId) -> BoxFuture<'_, Result<(), StoreError>> {
        self.query(move |db, _| Box::pin(delete_of_user(db, user)))
    }
}

async fn find(
    db: &mut AsyncPgConnection,
    token_hash: TokenHash,
) -> Result<Option<MailedToken>, StoreError> {
    let bytes = token_hash.as_bytes().as_slice();
    let query = mailed_tokens::table.filter(mailed_tokens::token_hash.eq(bytes));
    one(query.select(TokenRow::as_select()).get_result(db).await)
}

async fn reissue(
    db: &mut AsyncPgConnection,
    id: MailedTokenId,
    token_hash: TokenHash,
    expires_at: DateTime<Utc>,
) -> Result<Option<MailedToken>, StoreError> {
    let update = diesel::update(mailed_tokens::table.find(id.as_uuid())).set((
        mailed_tokens::token_hash.eq(token_hash.as_bytes().as_slice()),
        mailed_tokens::expires_at.eq(expires_at),
    ));
    let update = update.returning(TokenRow::as_returning());
    one(update.get_result(db).await)
}

async fn put(db: &mut AsyncPgConnection, token: &MailedToken) -> Result<(), StoreError> {
    let before = mailed_tokens::table
        .filter(mailed_tokens::user_id.eq(token.user_id.as_uuid()))
        .filter(mailed_tokens::purpose.eq(token.purpose.as_str()));
    let deleted = diesel::delete(before).execute(db).await;
    deleted.map_err(store_error)?;
    let insert = diesel::insert_into(mailed_tokens::table).values(TokenRow::from(token));
    insert.execute(db).await.map(drop).map_err(store_error)
}

/// One statement finds and deletes, so at most one caller gets the token.
async fn consume(
    db: &mut AsyncPgConnection,
    token_hash: TokenHash,
    purpose: &TokenPurpose,
) -> Result<Option<MailedToken>, StoreError> {
    let bytes = token_hash.as_bytes().as_slice();
    let token = mailed_tokens::table
        .filter(mailed_tokens::token_hash.eq(bytes))
        .filter(mailed_tokens::purpose.eq(purpose.as_str()));
    let delete = diesel::delete(token).returning(TokenRow::as_returning());
    one(delete.get_result(db).await)
}

/// Passes over those that another statement has locked.
async fn delete_expired(
    db: &mut AsyncPgConnection,
    now: DateTime<Utc>,
    limit: u32,
) -> Result<u64, StoreError> {
    let old = diesel::alias!(mailed_tokens as old);
    let free = old
        .filter(old.field(mailed_tokens::expires_at).le(now))
        .limit(limit.into())
        .select(old.field(mailed_tokens::id))
        .for_update()
        .skip_locked();
    let batch = mailed_tokens::table.filter(mailed_tokens::id.eq_any(free));
    let deleted = diesel::delete(batch).execute(db).await;
    Ok(deleted.map_err(store_error)? as u64)
}

pub(super) async fn delete_of_user(
    db: &mut AsyncPgConnection,
    user: UserId,
) -> Result<(), StoreError> {
    let of_user = mailed_tokens::user_id.eq(user.as_uuid());
    let delete = diesel::delete(mailed_tokens::table.filter(of_user));
    delete.execute(db).await.map(drop).map_err(store_error)
}

fn one(answer: QueryResult<TokenRow>) -> Result<Option<MailedToken>, StoreError> {
    let row = found(answer).map_err(store_error)?;
    row.map(MailedToken::try_from).transpose()
}

impl From<&MailedToken> for TokenRow {
    fn from(token: &MailedToken) -> Self {
        Self {
            id: token.id.as_uuid(),
            token_hash: token.token_hash.as_bytes().to_vec(),
            purpose: token.purpose.to_string(),
            user_id: token.user_id.as_uuid(),
            email: token.email.to_string(),
            created_at: token.created_at,
            expires_at: token.expires_at,
        }
    }
}

impl TryFrom<TokenRow> for MailedToken {
    type Error = StoreError;

    fn try_from(row: TokenRow) -> Result<Self, StoreError> {
        let owner = (
            UserId::from_uuid(row.user_id),
            parse(&row.email, "mailed_tokens.email")?,
        );
        let mut token = Self::new(
            MailedTokenId::from_uuid(row.id),
            hash(&row.token_hash, "mailed_tokens.token_hash")?,
            TokenPurpose::from(&*row.purpose),
            owner,
            row.created_at,
        );
        token.expires_at = row.expires_at;
        Ok(token)
    }
}
