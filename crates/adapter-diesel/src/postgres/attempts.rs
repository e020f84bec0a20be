use belgie_domain::{
    Attempt, ClientNetwork, CodeVerifier, Delivery, NewAttempt, Nonce, Purpose, SessionId,
    TokenHash,
};
use belgie_ports::{AttemptCounts, Attempts, BoxFuture, StoreError};
use chrono::{DateTime, Utc};
use diesel::dsl::count_star;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::PgStore;
use super::query::Query as _;
use super::schema::attempts;
use crate::error::store_error;
use crate::value::{count, found, hash, parse, parse_some};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = attempts, treat_none_as_default_value = false, check_for_backend(diesel::pg::Pg))]
struct AttemptRow {
    state_hash: Vec<u8>,
    binding_hash: Vec<u8>,
    provider: String,
    nonce: String,
    code_verifier: String,
    return_to: String,
    client_state: Option<String>,
    replaces: Option<Vec<u8>>,
    purpose: String,
    delivery: String,
    network: Option<String>,
    session_id: Option<Uuid>,
    code_challenge: Option<String>,
    created_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
}

impl Attempts for PgStore {
    fn insert_attempt<'a>(
        &'a self,
        attempt: &'a Attempt,
        keep: u32,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        self.query(move |db, _| {
            Box::pin(async move {
                let before = insert(db, attempt).await?;
                if before >= keep.into() {
                    trim_of_browser(db, attempt.binding_hash, keep).await?;
                }
                Ok(())
            })
        })
    }

    fn consume_attempt(
        &self,
        state_hash: TokenHash,
        binding_hash: TokenHash,
    ) -> BoxFuture<'_, Result<Option<Attempt>, StoreError>> {
        self.query(move |db, _| Box::pin(consume(db, state_hash, binding_hash)))
    }

    fn count_attempts(&self, share: u64) -> BoxFuture<'_, Result<AttemptCounts, StoreError>> {
        self.query(move |db, _| Box::pin(counts(db, share)))
    }

    fn delete_expired_attempts(
        &self,
        now: DateTime<Utc>,
        limit: u32,
    ) -> BoxFuture<'_, Result<u64, StoreError>> {
        self.query(move |db, _| Box::pin(delete_expired(db, now, limit)))
    }
}

/// Returns how many the browser had before, in the same round trip.
async fn insert(db: &mut AsyncPgConnection, attempt: &Attempt) -> Result<i64, StoreError> {
    let old = diesel::alias!(attempts as old);
    let of_browser = old
        .field(attempts::binding_hash)
        .eq(attempt.binding_hash.as_bytes().as_slice());
    let before = old.filter(of_browser).count().single_value();
    let insert = diesel::insert_into(attempts::table).values(AttemptRow::from(attempt));
    let before: Option<i64> = insert
        .returning(before)
        .get_result(db)
        .await
        .map_err(store_error)?;
    Ok(before.unwrap_or_default())
}

/// One statement finds and deletes, so at most one caller gets the attempt.
async fn consume(
    db: &mut AsyncPgConnection,
    state_hash: TokenHash,
    binding_hash: TokenHash,
) -> Result<Option<Attempt>, StoreError> {
    let key = (
        binding_hash.as_bytes().as_slice(),
        state_hash.as_bytes().as_slice(),
    );
    let delete = diesel::delete(attempts::table.find(key)).returning(AttemptRow::as_returning());
    let row: Option<AttemptRow> = found(delete.get_result(db).await).map_err(store_error)?;
    row.map(Attempt::try_from).transpose()
}

