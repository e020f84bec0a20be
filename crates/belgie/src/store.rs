use std::sync::Arc;

#[cfg(any(feature = "postgres", feature = "sqlite"))]
use belgie_adapter_diesel::{MigrationError, SchemaStatus};
#[cfg(feature = "postgres")]
use belgie_adapter_diesel::{PgOptions, PgStore};
#[cfg(feature = "sqlite")]
use belgie_adapter_diesel::{SqliteOptions, SqliteStore};
use belgie_ports::Store;

use crate::BuildError;

/// The store that was chosen.
pub(crate) enum StoreChoice {
    #[cfg(feature = "sqlite")]
    SqliteAt(SqliteOptions),
    #[cfg(feature = "sqlite")]
    Sqlite(SqliteStore),
    #[cfg(feature = "postgres")]
    PostgresAt(PgOptions),
    #[cfg(feature = "postgres")]
    Postgres(PgStore),
    Own(Arc<dyn Store>),
}

/// Who brings the schema up to date.
#[derive(Clone, Copy, Default)]
pub(crate) enum Migrations {
    #[default]
    Apply,
    #[cfg(any(feature = "postgres", feature = "sqlite"))]
    Expect,
}

impl StoreChoice {
    /// Opens the store, with a current schema.
    #[cfg_attr(
        not(any(feature = "postgres", feature = "sqlite")),
        expect(clippy::unused_async, reason = "only databases have a schema")
    )]
    pub(crate) async fn open(self, migrations: Migrations) -> Result<Arc<dyn Store>, BuildError> {
        match self {
            #[cfg(feature = "sqlite")]
            Self::SqliteAt(options) => sqlite(SqliteStore::open(&options)?, migrations).await,
            #[cfg(feature = "sqlite")]
            Self::Sqlite(store) => sqlite(store, migrations).await,
            #[cfg(feature = "postgres")]
            Self::PostgresAt(options) => postgres(PgStore::open(&options)?, migrations).await,
            #[cfg(feature = "postgres")]
            Self::Postgres(store) => postgres(store, migrations).await,
            Self::Own(store) => {
                let _ = migrations;
                Ok(store)
            }
        }
    }
}

#[cfg(feature = "sqlite")]
async fn sqlite(store: SqliteStore, migrations: Migrations) -> Result<Arc<dyn Store>, BuildError> {
    match migrations {
        Migrations::Apply => drop(store.migrate().await?),
        Migrations::Expect => expect_current(store.schema_status().await)?,
    }
    Ok(Arc::new(store))
}

#[cfg(feature = "postgres")]
async fn postgres(store: PgStore, migrations: Migrations) -> Result<Arc<dyn Store>, BuildError> {
    match migrations {
        Migrations::Apply => drop(store.migrate().await?),
        Migrations::Expect => expect_current(store.schema_status().await)?,
    }
    Ok(Arc::new(store))
}

#[cfg(any(feature = "postgres", feature = "sqlite"))]
fn expect_current(status: Result<SchemaStatus, MigrationError>) -> Result<(), BuildError> {
    match status? {
        SchemaStatus::Current { .. } => Ok(()),
        other => Err(BuildError::Schema(other)),
    }
}
