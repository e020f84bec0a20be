use std::time::Duration;

use super::reader::Reader;
use super::table;

/// Settings of the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Operation {
    /// The number of worker threads.
    pub workers: usize,
    /// The format of log lines.
    pub log_format: LogFormat,
    /// How long `/readyz` fails before the server stops accepting connections.
    pub shutdown_delay: Duration,
    /// How long requests in progress may take to complete.
    pub shutdown_timeout: Duration,
}

/// The format of log lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For programs: one JSON object a line.
    Json,
}

impl Operation {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let cores = || std::thread::available_parallelism().map_or(1, usize::from);
        let workers = reader.number(&table::WORKERS);
        let delay = reader.seconds(&table::SHUTDOWN_DELAY);
        let timeout = reader.seconds(&table::SHUTDOWN_TIMEOUT);
        Self {
            workers: workers
                .and_then(|number| usize::try_from(number).ok())
                .unwrap_or_else(cores),
            log_format: reader.one_of(&table::LOG_FORMAT, &[LogFormat::Text, LogFormat::Json]),
            shutdown_delay: Duration::from_secs(delay.unwrap_or_default()),
            shutdown_timeout: Duration::from_secs(timeout.unwrap_or_default()),
        }
    }
}
