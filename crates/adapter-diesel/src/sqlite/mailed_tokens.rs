use belgie_domain::{MailedToken, MailedTokenId, TokenHash, TokenPurpose, UserId};
use belgie_ports::{BoxFuture, MailedTokenWrites, MailedTokens, StoreError};
use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::SqliteStore;
use super::column::{Hash, Id, micros, time};
use super::query::Query as _;
use super::schema::mailed_tokens;
use super::transaction::SqliteTransaction;
use crate::error::store_error;
use crate::value::{found, parse};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = mailed_tokens, check_for_backend(diesel::sqlite::Sqlite))]
struct TokenRow {
    id: Id,
    token_hash: Hash,
    purpose: String,
    user_id: Id,
    email: String,
    created_at: i64,
    expires_at: i64,
}

impl MailedTokens for SqliteStore {
    fn find_mailed_token(
        &self,
        token_hash: TokenHash,
    ) -> BoxFuture<'_, Result<Option<MailedToken>, StoreError>> {
        self.look_up(move |db| find(db, token_hash))
    }

    fn reissue_mailed_token(
        &self,
        id: MailedTokenId,
        token_hash: TokenHash,
        expires_at: DateTime<Utc>,
    ) -> BoxFuture<'_, Result<Option<MailedToken>, StoreError>> {
        self.write(move |db| reissue(db, id, token_hash, expires_at))
    }

    fn delete_expired_mailed_tokens(
        &self,
        now: DateTime<Utc>,
        limit: u32,
    ) -> BoxFuture<'_, Result<u64, StoreError>> {
        self.write(move |db| delete_expired(db, now, limit))
    }
}

impl MailedTokenWrites for SqliteTransaction<'_> {
    fn put_mailed_token<'a>(
        &'a self,
        token: &'a MailedToken,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        self.apply(|db| put(db, token))
    }

    fn consume_mailed_token<'a>(
        &'a self,
        token_hash: TokenHash,
        purpose: &'a TokenPurpose,
    ) -> BoxFuture<'a, Result<Option<MailedToken>, StoreError>> {
        self.apply(move |db| consume(db, token_hash, purpose))
    }

    fn delete_mailed_tokens_of(&self, user: UserId) -> BoxFuture<'_, Result<(), StoreError>> {
        self.apply(move |db| delete_of_user(db, user))
    }
}

fn find(
    db: &mut SqliteConnection,
    token_hash: TokenHash,
) -> Result<Option<MailedToken>, StoreError> {
    let of_hash = mailed_tokens::token_hash.eq(Hash::from(token_hash));
    let query = mailed_tokens::table.filter(of_hash);
    one(query.select(TokenRow::as_select()).get_result(db))
}

fn reissue(
    db: &mut SqliteConnection,
    id: MailedTokenId,
    token_hash: TokenHash,
    expires_at: DateTime<Utc>,
) -> Result<Option<MailedToken>, StoreError> {
    let update = diesel::update(mailed_tokens::table.find(Id::from(id.as_uuid()))).set((
        mailed_tokens::token_hash.eq(Hash::from(token_hash)),
        mailed_tokens::expires_at.eq(micros(expires_at)),
    ));
    one(update.returning(TokenRow::as_returning()).get_result(db))
}

fn put(db: &mut SqliteConnection, token: &MailedToken) -> Result<(), StoreError> {
    let before = mailed_tokens::table
        .filter(mailed_tokens::user_id.eq(Id::from(token.user_id.as_uuid())))
        .filter(mailed_tokens::purpose.eq(token.purpose.as_str()));
    diesel::delete(before).execute(db).map_err(store_error)?;
    let insert = diesel::insert_into(mailed_tokens::table).values(TokenRow::from(token));
    insert.execute(db).map(drop).map_err(store_error)
}

/// One statement finds and deletes, so at most one caller gets the token.
fn consume(
    db: &mut SqliteConnection,
    token_hash: TokenHash,
    purpose: &TokenPurpose,
) -> Result<Option<MailedToken>, StoreError> {
    let token = mailed_tokens::table
        .filter(mailed_tokens::token_hash.eq(Hash::from(token_hash)))
        .filter(mailed_tokens::purpose.eq(purpose.as_str()));
    let delete = diesel::delete(token).returning(TokenRow::as_returning());
    one(delete.get_result(db))
}

fn delete_expired(
    db: &mut SqliteConnection,
    now: DateTime<Utc>,
    limit: u32,
) -> Result<u64, StoreError> {
    let over: Vec<Id> = mailed_tokens::table
        .filter(mailed_tokens::expires_at.le(micros(now)))
        .limit(limit.into())
        .select(mailed_tokens::id)
        .load(db)
        .map_err(store_error)?;
    let mut deleted = 0;
    for id in over {
        let delete = diesel::delete(mailed_tokens::table.find(id));
        deleted += delete.execute(db).map_err(store_error)? as u64;
    }
    Ok(deleted)
}

pub(super) fn delete_of_user(db: &mut SqliteConnection, user: UserId) -> Result<(), StoreError> {
    let of_user = mailed_tokens::user_id.eq(Id::from(user.as_uuid()));
    let delete = diesel::delete(mailed_tokens::table.filter(of_user));
    delete.execute(db).map(drop).map_err(store_error)
}

fn one(answer: QueryResult<TokenRow>) -> Result<Option<MailedToken>, StoreError> {
    let row = found(answer).map_err(store_error)?;
    row.map(MailedToken::try_from).transpose()
}

impl From<&MailedToken> for TokenRow {
    fn from(token: &MailedToken) -> Self {
        Self {
            id: token.id.as_uuid().into(),
            token_hash: token.token_hash.into(),
            purpose: token.purpose.to_string(),
            user_id: token.user_id.as_uuid().into(),
            email: token.email.to_string(),
            created_at: micros(token.created_at),
            expires_at: micros(token.expires_at),
        }
    }
}

impl TryFrom<TokenRow> for MailedToken {
    type Error = StoreError;

    fn try_from(row: TokenRow) -> Result<Self, StoreError> {
        let owner = (
            UserId::from_uuid(row.user_id.uuid()),
            parse(&row.email, "mailed_tokens.email")?,
        );
        let mut token = Self::new(
            MailedTokenId::from_uuid(row.id.uuid()),
            row.token_hash.into(),
            TokenPurpose::from(&*row.purpose),
            owner,
            time(row.created_at, "mailed_tokens.created_at")?,
        );
        token.expires_at = time(row.expires_at, "mailed_tokens.expires_at")?;
        Ok(token)
    }
}
