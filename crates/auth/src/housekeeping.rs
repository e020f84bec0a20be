mod inspection;
mod reencryption;
mod task;

use std::fmt;
use std::time::Duration;

use chrono::{DateTime, TimeDelta};

use crate::core::Core;
use crate::{AccessTokens, AuthError};
pub use inspection::UnknownKeys;
pub use reencryption::Reencrypted;
pub use task::HousekeepingTask;

/// Deletes expired rows and encrypts tokens again, in small batches, so that other writes do not wait long.
#[derive(Clone, Copy)]
pub struct Housekeeping<'a> {
    core: &'a Core,
}

/// The numbers of deleted rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Deleted {
    /// Sessions.
    pub sessions: u64,
    /// Sign-in attempts.
    pub attempts: u64,
    /// Pending sign-ins.
    pub pending_sign_ins: u64,
    /// One-time codes.
    pub codes: u64,
    /// Tokens that were mailed.
    pub mailed_tokens: u64,
    /// Records of used ID tokens.
    pub id_tokens: u64,
    /// Failure counts.
    pub failures: u64,
    /// Signing keys.
    pub signing_keys: u64,
    /// Rate limits whose buckets are full again.
    pub rate_limits: u64,
    /// Events whose IP address and user agent were erased. The events themselves stay.
    pub event_clients: u64,
}

/// The most rows one statement deletes.
const BATCH: u32 = 500;
/// How long failure counts are kept.
const FAILURES_KEPT: TimeDelta = TimeDelta::days(90);

impl<'a> Housekeeping<'a> {
    pub(crate) fn new(core: &'a Core) -> Self {
        Self { core }
    }

    /// Deletes expired attempts, pending sign-ins, codes and records of ID tokens, sessions that expired at least `grace`
    /// ago, old failure counts, retired signing keys and unused rate limits, and erases IP address and user agent from
    /// events older than [`Policy::event_retention`](crate::Policy::event_retention). A session that has just expired is kept for
    /// `grace`, so that its owner gets `session_expired`.
    ///
    /// # Errors
    /// [`AuthError::Store`]; rows deleted before the error stay deleted.
    pub async fn sweep(&self, grace: Duration) -> Result<Deleted, AuthError> {
        let (store, now) = (&self.core.store, self.core.now());
        let grace = TimeDelta::from_std(grace).unwrap_or(TimeDelta::MAX);
        let before = now.checked_sub_signed(grace).unwrap_or_default();
        let before = before.max(DateTime::UNIX_EPOCH);
        let begun_before = before - self.core.policy.sessions.absolute_max_age;
        let retention = self.core.policy.event_retention;
        let keep_clients_from = now.checked_sub_signed(retention).unwrap_or_default();
        let mut deleted = Deleted {
            signing_keys: AccessTokens::new(self.core).delete_retired().await?,
            ..Deleted::default()
        };
        loop {
            let batch = Deleted {
                sessions: store
                    .delete_expired_sessions(before, begun_before, BATCH)
                    .await?,
                attempts: store.delete_expired_attempts(now, BATCH).await?,
                pending_sign_ins: store.delete_expired_pending_sign_ins(now, BATCH).await?,
                codes: store.delete_expired_codes(now, BATCH).await?,
                mailed_tokens: store.delete_expired_mailed_tokens(now, BATCH).await?,
                id_tokens: store.delete_expired_id_tokens(now, BATCH).await?,
                failures: store
                    .delete_failures_before(now - FAILURES_KEPT, BATCH)
                    .await?,
                signing_keys: 0,
                rate_limits: store.delete_full_buckets(now, BATCH).await?,
                event_clients: store.erase_clients_before(keep_clients_from, BATCH).await?,
            };
            deleted.add(batch);
            if batch.largest() < u64::from(BATCH) {
                return Ok(deleted);
            }
            tokio::task::yield_now().await;
        }
    }
}

impl Deleted {
    /// Returns whether nothing was deleted.
    pub fn is_empty(&self) -> bool {
        self.largest() == 0 && self.signing_keys == 0
    }

    fn add(&mut self, more: Self) {
        self.sessions += more.sessions;
        self.attempts += more.attempts;
        self.pending_sign_ins += more.pending_sign_ins;
        self.codes += more.codes;
        self.mailed_tokens += more.mailed_tokens;
        self.id_tokens += more.id_tokens;
        self.failures += more.failures;
        self.rate_limits += more.rate_limits;
        self.event_clients += more.event_clients;
    }

    fn largest(&self) -> u64 {
        let Self {
            sessions,
            attempts,
            pending_sign_ins,
            codes,
            mailed_tokens,
            id_tokens,
            failures,
            signing_keys: _, // all at once
            rate_limits,
            event_clients,
        } = *self;
        let counts = [
            sessions,
            attempts,
            pending_sign_ins,
            codes,
            mailed_tokens,
            id_tokens,
            failures,
            rate_limits,
            event_clients,
        ];
        counts.into_iter().max().unwrap_or_default()
    }
}

impl fmt::Debug for Housekeeping<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Housekeeping").finish_non_exhaustive()
    }
}
