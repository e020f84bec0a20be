use crate::MigrationError;
use std::path::PathBuf;

use diesel::result::{ConnectionError, Error};

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
    /// Its schema cannot be compared with ours.
    #[error(transparent)]
    Schema(#[from] MigrationError),
    /// The file lies where SQLite cannot keep a write-ahead log, such as a network share.
    #[error("the database cannot keep a write-ahead log, only \"{0}\"")]
    NoWriteAheadLog(String),
    /// The operating system gives no thread.
    #[error("the writer thread cannot be started")]
    Thread(#[source] std::io::Error),
}
