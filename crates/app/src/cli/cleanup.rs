use std::time::Duration;

use super::output;
use super::start::Start;

pub(super) async fn run(start: Start) -> anyhow::Result<()> {
    let auth = start.open().await?;
    let swept = auth.housekeeping().sweep(Duration::ZERO).await?;
    let sessions = output::count(swept.sessions, "expired session");
    let attempts = swept.attempts + swept.pending_sign_ins;
    let attempts = output::count(attempts, "expired sign-in attempt");
    let tokens = output::count(swept.codes + swept.id_tokens, "one-time token");
    output::line(&format!("deleted {sessions}, {attempts} and {tokens}"))
}
