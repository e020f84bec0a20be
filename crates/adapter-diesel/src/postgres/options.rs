use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use super::InvalidPgUrl;

/// The database and how to use it.
#[derive(Clone)]
#[non_exhaustive]
pub struct PgOptions {
    /// The URL, with its password: `postgres://user:password@host:port/database?sslmode=verify-full`. Without
    /// `sslmode`, a connection to another machine must be encrypted and verified.
    pub url: String,
    /// The maximum number of connections.
    pub connections: usize,
    /// How long a call may take, including the wait for a connection; after that it fails as unavailable. A transaction
    /// may wait three times as long for other transactions of this store on the same user, account or address.
    pub timeout: Duration,
    /// A file of root certificates in PEM, in addition to the well-known ones. `sslrootcert` in the URL replaces both.
    pub root_certificates: Option<PathBuf>,
}

/// Why a PostgreSQL store cannot be created. None of these contacts the server.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PgOpenError {
    /// The URL is invalid.
    #[error(transparent)]
    Url(#[from] InvalidPgUrl),
    /// The file of root certificates cannot be read, or contains none.
    #[error("the root certificates of {} cannot be used", path.display())]
    RootCertificates {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// TLS cannot be set up.
    #[error("TLS cannot be set up")]
    Tls(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The operating system cannot create a thread.
    #[error("the thread of the connections cannot be started")]
    Thread(#[source] std::io::Error),
    /// The pool cannot be created.
    #[error("the connection pool cannot be created")]
    Pool(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl PgOptions {
    /// Creates options for this URL, with at most 16 connections and 2 seconds for each call.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            connections: 16,
            timeout: Duration::from_secs(2),
            root_certificates: None,
        }
    }
}

impl fmt::Debug for PgOptions {
    /// Omits the URL, which contains a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PgOptions")
            .field("connections", &self.connections)
            .field("timeout", &self.timeout)
            .field("root_certificates", &self.root_certificates)
            .finish_non_exhaustive()
    }
}
