use belgie_domain::{IssuedCode, TokenHash, UserId};
use belgie_ports::{BoxFuture, CodeWrites, Codes, StoreError};
use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::SqliteStore;
use super::column::{Hash, Id, micros, time};
use super::schema::codes;
use super::transaction::SqliteTransaction;
use crate::error::store_error;
use crate::value::{found, parse, parse_some};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = codes, treat_none_as_default_value = false, check_for_backend(diesel::sqlite::Sqlite))]
struct CodeRow {
    code_hash: Hash,
    code_challenge: String,
    user_id: Id,
    provider: String,
    replaces: Option<Hash>,
    ip_address: Option<String>,
    user_agent: Option<String>,
    authenticated_at: i64,
    expires_at: i64,
}

impl Codes for SqliteStore {
    fn consume_code(
        &self,
        code_hash: TokenHash,
    ) -> BoxFuture<'_, Result<Option<IssuedCode>, StoreError>> {
        self.write(move |db| consume(db, code_hash))
    }

    fn delete_expired_codes(
        &self,
        now: DateTime<Utc>,
        limit: u32,
    ) -> BoxFuture<'_, Result<u64, StoreError>> {
        self.write(move |db| delete_expired(db, now, limit))
    }
}

impl CodeWrites for SqliteTransaction<'_> {
    fn insert_code<'a>(&'a self, code: &'a IssuedCode) -> BoxFuture<'a, Result<(), StoreError>> {
        self.apply(|db| insert(db, code))
    }
}

fn insert(db: &mut SqliteConnection, code: &IssuedCode) -> Result<(), StoreError> {
    let insert = diesel::insert_into(codes::table).values(CodeRow::from(code));
    insert.execute(db).map(drop).map_err(store_error)
}

/// One statement finds and deletes, so at most one caller gets the code.
fn consume(
    db: &mut SqliteConnection,
    code_hash: TokenHash,
) -> Result<Option<IssuedCode>, StoreError> {
    let delete = diesel::delete(codes::table.find(Hash::from(code_hash)));
    let row: Option<CodeRow> =
        found(delete.returning(CodeRow::as_returning()).get_result(db)).map_err(store_error)?;
    row.map(IssuedCode::try_from).transpose()
}

pub(super) fn delete_of_user(db: &mut SqliteConnection, user: UserId) -> Result<(), StoreError> {
    let of_user = codes::table.filter(codes::user_id.eq(Id::from(user.as_uuid())));
    let deleted = diesel::delete(of_user).execute(db);
    deleted.map(drop).map_err(store_error)
}

fn delete_expired(
    db: &mut SqliteConnection,
    now: DateTime<Utc>,
    limit: u32,
) -> Result<u64, StoreError> {
    let old = diesel::alias!(codes as old);
    let over = old
        .filter(old.field(codes::expires_at).le(micros(now)))
        .limit(limit.into())
        .select(old.field(codes::code_hash));
    let batch = codes::table.filter(codes::code_hash.eq_any(over));
    let deleted = diesel::delete(batch).execute(db).map_err(store_error)?;
    Ok(deleted as u64)
}

impl From<&IssuedCode> for CodeRow {
    fn from(code: &IssuedCode) -> Self {
        Self {
            code_hash: code.code_hash.into(),
            code_challenge: code.challenge.to_string(),
            user_id: code.user_id.as_uuid().into(),
            provider: code.provider.to_string(),
            replaces: code.replaces.map(Hash::from),
            ip_address: code.ip_address.map(|address| address.to_string()),
            user_agent: code.user_agent.clone(),
            authenticated_at: micros(code.authenticated_at),
            expires_at: micros(code.expires_at),
        }
    }
}

impl TryFrom<CodeRow> for IssuedCode {
    type Error = StoreError;

    fn try_from(row: CodeRow) -> Result<Self, StoreError> {
        let mut code = Self::new(
            row.code_hash.into(),
            parse(&row.code_challenge, "codes.code_challenge")?,
            UserId::from_uuid(row.user_id.uuid()),
            parse(&row.provider, "codes.provider")?,
            time(row.authenticated_at, "codes.authenticated_at")?,
        );
        code.replaces = row.replaces.map(TokenHash::from);
        code.ip_address = parse_some(row.ip_address.as_deref(), "codes.ip_address")?;
        code.user_agent = row.user_agent;
        code.expires_at = time(row.expires_at, "codes.expires_at")?;
        Ok(code)
    }
}
