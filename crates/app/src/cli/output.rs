use std::io::{self, IsTerminal as _, Write as _};

use anyhow::Context as _;
use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;

use crate::telemetry::{encoded, encoded_json};

/// Prints a line, escaping characters that control the terminal.
pub(super) fn line(text: &str) -> anyhow::Result<()> {
    print(&encoded(text))
}

/// Prints our own text, such as a script, unchanged.
pub(super) fn raw(text: &str) -> anyhow::Result<()> {
    print(text)
}

/// Prints a value as JSON.
pub(super) fn json(value: &impl Serialize) -> anyhow::Result<()> {
    let text = serde_json::to_string_pretty(value).context("cannot write JSON")?;
    text.lines().try_for_each(|line| print(&encoded_json(line)))
}

/// A closed pipe, as with `head`, is not an error.
fn print(line: &str) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    match writeln!(out, "{line}").and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(error).context("cannot write to standard output")
        }
        _ => Ok(()),
    }
}

/// Prints a list of any length as it arrives: rows below a heading, or a JSON array.
pub(super) struct List {
    json: bool,
    headings: &'static str,
    is_empty: bool,
}

impl List {
    /// Starts the list.
    pub(super) fn begin(json: bool, headings: &'static str) -> anyhow::Result<Self> {
        if json {
            line("[")?;
        }
        Ok(Self {
            json,
            headings,
            is_empty: true,
        })
    }

    /// Prints an item in the requested format.
    pub(super) fn item(
        &mut self,
        value: &impl Serialize,
        row: impl FnOnce() -> String,
    ) -> anyhow::Result<()> {
        let is_first = std::mem::take(&mut self.is_empty);
        if !self.json {
            if is_first {
                line(self.headings)?;
            }
            return line(row().trim_end());
        }
        let comma = if is_first { "  " } else { ", " };
        let text = serde_json::to_string(value).context("cannot write JSON")?;
        print(&format!("{comma}{}", encoded_json(&text)))
    }

    /// Ends the list; people see `nothing` in place of an empty one.
    pub(super) fn end(self, nothing: &str) -> anyhow::Result<()> {
        match (self.json, self.is_empty) {
            (true, _) => line("]"),
            (false, true) => line(nothing),
            (false, false) => Ok(()),
        }
    }
}

/// Formats a time for people.
pub(super) fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// Formats a count.
pub(super) fn count(number: u64, thing: &str) -> String {
    let ending = if number == 1 { "" } else { "s" };
    format!("{number} {thing}{ending}")
}

/// Asks for confirmation on a terminal; only answers beginning with `y` confirm. Without a terminal, returns true.
pub(super) fn confirm(question: &str) -> anyhow::Result<bool> {
    if !io::stdin().is_terminal() {
        return Ok(true);
    }
    let mut out = io::stderr().lock();
    write!(out, "{} [y/N] ", encoded(question)).and_then(|()| out.flush())?;
    let mut answer = String::new();
    io::stdin().read_line(&mut answer)?;
    Ok(answer.trim_start().starts_with(['y', 'Y']))
}

/// Prints a line of a report on standard error.
pub(super) fn report(text: &str) -> anyhow::Result<()> {
    let written = writeln!(io::stderr().lock(), "{}", encoded(text));
    written.context("cannot write to standard error")
}

/// Prints an error to standard error, each line with a prefix.
pub(super) fn print_error(problem: &str) {
    let mut out = io::stderr().lock();
    for line in problem.lines() {
        // Standard error may be closed.
        let _ = writeln!(out, "belgie: {}", encoded(line));
    }
}
