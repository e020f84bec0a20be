use belgie_domain::{Attempt, CodeVerifier, Nonce, TokenHash};
use belgie_ports::StoreError;
use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::column::{Hash, micros, time};
use super::schema::attempts;
use crate::error::store_error;
use crate::value::{found, parse};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = attempts, check_for_backend(diesel::sqlite::Sqlite))]
struct AttemptRow {
    state_hash: Hash,
    binding_hash: Hash,
    provider: String,
    nonce: String,
    code_verifier: String,
    return_to: String,
    client_state: Option<String>,
    replaces: Option<Hash>,
    created_at: i64,
    expires_at: i64,
}

pub(super) fn insert(db: &mut SqliteConnection, attempt: &Attempt) -> Result<(), StoreError> {
    let insert = diesel::insert_into(attempts::table).values(AttemptRow::from(attempt));
    insert.execute(db).map(drop).map_err(store_error)
}

/// One statement finds and deletes, so at most one caller gets the attempt.
pub(super) fn consume(
    db: &mut SqliteConnection,
    state_hash: TokenHash,
) -> Result<Option<Attempt>, StoreError> {
    let delete = diesel::delete(attempts::table.find(Hash::from(state_hash)));
    let row: Option<AttemptRow> =
        found(delete.returning(AttemptRow::as_returning()).get_result(db)).map_err(store_error)?;
    row.map(Attempt::try_from).transpose()
}

pub(super) fn trim_of_browser(
    db: &mut SqliteConnection,
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
        .eq(Hash::from(binding_hash));
    let oldest = old
        .filter(of_browser)
        .order(by_age)
        .limit(i64::MAX)
        .offset(keep.into())
        .select(old.field(attempts::state_hash));
    let excess = attempts::table.filter(attempts::state_hash.eq_any(oldest));
    let deleted = diesel::delete(excess).execute(db).map_err(store_error)?;
    Ok(deleted as u64)
}

pub(super) fn delete_expired(
    db: &mut SqliteConnection,
    now: DateTime<Utc>,
    limit: u32,
) -> Result<u64, StoreError> {
    let old = diesel::alias!(attempts as old);
    let over = old
        .filter(old.field(attempts::expires_at).le(micros(now)))
        .limit(limit.into())
        .select(old.field(attempts::state_hash));
    let batch = attempts::table.filter(attempts::state_hash.eq_any(over));
    let deleted = diesel::delete(batch).execute(db).map_err(store_error)?;
    Ok(deleted as u64)
}

impl From<&Attempt> for AttemptRow {
    fn from(attempt: &Attempt) -> Self {
        Self {
            state_hash: attempt.state_hash.into(),
            binding_hash: attempt.binding_hash.into(),
            provider: attempt.provider.to_string(),
            nonce: attempt.nonce.secret().to_owned(),
            code_verifier: attempt.code_verifier.secret().to_owned(),
            return_to: attempt.return_to.clone(),
            client_state: attempt.client_state.clone(),
            replaces: attempt.replaces.map(Hash::from),
            created_at: micros(attempt.created_at),
            expires_at: micros(attempt.expires_at),
        }
    }
}

impl TryFrom<AttemptRow> for Attempt {
    type Error = StoreError;

    fn try_from(row: AttemptRow) -> Result<Self, StoreError> {
        let corrupt = |column: &str| StoreError::Corrupt(column.to_owned());
        Ok(Self {
            state_hash: row.state_hash.into(),
            binding_hash: row.binding_hash.into(),
            provider: parse(&row.provider, "attempts.provider")?,
            nonce: Nonce::parse(&row.nonce).map_err(|_| corrupt("attempts.nonce"))?,
            code_verifier: CodeVerifier::parse(&row.code_verifier)
                .map_err(|_| corrupt("attempts.code_verifier"))?,
            return_to: row.return_to,
            client_state: row.client_state,
            replaces: row.replaces.map(TokenHash::from),
            created_at: time(row.created_at, "attempts.created_at")?,
            expires_at: time(row.expires_at, "attempts.expires_at")?,
        })
    }
}
