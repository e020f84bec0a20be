use belgie_domain::{Attempt, CodeVerifier, Nonce, TokenHash};
use belgie_ports::StoreError;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::schema::attempts;
use crate::error::store_error;
use crate::value::{found, hash, parse};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = attempts, check_for_backend(diesel::pg::Pg))]
struct AttemptRow {
    state_hash: Vec<u8>,
    binding_hash: Vec<u8>,
    provider: String,
    nonce: String,
    code_verifier: String,
    return_to: String,
    client_state: Option<String>,
    replaces: Option<Vec<u8>>,
    created_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
}

pub(super) async fn insert(
    db: &mut AsyncPgConnection,
    attempt: &Attempt,
) -> Result<(), StoreError> {
    let insert = diesel::insert_into(attempts::table).values(AttemptRow::from(attempt));
    insert.execute(db).await.map(drop).map_err(store_error)
}

/// One statement finds and deletes, so at most one caller gets the attempt.
pub(super) async fn consume(
    db: &mut AsyncPgConnection,
    state_hash: TokenHash,
) -> Result<Option<Attempt>, StoreError> {
    let delete = diesel::delete(attempts::table.find(state_hash.as_bytes().as_slice()));
    let row: Option<AttemptRow> = found(
        delete
            .returning(AttemptRow::as_returning())
            .get_result(db)
            .await,
    )
    .map_err(store_error)?;
    row.map(Attempt::try_from).transpose()
}

pub(super) async fn trim_of_browser(
    db: &mut AsyncPgConnection,
    binding_hash: TokenHash,
    keep: u32,
) -> Result<u64, StoreError> {
    let old = diesel::alias!(attempts as old);
    let by_age = (
        old.field(attempts::created_at).desc(),
        old.field(attempts::state_hash).desc(),
    );
    let of_browser = old
        .field(attempts::binding_hash)
        .eq(binding_hash.as_bytes().as_slice());
    let oldest = old
        .filter(of_browser)
        .order(by_age)
        .limit(i64::MAX)
        .offset(keep.into())
        .select(old.field(attempts::state_hash));
    let excess = attempts::table.filter(attempts::state_hash.eq_any(oldest));
    let deleted = diesel::delete(excess)
        .execute(db)
        .await
        .map_err(store_error)?;
    Ok(deleted as u64)
}

pub(super) async fn delete_expired(
    db: &mut AsyncPgConnection,
    now: DateTime<Utc>,
    limit: u32,
) -> Result<u64, StoreError> {
    let old = diesel::alias!(attempts as old);
    let over = old
        .filter(old.field(attempts::expires_at).le(now))
        .limit(limit.into())
        .select(old.field(attempts::state_hash));
    let batch = attempts::table.filter(attempts::state_hash.eq_any(over));
    let deleted = diesel::delete(batch)
        .execute(db)
        .await
        .map_err(store_error)?;
    Ok(deleted as u64)
}

impl From<&Attempt> for AttemptRow {
    fn from(attempt: &Attempt) -> Self {
        Self {
            state_hash: attempt.state_hash.as_bytes().to_vec(),
            binding_hash: attempt.binding_hash.as_bytes().to_vec(),
            provider: attempt.provider.to_string(),
            nonce: attempt.nonce.secret().to_owned(),
            code_verifier: attempt.code_verifier.secret().to_owned(),
            return_to: attempt.return_to.clone(),
            client_state: attempt.client_state.clone(),
            replaces: attempt.replaces.map(|hash| hash.as_bytes().to_vec()),
            created_at: attempt.created_at,
            expires_at: attempt.expires_at,
        }
    }
}

impl TryFrom<AttemptRow> for Attempt {
    type Error = StoreError;

    fn try_from(row: AttemptRow) -> Result<Self, StoreError> {
        let corrupt = |column: &str| StoreError::Corrupt(column.to_owned());
        Ok(Self {
            state_hash: hash(&row.state_hash, "attempts.state_hash")?,
            binding_hash: hash(&row.binding_hash, "attempts.binding_hash")?,
            provider: parse(&row.provider, "attempts.provider")?,
            nonce: Nonce::parse(&row.nonce).map_err(|_| corrupt("attempts.nonce"))?,
            code_verifier: CodeVerifier::parse(&row.code_verifier)
                .map_err(|_| corrupt("attempts.code_verifier"))?,
            return_to: row.return_to,
            client_state: row.client_state,
            replaces: row
                .replaces
                .map(|bytes| hash(&bytes, "attempts.replaces"))
                .transpose()?,
            created_at: row.created_at,
            expires_at: row.expires_at,
        })
    }
}
