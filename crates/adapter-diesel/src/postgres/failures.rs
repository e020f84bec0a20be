use belgie_domain::{EventKind, FailureCode, FailureKey};
use belgie_ports::{BoxFuture, Failures, StoreError};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::PgStore;
use super::query::Query as _;
use super::schema::failures;
use crate::error::store_error;
use crate::value::{count, provider, provider_text};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = failures, treat_none_as_default_value = false, check_for_backend(diesel::pg::Pg))]
struct FailureRow {
    minute: DateTime<Utc>,
    kind: String,
    provider: String,
    code: String,
    count: i64,
}

impl Failures for PgStore {
    fn count_failure<'a>(&'a self, key: &'a FailureKey) -> BoxFuture<'a, Result<(), StoreError>> {
        self.query(move |db, _| Box::pin(add_one(db, key)))
    }

    fn failures_since(
        &self,
        since: DateTime<Utc>,
    ) -> BoxFuture<'_, Result<Vec<(FailureKey, u64)>, StoreError>> {
        self.query(move |db, _| Box::pin(list(db, since)))
    }

    fn delete_failures_before(
        &self,
        before: DateTime<Utc>,
        limit: u32,
    ) -> BoxFuture<'_, Result<u64, StoreError>> {
        self.query(move |db, _| Box::pin(delete_before(db, before, limit)))
    }
}

async fn add_one(db: &mut AsyncPgConnection, key: &FailureKey) -> Result<(), StoreError> {
    let columns = (
        failures::minute,
        failures::kind,
        failures::provider,
        failures::code,
    );
    let add = diesel::insert_into(failures::table)
        .values(FailureRow::from(key))
        .on_conflict(columns)
        .do_update()
        .set(failures::count.eq(failures::count + 1));
    add.execute(db).await.map(drop).map_err(store_error)
}

async fn list(
    db: &mut AsyncPgConnection,
    since: DateTime<Utc>,
) -> Result<Vec<(FailureKey, u64)>, StoreError> {
    let rows: Vec<FailureRow> = failures::table
        .filter(failures::minute.ge(since))
        .select(FailureRow::as_select())
        .load(db)
        .await
        .map_err(store_error)?;
    let counts = rows.into_iter().map(FailureRow::into_count);
    let mut counts: Vec<_> = counts.collect::<Result<_, _>>()?;
    counts.sort();
    Ok(counts)
}

/// In SQL, since diesel cannot compare rows of several columns.
async fn delete_before(
    db: &mut AsyncPgConnection,
    before: DateTime<Utc>,
    limit: u32,
) -> Result<u64, StoreError> {
    let delete = diesel::sql_query(
        "DELETE FROM belgie_failures WHERE (minute, kind, provider, code) IN (
             SELECT minute, kind, provider, code FROM belgie_failures WHERE minute < $1 LIMIT $2
             FOR UPDATE SKIP LOCKED)",
    );
    let delete = delete.bind::<Timestamptz, _>(before);
    let deleted = delete.bind::<BigInt, _>(i64::from(limit)).execute(db).await;
    Ok(deleted.map_err(store_error)? as u64)
}

impl From<&FailureKey> for FailureRow {
    fn from(key: &FailureKey) -> Self {
        Self {
            minute: key.minute,
            kind: key.kind.to_string(),
            provider: provider_text(key.provider.as_ref()),
            code: key.code.to_string(),
            count: 1,
        }
    }
}

impl FailureRow {
    fn into_count(self) -> Result<(FailureKey, u64), StoreError> {
        let key = FailureKey::new(
            self.minute,
            EventKind::from(self.kind.as_str()),
            provider(&self.provider, "failures.provider")?,
            FailureCode::from(self.code.as_str()),
        );
        Ok((key, count(self.count)))
    }
}
