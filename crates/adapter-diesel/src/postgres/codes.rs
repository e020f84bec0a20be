use belgie_domain::{IssuedCode, TokenHash, UserId};
use belgie_ports::{BoxFuture, CodeWrites, Codes, StoreError};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::PgStore;
use super::query::Query as _;
use super::schema::codes;
use super::transaction::PgTransaction;
use crate::error::store_error;
use crate::value::{found, hash, parse, parse_some};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = codes, treat_none_as_default_value = false, check_for_backend(diesel::pg::Pg))]
struct CodeRow {
    code_hash: Vec<u8>,
    code_challenge: String,
    user_id: Uuid,
    provider: String,
    replaces: Option<Vec<u8>>,
    ip_address: Option<String>,
    user_agent: Option<String>,
    authenticated_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
}

impl Codes for PgStore {
    fn consume_code(
        &self,
        code_hash: TokenHash,
    ) -> BoxFuture<'_, Result<Option<IssuedCode>, StoreError>> {
        self.query(move |db, _| Box::pin(consume(db, code_hash)))
    }

    fn delete_expired_codes(
        &self,
        now: DateTime<Utc>,
        limit: u32,
    ) -> BoxFuture<'_, Result<u64, StoreError>> {
        self.query(move |db, _| Box::pin(delete_expired(db, now, limit)))
    }
}

impl CodeWrites for PgTransaction<'_> {
    fn insert_code<'a>(&'a self, code: &'a IssuedCode) -> BoxFuture<'a, Result<(), StoreError>> {
        self.query(move |db, _| Box::pin(insert(db, code)))
    }
}

async fn insert(db: &mut AsyncPgConnection, code: &IssuedCode) -> Result<(), StoreError> {
    let insert = diesel::insert_into(codes::table).values(CodeRow::from(code));
    insert.execute(db).await.map(drop).map_err(store_error)
}

/// One statement finds and deletes, so at most one caller gets the code.
async fn consume(
    db: &mut AsyncPgConnection,
    code_hash: TokenHash,
) -> Result<Option<IssuedCode>, StoreError> {
    let found_code = codes::table.find(code_hash.as_bytes().as_slice());
    let delete = diesel::delete(found_code).returning(CodeRow::as_returning());
    let row: Option<CodeRow> = found(delete.get_result(db).await).map_err(store_error)?;
    row.map(IssuedCode::try_from).transpose()
}

pub(super) async fn delete_of_user(
    db: &mut AsyncPgConnection,
    user: UserId,
) -> Result<(), StoreError> {
    let of_user = codes::table.filter(codes::user_id.eq(user.as_uuid()));
    let deleted = diesel::delete(of_user).execute(db).await;
    deleted.map(drop).map_err(store_error)
}

/// Passes over codes that another statement has locked.
async fn delete_expired(
    db: &mut AsyncPgConnection,
    now: DateTime<Utc>,
    limit: u32,
) -> Result<u64, StoreError> {
    let old = diesel::alias!(codes as old);
    let over = old
        .filter(old.field(codes::expires_at).le(now))
        .limit(limit.into())
        .select(old.field(codes::code_hash))
        .for_update()
        .skip_locked();
    let batch = codes::table.filter(codes::code_hash.eq_any(over));
    let deleted = diesel::delete(batch).execute(db).await;
    Ok(deleted.map_err(store_error)? as u64)
}

impl From<&IssuedCode> for CodeRow {
    fn from(code: &IssuedCode) -> Self {
        Self {
            code_hash: code.code_hash.as_bytes().to_vec(),
            code_challenge: code.challenge.to_string(),
            user_id: code.user_id.as_uuid(),
            provider: code.provider.to_string(),
            replaces: code.replaces.map(|hash| hash.as_bytes().to_vec()),
            ip_address: code.ip_address.map(|address| address.to_string()),
            user_agent: code.user_agent.clone(),
            authenticated_at: code.authenticated_at,
            expires_at: code.expires_at,
        }
    }
}

impl TryFrom<CodeRow> for IssuedCode {
    type Error = StoreError;

    fn try_from(row: CodeRow) -> Result<Self, StoreError> {
        let replaces = row.replaces.map(|bytes| hash(&bytes, "codes.replaces"));
        let mut code = Self::new(
            hash(&row.code_hash, "codes.code_hash")?,
            parse(&row.code_challenge, "codes.code_challenge")?,
            UserId::from_uuid(row.user_id),
            parse(&row.provider, "codes.provider")?,
            row.authenticated_at,
        );
        code.replaces = replaces.transpose()?;
        code.ip_address = parse_some(row.ip_address.as_deref(), "codes.ip_address")?;
        code.user_agent = row.user_agent;
        code.expires_at = row.expires_at;
        Ok(code)
    }
}
