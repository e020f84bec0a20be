use belgie_domain::{
    Attempt, ClientNetwork, CodeVerifier, Delivery, NewAttempt, Nonce, Purpose, SessionId,
    TokenHash,
};
use belgie_ports::{AttemptCounts, Attempts, BoxFuture, StoreError};
use chrono::{DateTime, Utc};
use diesel::dsl::count_star;
use diesel::prelude::*;

use super::SqliteStore;
use super::column::{Hash, Id, micros, time};
use super::query::Query as _;
use super::schema::attempts;
use crate::error::store_error;
use crate::value::{count, found, parse, parse_some};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = attempts, treat_none_as_default_value = false, check_for_backend(diesel::sqlite::Sqlite))]
pub(super) struct AttemptRow {
    state_hash: Hash,
    binding_hash: Hash,
    provider: String,
    nonce: String,
    code_verifier: String,
    return_to: String,
    client_state: Option<String>,
    replaces: Option<Hash>,
    purpose: String,
    delivery: String,
    network: Option<String>,
    session_id: Option<Id>,
    code_challenge: Option<String>,
    created_at: i64,
    expires_at: i64,
}

/// None of these waits for the disk: see `docs/decisions/0014-attempts-without-sync.md`.
impl Attempts for SqliteStore {
    fn insert_attempt<'a>(
        &'a self,
        attempt: &'a Attempt,
        keep: u32,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        let row = AttemptRow::from(attempt);
        self.write_unsynced(move |db| {
            insert(db, &row)?;
            trim_of_browser(db, row.binding_hash, keep)
        })
    }

    fn consume_attempt(
        &self,
        state_hash: TokenHash,
        binding_hash: TokenHash,
    ) -> BoxFuture<'_, Result<Option<Attempt>, StoreError>> {
        self.write_unsynced(move |db| consume(db, state_hash, binding_hash))
    }

    fn count_attempts(&self, share: u64) -> BoxFuture<'_, Result<AttemptCounts, StoreError>> {
        self.list(move |db| counts(db, share))
    }

    fn delete_expired_attempts(
        &self,
        now: DateTime<Utc>,
        limit: u32,
    ) -> BoxFuture<'_, Result<u64, StoreError>> {
        self.write_unsynced(move |db| delete_expired(db, now, limit))
    }
}

pub(super) fn insert(db: &mut SqliteConnection, row: &AttemptRow) -> Result<(), StoreError> {
    let insert = diesel::insert_into(attempts::table).values(row);
    insert.execute(db).map(drop).map_err(store_error)
}

/// One statement finds and deletes, so at most one caller gets the attempt.
pub(super) fn consume(
    db: &mut SqliteConnection,
    state_hash: TokenHash,
    binding_hash: TokenHash,
) -> Result<Option<Attempt>, StoreError> {
    let key = (Hash::from(binding_hash), Hash::from(state_hash));
    let delete = diesel::delete(attempts::table.find(key));
    let row: Option<AttemptRow> =
        found(delete.returning(AttemptRow::as_returning()).get_result(db)).map_err(store_error)?;
    row.map(Attempt::try_from).transpose()
}

/// Scans an index.
pub(super) fn counts(db: &mut SqliteConnection, share: u64) -> Result<AttemptCounts, StoreError> {
    let total: i64 = attempts::table
        .count()
        .get_result(db)
        .map_err(store_error)?;
    let rows: Vec<(Option<String>, i64)> = attempts::table
        .filter(attempts::network.is_not_null())
        .group_by(attempts::network)
        .having(count_star().ge(share.try_into().unwrap_or(i64::MAX)))
        .select((attempts::network, count_star()))
        .load(db)
        .map_err(store_error)?;
    let by_network = rows
        .into_iter()
        .filter_map(|(network, rows)| Some((network?, rows)));
    let by_network = by_network.map(
        |(network, rows)| -> Result<(ClientNetwork, u64), StoreError> {
            Ok((parse(&network, "attempts.network")?, count(rows)))
        },
    );
    let by_network = by_network.collect::<Result<_, _>>()?;
    Ok(AttemptCounts::new(count(total), by_network))
}

/// A browser has few, so they are sorted here.
pub(super) fn trim_of_browser(
    db: &mut SqliteConnection,
    binding_hash: Hash,
    keep: u32,
) -> Result<(), StoreError> {
    let mut by_age: Vec<(i64, Hash)> = attempts::table
        .filter(attempts::binding_hash.eq(binding_hash))
        .select((attempts::created_at, attempts::state_hash))
        .load(db)
        .map_err(store_error)?;
    by_age.sort_unstable();
    let excess = by_age.len().saturating_sub(keep as usize);
    let oldest = by_age.into_iter().take(excess);
    delete_each(db, oldest.map(|(_, state_hash)| (binding_hash, state_hash))).map(drop)
}

pub(super) fn delete_expired(
    db: &mut SqliteConnection,
    now: DateTime<Utc>,
    limit: u32,
) -> Result<u64, StoreError> {
    let over: Vec<(Hash, Hash)> = attempts::table
        .filter(attempts::expires_at.le(micros(now)))
        .limit(limit.into())
        .select((attempts::binding_hash, attempts::state_hash))
        .load(db)
        .map_err(store_error)?;
    delete_each(db, over)
}

/// Deletes the attempts with these keys, browser and state.
fn delete_each(
    db: &mut SqliteConnection,
    keys: impl IntoIterator<Item = (Hash, Hash)>,
) -> Result<u64, StoreError> {
    let mut deleted = 0;
    for key in keys {
        let delete = diesel::delete(attempts::table.find(key));
        deleted += delete.execute(db).map_err(store_error)? as u64;
    }
    Ok(deleted)
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
            replaces: attempt.purpose.replaces().map(Hash::from),
            purpose: attempt.purpose.as_str().to_owned(),
            delivery: attempt.delivery.as_str().to_owned(),
            network: attempt.network.map(|network| network.to_string()),
            session_id: attempt.purpose.session().map(|id| id.as_uuid().into()),
            code_challenge: attempt.delivery.code_challenge().map(ToString::to_string),
            created_at: micros(attempt.created_at),
            expires_at: micros(attempt.expires_at),
        }
    }
}

impl TryFrom<AttemptRow> for Attempt {
    type Error = StoreError;

    fn try_from(row: AttemptRow) -> Result<Self, StoreError> {
        let corrupt = |column: &str| StoreError::Corrupt(column.to_owned());
        let replaces = row.replaces.map(TokenHash::from);
        let mut attempt = Self::new(NewAttempt {
            state_hash: row.state_hash.into(),
            binding_hash: row.binding_hash.into(),
            provider: parse(&row.provider, "attempts.provider")?,
            nonce: Nonce::parse(&row.nonce).map_err(|_| corrupt("attempts.nonce"))?,
            code_verifier: CodeVerifier::parse(&row.code_verifier)
                .map_err(|_| corrupt("attempts.code_verifier"))?,
            return_to: row.return_to,
            created_at: time(row.created_at, "attempts.created_at")?,
        });
        let session = row.session_id.map(|id| SessionId::from_uuid(id.uuid()));
        attempt.purpose = Purpose::from_stored(&row.purpose, replaces, session);
        let challenge = parse_some(row.code_challenge.as_deref(), "attempts.code_challenge")?;
        attempt.delivery = Delivery::from_stored(&row.delivery, challenge);
        attempt.client_state = row.client_state;
        attempt.network = parse_some(row.network.as_deref(), "attempts.network")?;
        attempt.expires_at = time(row.expires_at, "attempts.expires_at")?;
        Ok(attempt)
    }
}