/// Locks only the rows that it deletes, and skips those that another statement has locked.
async fn trim_of_browser(
    db: &mut AsyncPgConnection,
    binding_hash: TokenHash,
    keep: u32,
) -> Result<(), StoreError> {
    let (of_browser, old) = diesel::alias!(attempts as of_browser, attempts as old);
    let by_age = (
        of_browser.field(attempts::created_at).desc(),
        of_browser.field(attempts::state_hash).desc(),
    );
    let binding = of_browser.field(attempts::binding_hash);
    let oldest = of_browser
        .filter(binding.eq(binding_hash.as_bytes().as_slice()))
        .order(by_age)
        .limit(i64::MAX)
        .offset(keep.into())
        .select(of_browser.field(attempts::state_hash));
    let old_binding = old.field(attempts::binding_hash);
    let free = old
        .filter(old_binding.eq(binding_hash.as_bytes().as_slice()))
        .filter(old.field(attempts::state_hash).eq_any(oldest))
        .select(old.field(attempts::state_hash))
        .for_update()
        .skip_locked();
    let excess = attempts::table
        .filter(attempts::binding_hash.eq(binding_hash.as_bytes().as_slice()))
        .filter(attempts::state_hash.eq_any(free));
    let delete = diesel::delete(excess);
    delete.execute(db).await.map(drop).map_err(store_error)
}

async fn counts(db: &mut AsyncPgConnection, share: u64) -> Result<AttemptCounts, StoreError> {
    let total: i64 = attempts::table
        .count()
        .get_result(db)
        .await
        .map_err(store_error)?;
    let rows: Vec<(Option<String>, i64)> = attempts::table
        .filter(attempts::network.is_not_null())
        .group_by(attempts::network)
        .having(count_star().ge(share.try_into().unwrap_or(i64::MAX)))
        .select((attempts::network, count_star()))
        .load(db)
        .await
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

/// By the place of the rows, which cannot change while they are locked: a join by the key would read the whole table.
/// Attempts that another statement has locked are passed over before they are counted, so that two nodes that sweep at
/// once both find enough.
async fn delete_expired(
    db: &mut AsyncPgConnection,
    now: DateTime<Utc>,
    limit: u32,
) -> Result<u64, StoreError> {
    let delete = diesel::sql_query(
        "DELETE FROM belgie_attempts WHERE ctid = ANY (ARRAY (
             SELECT ctid FROM belgie_attempts WHERE expires_at <= $1 LIMIT $2
             FOR UPDATE SKIP LOCKED))",
    );
    let delete = delete.bind::<Timestamptz, _>(now);
    let deleted = delete.bind::<BigInt, _>(i64::from(limit)).execute(db).await;
    Ok(deleted.map_err(store_error)? as u64)
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
            replaces: attempt
                .purpose
                .replaces()
                .map(|hash| hash.as_bytes().to_vec()),
            purpose: attempt.purpose.as_str().to_owned(),
            delivery: attempt.delivery.as_str().to_owned(),
            network: attempt.network.map(|network| network.to_string()),
            session_id: attempt.purpose.session().map(|id| id.as_uuid()),
            code_challenge: attempt.delivery.code_challenge().map(ToString::to_string),
            created_at: attempt.created_at,
            expires_at: attempt.expires_at,
        }
    }
}

impl TryFrom<AttemptRow> for Attempt {
    type Error = StoreError;

    fn try_from(row: AttemptRow) -> Result<Self, StoreError> {
        let corrupt = |column: &str| StoreError::Corrupt(column.to_owned());
        let replaces = row.replaces.map(|bytes| hash(&bytes, "attempts.replaces"));
        let replaces = replaces.transpose()?;
        let mut attempt = Self::new(NewAttempt {
            state_hash: hash(&row.state_hash, "attempts.state_hash")?,
            binding_hash: hash(&row.binding_hash, "attempts.binding_hash")?,
            provider: parse(&row.provider, "attempts.provider")?,
            nonce: Nonce::parse(&row.nonce).map_err(|_| corrupt("attempts.nonce"))?,
            code_verifier: CodeVerifier::parse(&row.code_verifier)
                .map_err(|_| corrupt("attempts.code_verifier"))?,
            return_to: row.return_to,
            created_at: row.created_at,
        });
        let session = row.session_id.map(SessionId::from_uuid);
        attempt.purpose = Purpose::from_stored(&row.purpose, replaces, session);
        let challenge = parse_some(row.code_challenge.as_deref(), "attempts.code_challenge")?;
        attempt.delivery = Delivery::from_stored(&row.delivery, challenge);
        attempt.client_state = row.client_state;
        attempt.network = parse_some(row.network.as_deref(), "attempts.network")?;
        attempt.expires_at = row.expires_at;
        Ok(attempt)
    }
}
