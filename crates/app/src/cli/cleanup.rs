use std::time::Duration;

use super::output;
use super::start::Start;

pub(super) async fn run(start: Start) -> anyhow::Result<()> {
    let auth = start.open().await?;
    let swept = auth.housekeeping().sweep(Duration::ZERO).await?;
    let sessions = output::count(swept.sessions, "expired session");
    let attempts = output::count(swept.attempts, "expired sign-in attempt");
    output::line(&format!("deleted {sessions} and {attempts}"))
}
