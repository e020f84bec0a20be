//! Logs to standard error, as text or JSON, without characters that a terminal or log viewer would interpret.

mod encode;
mod filter;
mod json;
mod panic;

use std::io::{self, IsTerminal as _};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::ParseError;

pub use encode::{Encoded, encoded, encoded_json};
pub use filter::Verbosity;
pub use panic::log_panics;

use crate::settings::LogFormat;

/// `RUST_LOG` is invalid.
#[derive(Debug, thiserror::Error)]
#[error("RUST_LOG cannot be understood: it is a list such as info or belgie::access=info")]
pub struct InvalidFilter(#[source] ParseError);

/// Starts logging to standard error. `rust_log` is the variable of that name; it takes precedence over `verbosity`.
/// Does nothing if a subscriber is already installed.
///
/// # Errors
/// [`InvalidFilter`] when `rust_log` is invalid.
pub fn init(
    format: LogFormat,
    verbosity: Verbosity,
    rust_log: Option<&str>,
) -> Result<(), InvalidFilter> {
    let directives = filter::directives(verbosity, rust_log);
    let filter = EnvFilter::builder()
        .parse(directives)
        .map_err(InvalidFilter)?;
    let colours = io::stderr().is_terminal();
    let logs = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .with_ansi(colours)
        .log_internal_errors(false);
    // An error means that an embedding program has installed its own.
    let _ = match format {
        LogFormat::Text => logs.fmt_fields(Encoded).try_init(),
        LogFormat::Json => logs
            .json()
            .with_writer(json::EncodedLines::to(io::stderr))
            .flatten_event(true)
            .with_span_list(false)
            .try_init(),
    };
    Ok(())
}
