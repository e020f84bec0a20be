use std::io::{self, Write as _};

use anyhow::Context as _;
use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;

use crate::telemetry::{encoded, encoded_json};

/// Prints a line, in which nothing moves or colours the terminal.
pub(super) fn line(text: &str) -> anyhow::Result<()> {
    print(&encoded(text))
}

/// Prints a value as JSON.
pub(super) fn json(value: &impl Serialize) -> anyhow::Result<()> {
    let text = serde_json::to_string_pretty(value).context("cannot write JSON")?;
    text.lines().try_for_each(|line| print(&encoded_json(line)))
}

/// A reader that has gone away, such as `head`, wants no more: that is no error.
fn print(line: &str) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    match writeln!(out, "{line}").and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(error).context("cannot write to standard output")
        }
        _ => Ok(()),
    }
}

/// Prints a list of any length as it comes: rows below a heading, or a JSON array.
pub(super) struct List {
    json: bool,
    is_empty: bool,
}

impl List {
    /// Begins the list.
    pub(super) fn begin(json: bool, headings: &str) -> anyhow::Result<Self> {
        line(if json { "[" } else { headings })?;
        let is_empty = true;
        Ok(Self { json, is_empty })
    }

    /// Prints an item in the form that was asked for.
    pub(super) fn item(
        &mut self,
        value: &impl Serialize,
        row: impl FnOnce() -> String,
    ) -> anyhow::Result<()> {
        if !self.json {
            return line(row().trim_end());
        }
        let comma = if self.is_empty { "  " } else { ", " };
        self.is_empty = false;
        let text = serde_json::to_string(value).context("cannot write JSON")?;
        print(&format!("{comma}{}", encoded_json(&text)))
    }

    /// Ends the list.
    pub(super) fn end(self) -> anyhow::Result<()> {
        if self.json { line("]") } else { Ok(()) }
    }
}

/// Returns a time as people read it.
pub(super) fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// Returns a time as programs read it, to the millisecond as in the API.
pub(super) fn exact_time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// Returns how many there are of something.
pub(super) fn count(number: u64, thing: &str) -> String {
    let ending = if number == 1 { "" } else { "s" };
    format!("{number} {thing}{ending}")
}

/// Prints what went wrong on standard error, a line each.
pub(super) fn complain(problem: &str) {
    let mut out = io::stderr().lock();
    for line in problem.lines() {
        // Standard error may be closed: there is nobody left to tell.
        let _ = writeln!(out, "belgie: {}", encoded(line));
    }
}
