use belgie_domain::{LimitKey, Permit, RateLimit};
use belgie_ports::{BoxFuture, RateLimits, StoreError};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel::query_dsl::methods;
use diesel::sql_types::{Interval, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::PgStore;
use super::query::Query as _;
use super::schema::rate_limits;
use crate::error::store_error;
use crate::value::found;

diesel::define_sql_function! {
    /// The later of two times.
    #[sql_name = "greatest"]
    fn later(one: Timestamptz, other: Timestamptz) -> Timestamptz;
}

impl RateLimits for PgStore {
    fn take_permit(
        &self,
        key: LimitKey,
        limit: RateLimit,
        now: DateTime<Utc>,
    ) -> BoxFuture<'_, Result<Permit, StoreError>> {
        self.query(move |db, _| Box::pin(permit(db, key, limit, now)))
    }

    fn return_permits(
        &self,
        key: LimitKey,
        limit: RateLimit,
        permits: u32,
    ) -> BoxFuture<'_, Result<(), StoreError>> {
        self.query(move |db, _| Box::pin(put_back(db, key, limit.refill_time(permits))))
    }

    fn delete_full_buckets(
        &self,
        now: DateTime<Utc>,
        limit: u32,
    ) -> BoxFuture<'_, Result<u64, StoreError>> {
        self.query(move |db, _| Box::pin(delete_full(db, now, limit)))
    }
}

async fn permit(
    db: &mut AsyncPgConnection,
    key: LimitKey,
    limit: RateLimit,
    now: DateTime<Utc>,
) -> Result<Permit, StoreError> {
    if take(db, key, limit, now).await? {
        return Ok(Permit::Granted);
    }
    let full_at = full_at(db, key).await?.unwrap_or(now);
    let retry_after = limit.retry_after(full_at, now);
    Ok(Permit::Refused { retry_after })
}

/// One statement decides and takes, so no permit is granted twice.
async fn take(
    db: &mut AsyncPgConnection,
    key: LimitKey,
    limit: RateLimit,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let every = limit.refill_time(1);
    let after = now.checked_add_signed(every).unwrap_or(now);
    let row = (
        rate_limits::key.eq(key.as_bytes().as_slice()),
        rate_limits::full_at.eq(after),
    );
    let refilled = rate_limits::full_at + every.into_sql::<Interval>();
    let upsert = diesel::insert_into(rate_limits::table)
        .values(row)
        .on_conflict(rate_limits::key)
        .do_update()
        .set(rate_limits::full_at.eq(later(refilled, after)));
    let has_permit = rate_limits::full_at.le(limit.latest_full_at(now));
    let upsert = methods::FilterDsl::filter(upsert, has_permit);
    Ok(upsert.execute(db).await.map_err(store_error)? > 0)
}

async fn full_at(
    db: &mut AsyncPgConnection,
    key: LimitKey,
) -> Result<Option<DateTime<Utc>>, StoreError> {
    let bucket = rate_limits::table.find(key.as_bytes().as_slice());
    let full_at = bucket.select(rate_limits::full_at).get_result(db).await;
    found(full_at).map_err(store_error)
}

async fn put_back(
    db: &mut AsyncPgConnection,
    key: LimitKey,
    by: TimeDelta,
) -> Result<(), StoreError> {
    let bucket = rate_limits::table.find(key.as_bytes().as_slice());
    let earlier = rate_limits::full_at - by.into_sql::<Interval>();
    let update = diesel::update(bucket).set(rate_limits::full_at.eq(earlier));
    update.execute(db).await.map(drop).map_err(store_error)
}

/// Passes over buckets that another statement has locked.
async fn delete_full(
    db: &mut AsyncPgConnection,
    now: DateTime<Utc>,
    limit: u32,
) -> Result<u64, StoreError> {
    let old = diesel::alias!(rate_limits as old);
    let full = old
        .filter(old.field(rate_limits::full_at).le(now))
        .limit(limit.into())
        .select(old.field(rate_limits::key))
        .for_update()
        .skip_locked();
    let batch = rate_limits::table.filter(rate_limits::key.eq_any(full));
    let deleted = diesel::delete(batch).execute(db).await;
    Ok(deleted.map_err(store_error)? as u64)
}
