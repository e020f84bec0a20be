use belgie_domain::{LimitKey, Permit, RateLimit};
use belgie_ports::{BoxFuture, RateLimits, StoreError};
use chrono::{DateTime, Utc};

use crate::MemoryStore;
use crate::state::remove;

impl RateLimits for MemoryStore {
    fn take_permit(
        &self,
        key: LimitKey,
        limit: RateLimit,
        now: DateTime<Utc>,
    ) -> BoxFuture<'_, Result<Permit, StoreError>> {
        self.change(move |state| {
            let full_at = state.rate_limits.get(&key).copied().unwrap_or(now);
            let Some(full_at) = limit.take(full_at, now) else {
                let retry_after = limit.retry_after(full_at, now);
                return Ok(Permit::Refused { retry_after });
            };
            state.rate_limits.insert(key, full_at);
            Ok(Permit::Granted)
        })
    }

    fn return_permits(
        &self,
        key: LimitKey,
        limit: RateLimit,
        permits: u32,
    ) -> BoxFuture<'_, Result<(), StoreError>> {
        self.change(move |state| {
            if let Some(full_at) = state.rate_limits.get_mut(&key) {
                *full_at = limit.put_back(*full_at, permits);
            }
            Ok(())
        })
    }

    fn delete_full_buckets(
        &self,
        now: DateTime<Utc>,
        limit: u32,
    ) -> BoxFuture<'_, Result<u64, StoreError>> {
        self.change(move |state| {
            let buckets = state.rate_limits.iter();
            let full = buckets.filter(|(_, full_at)| **full_at <= now);
            let keys: Vec<_> = full.take(limit as usize).map(|(key, _)| *key).collect();
            Ok(remove(&mut state.rate_limits, keys))
        })
    }
}
