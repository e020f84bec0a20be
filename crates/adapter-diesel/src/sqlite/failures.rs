use belgie_domain::{EventKind, FailureCode, FailureKey};
use belgie_ports::{BoxFuture, Failures, StoreError};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::SqliteStore;
use super::column::{micros, time};
use super::query::Query as _;
use super::schema::failures;
use crate::error::store_error;
use crate::value::{count, provider, provider_text};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = failures, treat_none_as_default_value = false, check_for_backend(diesel::sqlite::Sqlite))]
pub(super) struct FailureRow {
    minute: i64,
    kind: String,
    provider: String,
    code: String,
    count: i64,
}

impl Failures for SqliteStore {
    fn count_failure<'a>(&'a self, key: &'a FailureKey) -> BoxFuture<'a, Result<(), StoreError>> {
        let row = FailureRow::from(key);
        self.write(move |db| add_one(db, &row))
    }

    fn failures_since(
        &self,
        since: DateTime<Utc>,
    ) -> BoxFuture<'_, Result<Vec<(FailureKey, u64)>, StoreError>> {
        self.list(move |db| list(db, since))
    }

    fn delete_failures_before(
        &self,
        before: DateTime<Utc>,
        limit: u32,
    ) -> BoxFuture<'_, Result<u64, StoreError>> {
        self.write(move |db| delete_before(db, before, limit))
    }
}

pub(super) fn add_one(db: &mut SqliteConnection, row: &FailureRow) -> Result<(), StoreError> {
    let key = (
        failures::minute,
        failures::kind,
        failures::provider,
        failures::code,
    );
    let add = diesel::insert_into(failures::table)
        .values(row)
        .on_conflict(key)
        .do_update()
        .set(failures::count.eq(failures::count + 1));
    add.execute(db).map(drop).map_err(store_error)
}

pub(super) fn list(
    db: &mut SqliteConnection,
    since: DateTime<Utc>,
) -> Result<Vec<(FailureKey, u64)>, StoreError> {
    let rows: Vec<FailureRow> = failures::table
        .filter(failures::minute.ge(micros(since)))
        .select(FailureRow::as_select())
        .load(db)
        .map_err(store_error)?;
    let counts = rows.into_iter().map(FailureRow::into_count);
    let mut counts: Vec<_> = counts.collect::<Result<_, _>>()?;
    counts.sort();
    Ok(counts)
}

/// In SQL, since diesel cannot compare rows of several columns.
pub(super) fn delete_before(
    db: &mut SqliteConnection,
    before: DateTime<Utc>,
    limit: u32,
) -> Result<u64, StoreError> {
    let delete = diesel::sql_query(
        "DELETE FROM belgie_failures WHERE (minute, kind, provider, code) IN (
             SELECT minute, kind, provider, code FROM belgie_failures WHERE minute < ? LIMIT ?)",
    );
    let delete = delete.bind::<BigInt, _>(micros(before));
    let deleted = delete.bind::<BigInt, _>(i64::from(limit)).execute(db);
    Ok(deleted.map_err(store_error)? as u64)
}

impl From<&FailureKey> for FailureRow {
    fn from(key: &FailureKey) -> Self {
        Self {
            minute: micros(key.minute),
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
            time(self.minute, "failures.minute")?,
            EventKind::from(self.kind.as_str()),
            provider(&self.provider, "failures.provider")?,
            FailureCode::from(self.code.as_str()),
        );
        Ok((key, count(self.count)))
    }
}
