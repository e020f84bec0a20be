use chrono::TimeDelta;

use super::output;
use super::start::Start;

pub(super) async fn run(start: Start) -> anyhow::Result<()> {
    let auth = start.open().await?;
    let swept = auth.housekeeping().sweep(TimeDelta::zero()).await?;
    output::line(&format!(
        "deleted {} expired sessions and {} expired sign-in attempts",
        swept.sessions, swept.attempts
    ))
}
