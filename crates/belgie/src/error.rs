use std::fmt;

#[cfg(any(feature = "postgres", feature = "sqlite"))]
use belgie_adapter_diesel::{MigrationError, SchemaStatus};
use belgie_ports::with_causes;
use belgie_provider_http::HttpClientError;
use belgie_web::{SiteError, WebConfigError};

/// Why [`BelgieBuilder::build`](crate::BelgieBuilder::build) did not succeed.
///
/// Its `Debug` is the message with its causes, since that is what a `main` prints that returns the error.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// The address of the site, its path or a trusted origin cannot be used.
    #[error(transparent)]
    Site(#[from] SiteError),
    /// No store was chosen.
    #[error(
        "no store was chosen: call `sqlite(\"app.db\")`, `postgres(url)`, `memory()` or `store(…)`"
    )]
    NoStore,
    /// The SQLite database cannot be opened.
    #[cfg(feature = "sqlite")]
    #[error(transparent)]
    Sqlite(#[from] belgie_adapter_diesel::SqliteOpenError),
    /// The PostgreSQL database cannot be set up.
    #[cfg(feature = "postgres")]
    #[error(transparent)]
    Postgres(#[from] belgie_adapter_diesel::PgOpenError),
    /// The schema cannot be brought up to date, or read.
    #[cfg(any(feature = "postgres", feature = "sqlite"))]
    #[error(transparent)]
    Migration(#[from] MigrationError),
    /// The schema is not that of this version, and migrations are left to the application.
    #[cfg(any(feature = "postgres", feature = "sqlite"))]
    #[error(
        "the schema of the database is not current: migrate the store before, or leave out `without_migrations()`"
    )]
    Schema(SchemaStatus),
    /// A variable of the environment is not set.
    #[error("the environment does not set {0}")]
    Environment(&'static str),
    /// A provider's configuration is wrong.
    #[cfg(feature = "oidc")]
    #[error(transparent)]
    Provider(#[from] belgie_provider_oidc::ConfigError),
    /// The HTTP client that asks providers cannot be made.
    #[error(transparent)]
    Http(#[from] HttpClientError),
    /// The use cases do not go together.
    #[error(transparent)]
    Auth(#[from] belgie_auth::BuildError),
    /// The web layer does not go together with the site.
    #[error(transparent)]
    Web(#[from] WebConfigError),
}

impl fmt::Debug for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&with_causes(self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_main_that_returns_the_error_prints_what_to_do() {
        let error = BuildError::Environment("GOOGLE_CLIENT_ID");

        assert_eq!(
            format!("{error:?}"),
            "the environment does not set GOOGLE_CLIENT_ID"
        );
    }

    #[cfg(feature = "sqlite")]
    #[test]
    fn the_cause_of_the_error_is_printed_too() {
        let source = std::io::Error::other("it is read-only");
        let path = "app.db".into();
        let error =
            BuildError::from(belgie_adapter_diesel::SqliteOpenError::Create { path, source });

        assert_eq!(
            format!("{error:?}"),
            "the database app.db cannot be created: it is read-only"
        );
    }
}
