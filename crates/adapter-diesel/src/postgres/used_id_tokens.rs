use belgie_domain::TokenHash;
use belgie_ports::{BoxFuture, StoreError, UsedIdTokens};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::PgStore;
use super::query::Query as _;
use super::schema::used_id_tokens;
use crate::error::store_error;

impl UsedIdTokens for PgStore {
    fn use_id_token(
        &self,
        token_hash: TokenHash,
        expires_at: DateTime<Utc>,
    ) -> BoxFuture<'_, Result<bool, StoreError>> {
        self.query(move |db, _| Box::pin(insert(db, token_hash, expires_at)))
    }

    fn delete_expired_id_tokens(
        &self,
        now: DateTime<Utc>,
        limit: u32,
    ) -> BoxFuture<'_, Result<u64, StoreError>> {
        self.query(move |db, _| Box::pin(delete_expired(db, now, limit)))
    }
}

/// One statement looks and inserts, so one caller is the first.
async fn insert(
    db: &mut AsyncPgConnection,
    token_hash: TokenHash,
    expires_at: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let row = (
        used_id_tokens::token_hash.eq(token_hash.as_bytes().as_slice()),
        used_id_tokens::expires_at.eq(expires_at),
    );
    let insert = diesel::insert_into(used_id_tokens::table)
        .values(row)
        .on_conflict_do_nothing();
    Ok(insert.execute(db).await.map_err(store_error)? > 0)
}

/// Passes over records that another statement has locked.
async fn delete_expired(
    db: &mut AsyncPgConnection,
    now: DateTime<Utc>,
    limit: u32,
) -> Result<u64, StoreError> {
    let old = diesel::alias!(used_id_tokens as old);
    let over = old
        .filter(old.field(used_id_tokens::expires_at).le(now))
        .limit(limit.into())
        .select(old.field(used_id_tokens::token_hash))
        .for_update()
        .skip_locked();
    let batch = used_id_tokens::table.filter(used_id_tokens::token_hash.eq_any(over));
    let deleted = diesel::delete(batch).execute(db).await;
    Ok(deleted.map_err(store_error)? as u64)
}
