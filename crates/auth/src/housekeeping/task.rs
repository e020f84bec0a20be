use std::error::Error;
use std::fmt;
use std::time::Duration;

use tokio::task::JoinHandle;

use crate::Auth;

/// Housekeeping that runs beside the server until this is dropped. Created by [`Auth::spawn_housekeeping`].
#[must_use = "housekeeping ends when this is dropped"]
pub struct HousekeepingTask {
    task: JoinHandle<()>,
}

impl Auth {
    /// Starts the background work: deleting expired rows every 8 to 12 minutes, delivering committed events to the
    /// [`after_commit`](crate::AuthBuilder::after_commit) hooks, and sending mails.
    ///
    /// Start it once per process; when several nodes share one database, each may run it. Expired sessions are kept for
    /// a day, so that their owners get `session_expired`. An error is logged, and the work continues.
    ///
    /// # Panics
    /// When it is called outside a tokio runtime.
    pub fn spawn_housekeeping(&self) -> HousekeepingTask {
        let auth = self.clone();
        let task = tokio::spawn(async move {
            let (after_commit, mails) = (auth.after_commit(), auth.mails());
            tokio::join!(sweep_now_and_then(&auth), after_commit.run(), mails.run());
        });
        HousekeepingTask { task }
    }
}

impl HousekeepingTask {
    /// Ends the housekeeping and waits until it no longer holds the store.
    pub async fn stop(mut self) {
        self.task.abort();
        // The expected error is that the task was aborted.
        let _ = (&mut self.task).await;
    }
}

impl Drop for HousekeepingTask {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl fmt::Debug for HousekeepingTask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HousekeepingTask").finish_non_exhaustive()
    }
}

async fn sweep_now_and_then(auth: &Auth) {
    loop {
        tokio::time::sleep(pause(auth.random_fraction())).await;
        match auth.housekeeping().sweep(GRACE).await {
            Ok(deleted) if deleted.sessions + deleted.attempts > 0 => tracing::info!(
                target: "belgie::housekeeping",
                sessions = deleted.sessions,
                attempts = deleted.attempts,
                "expired rows deleted"
            ),
            Ok(_) => {}
            Err(error) => tracing::warn!(
                target: "belgie::housekeeping",
                error = &error as &dyn Error,
                "could not delete expired rows"
            ),
        }
    }
}

/// The pause before the next sweep, longer by a random fraction of the jitter.
fn pause(fraction: f64) -> Duration {
    INTERVAL + JITTER.mul_f64(fraction)
}

/// How often expired rows are deleted.
const INTERVAL: Duration = Duration::from_secs(8 * 60);
/// How much later at most, so that the nodes on one database take turns.
const JITTER: Duration = Duration::from_secs(4 * 60);
/// How long an expired session is kept, so that its owner gets `session_expired`.
const GRACE: Duration = Duration::from_secs(24 * 60 * 60);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_take_turns() {
        assert_eq!(pause(0.0), INTERVAL);
        assert_eq!(pause(1.0), INTERVAL + JITTER);
    }
}
