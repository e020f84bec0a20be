//! Rate limits: all of their storage in one file.

use belgie_domain::{LimitKey, Permit, RateLimit};
use belgie_ports::{BoxFuture, RateLimits, StoreError};
use chrono::serde::ts_microseconds as micros;
use chrono::{DateTime, Utc};
use redb::WriteTransaction;
use serde::{Deserialize, Serialize};

use crate::change;
use crate::key::{Span, joined, time};
use crate::record::{Entry, Index, Record};
use crate::row::Row;
use crate::store::RedbStore;
use crate::tables::Tables as _;

pub(crate) const BUCKETS_BY_END: Index<Bucket> = Index::named("buckets by end");

/// A bucket of permits, and when it is full again.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Bucket {
    key: [u8; 32],
    #[serde(with = "micros")]
    full_at: DateTime<Utc>,
}

impl RateLimits for RedbStore {
    fn take_permit(
        &self,
        key: LimitKey,
        limit: RateLimit,
        now: DateTime<Utc>,
    ) -> BoxFuture<'_, Result<Permit, StoreError>> {
        self.change(move |tx| {
            let found: Option<Bucket> = tx.find(key.as_bytes())?;
            let full_at = found.map_or(now, |bucket| bucket.full_at);
            let Some(full_at) = limit.take(full_at, now) else {
                let retry_after = limit.retry_after(full_at, now);
                return Ok(Permit::Refused { retry_after });
            };
            put(tx, key, full_at)?;
            Ok(Permit::Granted)
        })
    }

    fn return_permits(
        &self,
        key: LimitKey,
        limit: RateLimit,
        permits: u32,
    ) -> BoxFuture<'_, Result<(), StoreError>> {
        self.change(move |tx| match tx.find::<Bucket>(key.as_bytes())? {
            Some(bucket) => put(tx, key, limit.put_back(bucket.full_at, permits)),
            None => Ok(()),
        })
    }

    fn delete_full_buckets(
        &self,
        now: DateTime<Utc>,
        limit: u32,
    ) -> BoxFuture<'_, Result<u64, StoreError>> {
        self.change(move |tx| {
            let until_now = Span::until(&time(now));
            let full: Vec<Bucket> = tx.first(BUCKETS_BY_END, &until_now, limit as usize)?;
            change::remove_all(tx, full)
        })
    }
}

fn put(tx: &WriteTransaction, key: LimitKey, full_at: DateTime<Utc>) -> Result<(), StoreError> {
    let key = *key.as_bytes();
    change::remove::<Bucket>(tx, &key)?;
    change::insert(tx, &Bucket { key, full_at })
}

impl Record for Bucket {
    const TABLE: &'static str = "buckets";

    fn key(&self) -> Vec<u8> {
        self.key.to_vec()
    }

    fn entries(&self) -> Vec<Entry> {
        vec![BUCKETS_BY_END.entry(joined([&time(self.full_at), &self.key]))]
    }
}

impl Row for Bucket {
    fn to_json(&self) -> Result<Vec<u8>, StoreError> {
        serde_json::to_vec(self).map_err(|error| StoreError::Other(error.into()))
    }

    fn from_json(json: &[u8]) -> serde_json::Result<Self> {
        serde_json::from_slice(json)
    }
}
