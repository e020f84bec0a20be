use std::error::Error;
use std::path::Path;

use belgie::diesel::{PgOptions, PgStore, SqliteOptions, SqliteStore};
use belgie::{Belgie, BelgieBuilder};
use diesel::prelude::*;
use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;
use diesel_async::pooled_connection::deadpool::{Pool, PoolError};
use diesel_async::pooled_connection::{AsyncDieselConnectionManager, ManagerConfig};
use diesel_async::sync_connection_wrapper::SyncConnectionWrapper;
use diesel_async::{AsyncConnection as _, AsyncPgConnection, SimpleAsyncConnection as _};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness as _, embed_migrations};
use futures_util::FutureExt as _;

use super::welcome;

/// The connections to the database.
#[derive(Clone)]
pub enum Repository {
    Sqlite(Pool<Sqlite>),
    Postgres(Pool<AsyncPgConnection>),
}

type Sqlite = SyncConnectionWrapper<SqliteConnection>;

#[derive(Debug, thiserror::Error)]
pub enum RepositoryError {
    #[error("the database refuses a query: {0}")]
    Query(#[from] diesel::result::Error),
    #[error("the database cannot be reached: {0}")]
    Unreachable(#[from] PoolError),
}

pub type Result<T> = std::result::Result<T, RepositoryError>;

/// Runs the same queries on either database: they are compiled once for each.
macro_rules! on {
    ($repository:expr, $db:ident => $run:expr) => {
        match $repository {
            $crate::repository::Repository::Sqlite(pool) => {
                let $db = &mut *pool.get().await?;
                $run
            }
            $crate::repository::Repository::Postgres(pool) => {
                let $db = &mut *pool.get().await?;
                $run
            }
        }
    };
}
pub(super) use on;

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");
const PRAGMAS: &str = "PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = ON";

impl Repository {
    /// Opens Belgie and the chat's tables in one SQLite file.
    pub async fn on_sqlite(
        path: &Path,
        belgie: BelgieBuilder,
    ) -> std::result::Result<(Belgie, Self), Box<dyn Error>> {
        let store = SqliteStore::open(&SqliteOptions::file(path).create())?;
        let store = store.on_event(|db, event| Ok(welcome::on_sqlite(db, event)?));
        let belgie = belgie.sqlite_store(store).build().await?;

        let mut config = ManagerConfig::default();
        config.custom_setup = Box::new(|path| connect(path.to_owned()).boxed());
        let path = path
            .to_str()
            .ok_or("the path of the database is not UTF-8")?;
        let manager = AsyncDieselConnectionManager::new_with_config(path, config);
        let pool = Pool::builder(manager).max_size(4).build()?;
        let migrated = pool.get().await?.spawn_blocking(|db| {
            let migrated = db.run_pending_migrations(SQLITE).map(drop);
            Ok(migrated.map_err(|error| error.to_string()))
        });
        migrated.await??;
        Ok((belgie, Self::Sqlite(pool)))
    }

    /// Opens Belgie and the chat's tables in one PostgreSQL database, with the same connections.
    pub async fn on_postgres(
        url: &str,
        belgie: BelgieBuilder,
    ) -> std::result::Result<(Belgie, Self), Box<dyn Error>> {
        let store = PgStore::open(&PgOptions::new(url))?;
        let store = store.on_event(|db, event| {
            Box::pin(async move { Ok(welcome::on_postgres(db, event).await?) })
        });
        let belgie = belgie.postgres_store(store.clone()).build().await?;

        let mut db = AsyncConnectionWrapper::<_>::from(store.pool().get().await?);
        let migrated = tokio::task::spawn_blocking(move || {
            let migrated = db.run_pending_migrations(POSTGRES).map(drop);
            migrated.map_err(|error| error.to_string())
        });
        migrated.await??;
        Ok((belgie, Self::Postgres(store.pool().clone())))
    }
}

async fn connect(path: String) -> ConnectionResult<Sqlite> {
    let mut db = Sqlite::establish(&path).await?;
    let set_up = db.batch_execute(PRAGMAS).await;
    set_up.map_err(ConnectionError::CouldntSetupConfiguration)?;
    Ok(db)
}
