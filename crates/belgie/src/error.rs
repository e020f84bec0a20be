use std::fmt;

#[cfg(any(feature = "postgres", feature = "sqlite"))]
use belgie_adapter_diesel::{MigrationError, SchemaStatus};
use belgie_ports::with_causes;
use belgie_provider_http::HttpClientError;
use belgie_web::{SiteError, WebConfigError};

/// Why [`BelgieBuilder::build`](crate::BelgieBuilder::build) did not succeed.
///
/// Its `Debug` output is the message with its causes, since that is what a `main` that returns the error prints.
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
    /// A secret is too short.
    #[error(
        "a secret needs at least 32 random characters, for example from `openssl rand -hex 32`"
    )]
    Secret,
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
        "the schema of the database is not current: migrate the store first, or leave out `without_migrations()`"
    )]
    Schema(SchemaStatus),
    /// An environment variable is not set, or is empty.
    #[error("the environment does not set {0}")]
    Environment(&'static str),
    /// The environment variable `MICROSOFT_TENANT` names no tenant.
    #[cfg(feature = "microsoft")]
    #[error("MICROSOFT_TENANT {0}")]
    MicrosoftTenant(belgie_provider_microsoft::InvalidTenant),
    /// A provider's configuration is wrong.
    #[cfg(feature = "oidc")]
    #[error(transparent)]
    Provider(#[from] belgie_provider_oidc::ConfigError),
    /// The configuration of GitHub is wrong.
    #[cfg(feature = "github")]
    #[error(transparent)]
    Github(#[from] belgie_provider_github::ConfigError),
    /// The threads that hash passwords cannot be started.
    #[cfg(feature = "passwords")]
    #[error("the threads that hash passwords cannot be started")]
    Threads(#[source] std::io::Error),
    /// The address of the mail server is not usable.
    #[cfg(feature = "smtp")]
    #[error("the address of the mail server: {0}")]
    MailServer(belgie_adapter_smtp::InvalidSmtpUrl),
    /// Mails cannot be sent with this sender or connection.
    #[cfg(feature = "smtp")]
    #[error(transparent)]
    Mailer(#[from] belgie_adapter_smtp::SmtpMailerError),
    /// The HTTP client for contacting providers cannot be created.
    #[error(transparent)]
    Http(#[from] HttpClientError),
    /// The parts of [`Auth`](belgie_auth::Auth) are inconsistent, or its policy is invalid.
    #[error(transparent)]
    Auth(#[from] belgie_auth::BuildError),
    /// The configuration of the web layer is invalid, or does not fit the site.
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
