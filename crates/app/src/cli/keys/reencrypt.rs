use std::process::ExitCode;

use belgie_auth::Reencrypted;
use belgie_domain::AccountId;
use serde::Serialize;

use crate::cli::output;
use crate::cli::start::Start;
use crate::telemetry::Verbosity;

/// The outcome as JSON.
#[derive(Serialize)]
struct ReencryptedView {
    #[serde(flatten)]
    tokens: CountsView,
    signing_keys: CountsView,
}

#[derive(Serialize)]
struct CountsView {
    reencrypted: u64,
    current: u64,
    undecryptable: u64,
}

impl From<Reencrypted> for CountsView {
    fn from(counts: Reencrypted) -> Self {
        Self {
            reencrypted: counts.reencrypted,
            current: counts.current,
            undecryptable: counts.undecryptable,
        }
    }
}

pub(super) async fn run(start: Start, json: bool) -> anyhow::Result<ExitCode> {
    let settings = start.settings(Verbosity::Command)?;
    settings.required_secret()?;
    let auth = start.open_with(&settings, Vec::new()).await?;
    let tokens = auth.housekeeping().reencrypt(report).await?;
    let keys = auth.access_tokens().reencrypt().await?;
    if json {
        output::json(&ReencryptedView {
            tokens: tokens.into(),
            signing_keys: keys.into(),
        })?;
    } else {
        output::line(&format!(
            "encrypted the tokens of {} and {} again; those of {} and {} were encrypted with the newest secret already",
            output::count(tokens.reencrypted, "account"),
            output::count(keys.reencrypted, "signing key"),
            output::count(tokens.current, "account"),
            output::count(keys.current, "signing key"),
        ))?;
    }
    if tokens.undecryptable + keys.undecryptable == 0 {
        return Ok(ExitCode::SUCCESS);
    }
    output::report(&format!(
        "the tokens of {} and {} cannot be decrypted: BELGIE_SECRET_PREVIOUS lacks their secret, or they are damaged",
        output::count(tokens.undecryptable, "account"),
        output::count(keys.undecryptable, "signing key"),
    ))?;
    Ok(ExitCode::FAILURE)
}

/// Reports progress on standard error. A terminal that is gone does not end the work.
fn report(counts: Reencrypted, undecryptable: &[AccountId]) {
    for account in undecryptable {
        let _ = output::report(&format!("cannot decrypt the tokens of account {account}"));
    }
    let done = counts.reencrypted + counts.current + counts.undecryptable;
    let _ = output::report(&format!("{} done", output::count(done, "account")));
}
