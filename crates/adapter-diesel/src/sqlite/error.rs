use std::error::Error;
use std::path::PathBuf;

use crate::MigrationError;

/// Why a SQLite database cannot be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SqliteOpenError {
    /// The file does not exist, and the options do not allow creating it.
    #[error("there is no database at {}", .0.display())]
    Missing(PathBuf),
    /// The file cannot be created.
    #[error("the database {} cannot be created", path.display())]
    Create {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: std::io::Error,
    },
    /// The path cannot be expressed as a URI.
    #[error("the path {} cannot be used", .0.display())]
    Path(PathBuf),
    /// SQLite cannot open the file.
    #[error("the database cannot be opened")]
    Connect(#[source] Box<dyn Error + Send + Sync>),
    /// The connection cannot be configured.
    #[error("the database cannot be set up")]
    Setup(#[source] Box<dyn Error + Send + Sync>),
    /// The schema cannot be compared with ours.
    #[error(transparent)]
    Schema(#[from] MigrationError),
    /// The file is on a file system without support for the write-ahead log, such as a network share.
    #[error("the database does not support a write-ahead log, only \"{0}\"")]
    NoWriteAheadLog(String),
    /// The operating system cannot create a thread.
    #[error("a thread cannot be started")]
    Thread(#[source] std::io::Error),
}

impl SqliteOpenError {
    pub(super) fn connect(error: diesel::ConnectionError) -> Self {
        Self::Connect(error.into())
    }

    pub(super) fn set_up(error: diesel::result::Error) -> Self {
        Self::Setup(error.into())
    }
}
