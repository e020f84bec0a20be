//! The results of checks, a line each.

use std::process::ExitCode;

use serde::Serialize;

use super::output;

/// The results of all checks.
#[derive(Serialize)]
struct Report {
    ok: bool,
    checks: Vec<Check>,
}

/// The result of one check.
#[derive(Serialize)]
pub(super) struct Check {
    #[serde(rename = "check")]
    about: String,
    status: Status,
    message: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Status {
    Ok,
    /// In order, with something worth knowing.
    Note,
    Warning,
    Error,
}

impl Check {
    pub(super) fn new(about: &str, status: Status, message: impl Into<String>) -> Self {
        Self {
            about: about.to_owned(),
            status,
            message: message.into(),
        }
    }

    pub(super) fn is_ok(&self) -> bool {
        self.status == Status::Ok
    }
}

/// Shows the results; an error among them makes the command fail.
pub(super) fn show(checks: Vec<Check>, json: bool) -> anyhow::Result<ExitCode> {
    let ok = checks.iter().all(|check| check.status != Status::Error);
    if json {
        output::json(&Report { ok, checks })?;
    } else {
        checks.iter().try_for_each(print)?;
    }
    Ok(if ok {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Prints good results to standard output, problems to standard error.
fn print(check: &Check) -> anyhow::Result<()> {
    let Check { about, message, .. } = check;
    match check.status {
        Status::Ok => output::line(&format!("ok: {about}: {message}")),
        Status::Note => output::line(&format!("note: {about}: {message}")),
        Status::Warning => output::report(&format!("warning: {about}: {message}")),
        Status::Error => output::report(&format!("error: {about}: {message}")),
    }
}
