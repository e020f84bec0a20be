use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use belgie_adapter_diesel::{
    MigrationError, PgOptions, PgStore, SchemaStatus, SqliteOpenError, SqliteOptions, SqliteStore,
};
use belgie_ports::{Store, StoreError};
use secrecy::{ExposeSecret as _, SecretString};

use crate::invocation::Invocation;
use crate::settings::{Database, DatabaseUrl};

/// What to do with a database that does not exist or has an older schema.
#[derive(Clone, Copy, Debug)]
enum Opening<'a> {
    /// Create it, and migrate it to the newest schema.
    Create,
    /// Fail, and name the command that creates or migrates it.
    Existing(&'a Invocation),
}

/// An open database, whatever its schema.
enum Opened {
    Sqlite(SqliteStore),
    Postgres(PgStore),
}

/// Opens the database and returns its store, with the newest schema. Creates the database if it does not exist.
///
/// # Errors
/// Names the setting and the problem.
pub async fn open_or_create(database: &Database) -> anyhow::Result<Arc<dyn Store>> {
    open(database, Opening::Create).await
}

/// Opens the database and returns its store. The schema must be the newest.
///
/// # Errors
/// Names the setting and the problem, and the command that creates or migrates the database.
pub(crate) async fn open_existing(
    database: &Database,
    invocation: &Invocation,
) -> anyhow::Result<Arc<dyn Store>> {
    open(database, Opening::Existing(invocation)).await
}

async fn open(database: &Database, opening: Opening<'_>) -> anyhow::Result<Arc<dyn Store>> {
    let work = async {
        if let Opening::Existing(invocation) = opening {
            newest(schema_status(database).await?, invocation)?;
        }
        let opened = Opened::reach(database, opening).await?;
        if let Opening::Create = opening {
            opened.migrate().await?;
        }
        anyhow::Ok(opened.into_store())
    };
    work.await.with_context(|| naming(database))
}

/// Reads the schema version of a database without changing it. It must be the newest; `None` if the database or our
/// tables do not exist yet.
///
/// # Errors
/// Names the setting and the problem.
pub(crate) async fn check(
    database: &Database,
    invocation: &Invocation,
) -> anyhow::Result<Option<String>> {
    let look = async {
        match schema_status(database).await {
            Ok(SchemaStatus::Missing) => Ok(None),
            Ok(status) => newest(status, invocation).map(Some),
            Err(error) if is_missing(&error) => {
                require_folder(database)?;
                Ok(None)
            }
            Err(error) => Err(error),
        }
    };
    look.await.with_context(|| naming(database))
}

/// Returns whether the configured database does not exist.
pub(crate) fn is_missing(error: &anyhow::Error) -> bool {
    let error = error.downcast_ref();
    matches!(error, Some(SqliteOpenError::Missing(_)))
}

/// Requires that the folder of a new database exists.
fn require_folder(database: &Database) -> anyhow::Result<()> {
    let DatabaseUrl::Sqlite(path) = &database.url else {
        return Ok(());
    };
    let folder = path.parent().unwrap_or(path);
    if !Path::new(".").join(folder).is_dir() {
        bail!("there is no folder {}", folder.display());
    }
    Ok(())
}

async fn schema_status(database: &Database) -> anyhow::Result<SchemaStatus> {
    match &database.url {
        DatabaseUrl::Sqlite(path) => {
            let options = file(path, database);
            let inspected = tokio::task::spawn_blocking(move || SqliteStore::inspect(&options));
            Ok(inspected.await??)
        }
        DatabaseUrl::SqliteInMemory => Ok(SchemaStatus::Missing),
        DatabaseUrl::Postgres(url) => {
            let status = pg_store(url, database)?.schema_status().await;
            status.map_err(plain)
        }
    }
}

/// Returns the version of a schema, which must be the newest.
fn newest(status: SchemaStatus, invocation: &Invocation) -> anyhow::Result<String> {
    match status {
        SchemaStatus::Current { version } => Ok(version),
        SchemaStatus::Missing => bail!(
            "the database has no tables of Belgie yet: `{}` creates them",
            invocation.command("migrate")
        ),
        SchemaStatus::Older { pending } => bail!(
            "the database has an older schema: `{}` applies {}",
            invocation.command("migrate"),
            pending.join(", ")
        ),
        SchemaStatus::Newer { found, known } => Err(MigrationError::Newer { found, known }.into()),
        other => bail!("the schema of the database cannot be used: {other:?}"),
    }
}

/// Omits "the store is unavailable", since its cause is more specific.
fn plain(error: MigrationError) -> anyhow::Error {
    match error {
        MigrationError::Store(StoreError::Unavailable(cause)) => anyhow::Error::from_boxed(cause),
        error => error.into(),
    }
}

impl Opened {
    async fn reach(database: &Database, opening: Opening<'_>) -> anyhow::Result<Self> {
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
        for migration in applied.map_err(plain)? {
            tracing::info!(target: "belgie::database", migration, "migrated");
        }
        Ok(())
    }
}

/// Does not contact the server yet.
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

/// Opens a file on a blocking thread, since it may have to wait for a process that is migrating it.
async fn sqlite(options: SqliteOptions, opening: Opening<'_>) -> anyhow::Result<Opened> {
    let options = match opening {
        Opening::Create => options.create(),
        Opening::Existing(_) => options,
    };
    let opened = tokio::task::spawn_blocking(move || SqliteStore::open(&options));
    Ok(Opened::Sqlite(opened.await??))
}

/// Prefixes errors with the setting and the database, without its password.
fn naming(database: &Database) -> String {
    format!("BELGIE_DATABASE_URL ({})", database.url)
}
