use chrono::TimeDelta;

use crate::{Auth, AuthError};

/// Deletes what has expired, in batches so small that nobody waits for them.
#[derive(Clone, Copy, Debug)]
pub struct Housekeeping<'a> {
    auth: &'a Auth,
}

/// How much was deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Sessions.
    pub sessions: u64,
    /// Sign-in attempts.
    pub attempts: u64,
}

/// Rows that one statement deletes at most.
const BATCH: u32 = 500;

impl<'a> Housekeeping<'a> {
    pub(crate) fn new(auth: &'a Auth) -> Self {
        Self { auth }
    }

    /// Deletes attempts that have expired, and sessions that did so at least `grace` ago: one that has just ended is
    /// kept for that long so that its owner can be told that it ended by age.
    ///
    /// # Errors
    /// [`AuthError::Store`]; what was deleted before it stays deleted.
    pub async fn sweep(&self, grace: TimeDelta) -> Result<Swept, AuthError> {
        let now = self.auth.now();
        let before = now - grace;
        let begun_before = before - self.auth.session_policy().absolute_max_age;
        let mut swept = Swept::default();
        loop {
            let sessions = self
                .auth
                .store()
                .delete_expired_sessions(before, begun_before, BATCH)
                .await?;
            let attempts = self
                .auth
                .store()
                .delete_expired_attempts(now, BATCH)
                .await?;
            swept.sessions += sessions;
            swept.attempts += attempts;
            if sessions.max(attempts) < u64::from(BATCH) {
                return Ok(swept);
            }
            tokio::task::yield_now().await;
        }
    }
}
