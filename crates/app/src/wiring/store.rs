use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, anyhow, bail};
use belgie_adapter_diesel::{
    MigrationError, PgOptions, PgStore, SchemaStatus, SqliteOpenError, SqliteOptions, SqliteStore,
};
use belgie_ports::Store;
use secrecy::{ExposeSecret as _, SecretString};

use crate::settings::{Database, DatabaseUrl};

/// What becomes of a database that does not exist or has an older schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    /// It is made and brought to the newest schema.
    Create,
    /// It is an error.
    Existing,
}

/// A database that was reached, whatever its schema.
enum Opened {
    Sqlite(SqliteStore),
    Postgres(PgStore),
}

/// Opens the database and returns its store, which has the newest schema.
///
/// # Errors
/// Names the setting and says what is wrong with the database.
pub async fn open(database: &Database, opening: Opening) -> anyhow::Result<Arc<dyn Store>> {
    let work = async {
        if opening == Opening::Existing {
            newest_schema(database).await?;
        }
        let opened = Opened::reach(database, opening).await?;
        if opening == Opening::Create {
            opened.migrate().await?;
        }
        anyhow::Ok(opened.into_store())
    };
    work.await.with_context(|| naming(database))
}

/// Looks at an existing database without changing it, and returns the version of its schema, the newest.
///
/// # Errors
/// Names the setting and says what is wrong with the database.
pub async fn check(database: &Database) -> anyhow::Result<String> {
    let newest = newest_schema(database).await;
    newest.with_context(|| naming(database))
}

/// Returns the version of an existing database's schema, which must be the newest. Changes nothing.
async fn newest_schema(database: &Database) -> anyhow::Result<String> {
    let status = match &database.url {
        DatabaseUrl::Sqlite(path) => {
            let options = file(path, database);
            let inspected = tokio::task::spawn_blocking(move || SqliteStore::inspect(&options));
            inspected.await?.map_err(advise)?
        }
        DatabaseUrl::SqliteInMemory => SchemaStatus::Missing,
        DatabaseUrl::Postgres(url) => pg_store(url, database)?.schema_status().await?,
    };
    match status {
        SchemaStatus::Current { version } => Ok(version),
        SchemaStatus::Missing => {
            bail!("the database has no tables of Belgie yet: `belgie migrate` makes them")
        }
        SchemaStatus::Older { pending } => bail!(
            "the database has an older schema: `belgie migrate` applies {}",
            pending.join(", ")
        ),
        SchemaStatus::Newer { found, known } => Err(MigrationError::Newer { found, known }.into()),
    }
}

impl Opened {
    async fn reach(database: &Database, opening: Opening) -> anyhow::Result<Self> {
        match &database.url {
            DatabaseUrl::Sqlite(path) => sqlite(file(path, database), opening).await,
            DatabaseUrl::SqliteInMemory => sqlite(SqliteOptions::memory(), opening).await,
            DatabaseUrl::Postgres(url) => Ok(Self::Postgres(pg_store(url, database)?)),
        }
    }

    fn into_store(self) -> Arc<dyn Store> {
        match self {
            Self::Sqlite(store) => Arc::new(store),
            Self::Postgres(store) => Arc::new(store),
        }
    }

    async fn migrate(&self) -> anyhow::Result<()> {
        let applied = match self {
            Self::Sqlite(store) => store.migrate().await,
            Self::Postgres(store) => store.migrate().await,
        };
        for migration in applied? {
            tracing::info!(target: "belgie::database", migration, "migrated");
        }
        Ok(())
    }
}

/// Asks the server nothing yet: its first question does.
fn pg_store(url: &SecretString, database: &Database) -> anyhow::Result<PgStore> {
    let mut options = PgOptions::new(url.expose_secret());
    options.connections = usize::try_from(database.max_connections).unwrap_or(usize::MAX);
    options.root_certificates.clone_from(&database.more_roots);
    Ok(PgStore::open(&options)?)
}

fn file(path: &Path, database: &Database) -> SqliteOptions {
    let mut options = SqliteOptions::file(path);
    let most = usize::try_from(database.max_connections).unwrap_or(usize::MAX);
    options.readers = options.readers.min(most);
    options
}

/// Opens a file on another thread: it may have to wait for a process that is migrating it.
async fn sqlite(options: SqliteOptions, opening: Opening) -> anyhow::Result<Opened> {
    let options = match opening {
        Opening::Create => options.create(),
        Opening::Existing => options,
    };
    let opened = tokio::task::spawn_blocking(move || SqliteStore::open(&options));
    Ok(Opened::Sqlite(opened.await?.map_err(advise)?))
}

/// Says of a database that is missing what makes it.
fn advise(error: SqliteOpenError) -> anyhow::Error {
    match error {
        SqliteOpenError::Missing(_) => {
            anyhow!("{error} yet: `belgie migrate` and `belgie serve` make it")
        }
        error => error.into(),
    }
}

/// Errors begin with the setting, and with the database as far as it may be shown.
fn naming(database: &Database) -> String {
    format!("BELGIE_DATABASE_URL ({})", database.url)
}
