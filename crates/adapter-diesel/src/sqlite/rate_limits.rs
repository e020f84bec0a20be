use belgie_domain::{LimitKey, Permit, RateLimit};
use belgie_ports::{BoxFuture, RateLimits, StoreError};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel::query_dsl::methods;
use diesel::sql_types::BigInt;

use super::SqliteStore;
use super::column::{Hash, micros, time};
use super::schema::rate_limits;
use crate::error::store_error;
use crate::value::found;

diesel::define_sql_function! {
    /// The later of two times.
    #[sql_name = "max"]
    fn later(one: BigInt, other: BigInt) -> BigInt;
}

/// None of these waits for the disk, as with attempts: see `docs/decisions/0014-attempts-without-sync.md`.
impl RateLimits for SqliteStore {
    fn take_permit(
        &self,
        key: LimitKey,
        limit: RateLimit,
        now: DateTime<Utc>,
    ) -> BoxFuture<'_, Result<Permit, StoreError>> {
        self.write_unsynced(move |db| {
            if take(db, key, limit, now)? {
                return Ok(Permit::Granted);
            }
            let full_at = full_at(db, key)?.unwrap_or(now);
            let retry_after = limit.retry_after(full_at, now);
            Ok(Permit::Refused { retry_after })
        })
    }

    fn return_permits(
        &self,
        key: LimitKey,
        limit: RateLimit,
        permits: u32,
    ) -> BoxFuture<'_, Result<(), StoreError>> {
        self.write_unsynced(move |db| put_back(db, key, limit.refill_time(permits)))
    }

    fn delete_full_buckets(
        &self,
        now: DateTime<Utc>,
        limit: u32,
    ) -> BoxFuture<'_, Result<u64, StoreError>> {
        self.write_unsynced(move |db| delete_full(db, now, limit))
    }
}

/// One statement decides and takes, so no permit is granted twice.
pub(super) fn take(
    db: &mut SqliteConnection,
    key: LimitKey,
    limit: RateLimit,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let every = span(limit.refill_time(1));
    let after = micros(now).saturating_add(every);
    let row = (
        rate_limits::key.eq(Hash::from(key)),
        rate_limits::full_at.eq(after),
    );
    let taken = rate_limits::full_at.eq(later(rate_limits::full_at + every, after));
    let upsert = diesel::insert_into(rate_limits::table)
        .values(row)
        .on_conflict(rate_limits::key)
        .do_update()
        .set(taken);
    let has_permit = rate_limits::full_at.le(micros(limit.latest_full_at(now)));
    let upsert = methods::FilterDsl::filter(upsert, has_permit);
    Ok(upsert.execute(db).map_err(store_error)? > 0)
}

pub(super) fn full_at(
    db: &mut SqliteConnection,
    key: LimitKey,
) -> Result<Option<DateTime<Utc>>, StoreError> {
    let bucket = rate_limits::table.find(Hash::from(key));
    let full_at: Option<i64> =
        found(bucket.select(rate_limits::full_at).get_result(db)).map_err(store_error)?;
    full_at
        .map(|at| time(at, "rate_limits.full_at"))
        .transpose()
}

pub(super) fn put_back(
    db: &mut SqliteConnection,
    key: LimitKey,
    by: TimeDelta,
) -> Result<(), StoreError> {
    let bucket = rate_limits::table.find(Hash::from(key));
    let update =
        diesel::update(bucket).set(rate_limits::full_at.eq(rate_limits::full_at - span(by)));
    update.execute(db).map(drop).map_err(store_error)
}

pub(super) fn delete_full(
    db: &mut SqliteConnection,
    now: DateTime<Utc>,
    limit: u32,
) -> Result<u64, StoreError> {
    let old = diesel::alias!(rate_limits as old);
    let full = old
        .filter(old.field(rate_limits::full_at).le(micros(now)))
        .limit(limit.into())
        .select(old.field(rate_limits::key));
    let batch = rate_limits::table.filter(rate_limits::key.eq_any(full));
    let deleted = diesel::delete(batch).execute(db).map_err(store_error)?;
    Ok(deleted as u64)
}

fn span(time: TimeDelta) -> i64 {
    time.num_microseconds().unwrap_or(i64::MAX)
}
