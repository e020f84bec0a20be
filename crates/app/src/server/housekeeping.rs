use std::time::Duration;

use belgie_auth::Auth;
use chrono::TimeDelta;
use tokio_util::sync::CancellationToken;

/// How often expired rows are deleted.
const INTERVAL: Duration = Duration::from_secs(8 * 60);
/// The maximum random delay, so that nodes on one database take turns.
const JITTER: Duration = Duration::from_secs(4 * 60);
/// How long an expired session is kept, so that its owner gets `session_expired`.
const GRACE: TimeDelta = TimeDelta::hours(24);

/// Deletes expired rows regularly, until it is stopped.
pub(super) async fn run(auth: Auth, stop: CancellationToken) {
    while stop
        .run_until_cancelled(tokio::time::sleep(pause()))
        .await
        .is_some()
    {
        match stop
            .run_until_cancelled(auth.housekeeping().sweep(GRACE))
            .await
        {
            Some(Ok(swept)) if swept.sessions + swept.attempts > 0 => tracing::info!(
                target: "belgie::housekeeping",
                sessions = swept.sessions,
                attempts = swept.attempts,
                "deleted what had expired"
            ),
            Some(Ok(_)) | None => {}
            Some(Err(error)) => tracing::warn!(
                target: "belgie::housekeeping",
                error = &error as &dyn std::error::Error,
                "could not delete what has expired"
            ),
        }
    }
}

fn pause() -> Duration {
    // Without random bytes, the nodes merely do not take turns.
    let random = getrandom::u32().unwrap_or(u32::MAX / 2);
    INTERVAL + JITTER.mul_f64(f64::from(random) / f64::from(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_take_turns() {
        let pauses: Vec<Duration> = (0..50).map(|_| pause()).collect();

        assert!(
            pauses
                .iter()
                .all(|pause| (INTERVAL..=INTERVAL + JITTER).contains(pause))
        );
        assert!(pauses.iter().any(|pause| *pause != pauses[0]));
    }
}
