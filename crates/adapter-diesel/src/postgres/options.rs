use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use super::InvalidPgUrl;

/// Where a database is, and how it is used.
#[derive(Clone)]
#[non_exhaustive]
pub struct PgOptions {
    /// The URL, with its password: `postgres://user:password@host:port/database?sslmode=verify-full`. Without `sslmode`
    /// the connection to any other machine is encrypted and verified, or not made.
    pub url: String,
    /// Connections at most.
    pub connections: usize,
    /// How long a call may take in all, waiting for a connection included. Then it is answered as unavailable. A
    /// transaction may wait three times as long for its turn, while others of this store for the same user, account or
    /// address go on.
    pub timeout: Duration,
    /// A file of root certificates in PEM, besides the well-known ones. `sslrootcert` in the URL stands instead of both.
    pub root_certificates: Option<PathBuf>,
}

/// Why a store on PostgreSQL cannot be set up. None of these asks the server.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PgOpenError {
    /// The URL cannot be understood.
    #[error(transparent)]
    Url(#[from] InvalidPgUrl),
    /// The file of root certificates cannot be read, or holds none.
    #[error("the root certificates of {} cannot be used", path.display())]
    RootCertificates {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// TLS cannot be set up.
    #[error("TLS cannot be set up")]
    Tls(#[from] rustls::Error),
    /// The operating system gives no thread.
    #[error("the thread of the connections cannot be started")]
    Thread(#[source] std::io::Error),
    /// The pool cannot be made.
    #[error("the connections cannot be pooled")]
    Pool(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl PgOptions {
    /// The database at this URL, with at most 16 connections and 2 seconds for each call.
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
    /// Leaves out the URL: it holds a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PgOptions")
            .field("connections", &self.connections)
            .field("timeout", &self.timeout)
            .field("root_certificates", &self.root_certificates)
            .finish_non_exhaustive()
    }
}
