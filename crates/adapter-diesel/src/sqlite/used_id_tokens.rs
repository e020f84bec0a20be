use belgie_domain::TokenHash;
use belgie_ports::{BoxFuture, StoreError, UsedIdTokens};
use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::SqliteStore;
use super::column::{Hash, micros};
use super::schema::used_id_tokens;
use crate::error::store_error;

impl UsedIdTokens for SqliteStore {
    fn use_id_token(
        &self,
        token_hash: TokenHash,
        expires_at: DateTime<Utc>,
    ) -> BoxFuture<'_, Result<bool, StoreError>> {
        self.write(move |db| insert(db, token_hash, expires_at))
    }

    fn delete_expired_id_tokens(
        &self,
        now: DateTime<Utc>,
        limit: u32,
    ) -> BoxFuture<'_, Result<u64, StoreError>> {
        self.write(move |db| delete_expired(db, now, limit))
    }
}

/// One statement looks and inserts, so one caller is the first.
fn insert(
    db: &mut SqliteConnection,
    token_hash: TokenHash,
    expires_at: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let row = (
        used_id_tokens::token_hash.eq(Hash::from(token_hash)),
        used_id_tokens::expires_at.eq(micros(expires_at)),
    );
    let insert = diesel::insert_into(used_id_tokens::table)
        .values(row)
        .on_conflict_do_nothing();
    Ok(insert.execute(db).map_err(store_error)? > 0)
}

fn delete_expired(
    db: &mut SqliteConnection,
    now: DateTime<Utc>,
    limit: u32,
) -> Result<u64, StoreError> {
    let old = diesel::alias!(used_id_tokens as old);
    let over = old
        .filter(old.field(used_id_tokens::expires_at).le(micros(now)))
        .limit(limit.into())
        .select(old.field(used_id_tokens::token_hash));
    let batch = used_id_tokens::table.filter(used_id_tokens::token_hash.eq_any(over));
    let deleted = diesel::delete(batch).execute(db).map_err(store_error)?;
    Ok(deleted as u64)
}
