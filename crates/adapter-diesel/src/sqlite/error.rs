use std::path::PathBuf;

use belgie_ports::StoreError;
use diesel::result::{ConnectionError, DatabaseErrorKind, Error};

/// Why a SQLite database cannot be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SqliteOpenError {
    /// There is no such file, and the options say not to create it.
    #[error("there is no database at {}", .0.display())]
    Missing(PathBuf),
    /// The file cannot be created or found.
    #[error("the database {} cannot be created", path.display())]
    Create {
        /// The file.
        path: PathBuf,
        /// What keeps it.
        source: std::io::Error,
    },
    /// The path cannot be written as an address.
    #[error("the path {} cannot be used", .0.display())]
    Path(PathBuf),
    /// SQLite cannot open the file.
    #[error("the database cannot be opened")]
    Connect(#[from] ConnectionError),
    /// The connection does not take its settings.
    #[error("the database cannot be set up")]
    Setup(#[from] Error),
    /// The file lies where SQLite cannot keep a write-ahead log, such as a network share.
    #[error("the database cannot keep a write-ahead log, only \"{0}\"")]
    NoWriteAheadLog(String),
    /// The operating system gives no thread.
    #[error("the writer thread cannot be started")]
    Thread(#[source] std::io::Error),
}

/// Says what a failed statement means to the caller of the port.
pub(super) fn store_error(error: Error) -> StoreError {
    match &error {
        Error::DatabaseError(
            DatabaseErrorKind::UniqueViolation | DatabaseErrorKind::ForeignKeyViolation,
            _,
        ) => StoreError::Conflict,
        Error::DatabaseError(_, details) if is_passing(details.message()) => {
            StoreError::Unavailable(Box::new(error))
        }
        Error::DeserializationError(_) => StoreError::Corrupt(error.to_string()),
        _ => StoreError::Other(Box::new(error)),
    }
}

/// Whether SQLite's message is of a kind that passes: diesel hands on no result code.
fn is_passing(message: &str) -> bool {
    PASSING.iter().any(|passing| message.starts_with(passing))
}

const PASSING: [&str; 5] = [
    "database is locked",
    "database table is locked",
    "database or disk is full",
    "disk I/O error",
    "unable to open database file",
];
