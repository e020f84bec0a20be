use std::time::Duration;

use super::output;
use super::start::Start;

pub(super) async fn run(start: Start) -> anyhow::Result<()> {
    let auth = start.open().await?;
    let swept = auth.housekeeping().sweep(Duration::ZERO).await?;
    for (number, name) in [
        (swept.sessions, "expired session"),
        (swept.attempts, "expired sign-in attempt"),
        (swept.pending_sign_ins, "expired pending sign-in"),
        (swept.codes, "expired one-time code"),
        (swept.id_tokens, "used ID token"),
        (swept.failures, "old failure count"),
        (swept.signing_keys, "retired signing key"),
    ] {
        output::line(&format!("deleted {}", output::count(number, name)))?;
    }
    let erased = output::count(swept.event_clients, "old event");
    output::line(&format!("erased address and agent of {erased}"))?;
    Ok(())
}
