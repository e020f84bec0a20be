//! Queries of an application's own, on either database.

mod blocking_threads;

use std::fmt;
use std::time::Duration;

use belgie_ports::BoxFuture;
use diesel::backend::Backend;
use diesel::migration::MigrationSource;
use diesel::prelude::*;
use diesel_async::SimpleAsyncConnection as _;
use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;
use diesel_async::pooled_connection::deadpool::{Pool, PoolError};
use diesel_async::pooled_connection::{
    AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod,
};
use diesel_async::sync_connection_wrapper::SyncConnectionWrapper;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness};

use self::blocking_threads::BlockingThreads;
use crate::{PgStore, SqliteStore};

/// Connections for tables of an application's own, in the database that holds Belgie's.
///
/// With [`Id`](crate::Id) and [`Moment`](crate::Moment) for columns that the databases represent differently, each query
/// is written once, and [`with_connection!`](crate::with_connection) runs it on either. Clones share their connections.
#[derive(Clone)]
pub enum Database {
    /// Separate connections to the store's file. Each waits up to five seconds for the writes of others.
    Sqlite(Pool<SqliteWrapper>),
    /// The connections of the store: see [`PgStore::pool`].
    Postgres(PgStore),
}

type SqliteWrapper = SyncConnectionWrapper<SqliteConnection, BlockingThreads>;

/// Why an application's query failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DatabaseError {
    /// The database refused the query, or the connection broke.
    #[error("the query failed: {0}")]
    Query(#[from] diesel::result::Error),
    /// No connection could be opened, or all of them stayed in use.
    #[error("the database cannot be reached: {0}")]
    Unreachable(#[from] PoolError),
    /// A migration failed. None of the pending ones has changed anything.
    #[error("the migration failed: {0}")]
    Migration(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Runs a query on either database. The query is compiled once for each of them.
///
/// Takes a reference to a [`Database`], a name for the connection, and an expression in which that is a
/// `&mut impl `[`AsyncConnection`](diesel_async::AsyncConnection) and which evaluates to a [`QueryResult`]. Returns a
/// `Result` with [`DatabaseError`].
///
/// ```
/// use belgie_adapter_diesel::{Database, DatabaseError, Id, with_connection};
/// use diesel::prelude::*;
/// use diesel_async::RunQueryDsl;
///
/// diesel::table! {
///     use belgie_adapter_diesel::sql_types::Id;
///     use diesel::sql_types::Text;
///
///     notes (id) {
///         id -> Id,
///         text -> Text,
///     }
/// }
///
/// async fn text(database: &Database, id: Id) -> Result<Option<String>, DatabaseError> {
///     let text = notes::table.find(id).select(notes::text);
///     with_connection!(database, db => text.first(db).await.optional())
/// }
/// ```
#[macro_export]
macro_rules! with_connection {
    (@of $pool:ident, $db:ident => $query:expr) => {
        match $pool.get().await {
            ::std::result::Result::Ok(mut connection) => {
                let $db = &mut *connection;
                $query.map_err($crate::DatabaseError::Query)
            }
            ::std::result::Result::Err(error) => {
                ::std::result::Result::Err($crate::DatabaseError::Unreachable(error))
            }
        }
    };
    ($database:expr, $db:ident => $query:expr) => {
        match $database {
            $crate::Database::Sqlite(pool) => {
                $crate::with_connection!(@of pool, $db => $query)
            }
            $crate::Database::Postgres(store) => {
                let pool = store.pool();
                $crate::with_connection!(@of pool, $db => $query)
            }
        }
    };
}

const PRAGMAS: &str =
    "PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF";
const SQLITE_CONNECTIONS: usize = 4;

/// How long a query waits for one of the connections.
const WAIT_LIMIT: Duration = Duration::from_secs(5);

/// The advisory lock that makes nodes migrate one after the other. An arbitrary number that no other lock uses.
const LOCK: &str = "SELECT pg_advisory_xact_lock(7020672402532)";

impl Database {
    /// Applies the application's pending migrations for this database, all of them or none: they run in one transaction,
    /// whatever `run_in_transaction` says. Nodes that start at the same time wait for each other. Diesel keeps the
    /// versions in its own table, apart from Belgie's. Belgie's tables must exist before tables can refer to them.
    ///
    /// # Errors
    /// Those of [`DatabaseError`].
    pub async fn migrate(
        &self,
        sqlite: EmbeddedMigrations,
        postgres: EmbeddedMigrations,
    ) -> Result<(), DatabaseError> {
        match self {
            Self::Sqlite(pool) => {
                let mut db = pool.get().await?;
                let migrated = db.spawn_blocking(move |db| {
                    Ok(db.immediate_transaction(|db| run_pending(db, sqlite)))
                });
                migrated.await?
            }
            Self::Postgres(store) => {
                let mut db = AsyncConnectionWrapper::<_>::from(store.pool().get().await?);
                let migrated = tokio::task::spawn_blocking(move || {
                    db.transaction(|db| {
                        // Building an index may take longer than a query is allowed to.
                        diesel::sql_query("SET LOCAL statement_timeout = 0").execute(db)?;
                        diesel::sql_query(LOCK).execute(db)?;
                        run_pending(db, postgres)
                    })
                });
                migrated
                    .await
                    .map_err(|error| DatabaseError::Migration(error.into()))?
            }
        }
    }

    fn on_sqlite(address: String) -> Self {
        let mut config = ManagerConfig::default();
        config.custom_setup = Box::new(connect);
        config.recycling_method = RecyclingMethod::Fast;
        let manager = AsyncDieselConnectionManager::new_with_config(address, config);
        let pool = Pool::builder(manager)
            .max_size(SQLITE_CONNECTIONS)
            .wait_timeout(Some(WAIT_LIMIT))
            .runtime(deadpool::Runtime::Tokio1);
        #[expect(clippy::expect_used, reason = "only a time limit needs a runtime")]
        let pool = pool.build().expect("there is a runtime");
        Self::Sqlite(pool)
    }
}

fn run_pending<DB: Backend>(
    db: &mut impl MigrationHarness<DB>,
    migrations: EmbeddedMigrations,
) -> Result<(), DatabaseError>
where
    EmbeddedMigrations: MigrationSource<DB>,
{
    db.run_pending_migrations(migrations)
        .map(drop)
        .map_err(DatabaseError::Migration)
}

fn connect(address: &str) -> BoxFuture<'_, ConnectionResult<SqliteWrapper>> {
    Box::pin(async move {
        let mut db = <SqliteWrapper as diesel_async::AsyncConnection>::establish(address).await?;
        let set_up = db.batch_execute(PRAGMAS).await;
        set_up.map_err(ConnectionError::CouldntSetupConfiguration)?;
        Ok(db)
    })
}

impl PgStore {
    /// Returns the store's connections, for tables of the application's own.
    pub fn database(&self) -> Database {
        Database::Postgres(self.clone())
    }
}

impl SqliteStore {
    /// Returns connections to the store's file, for tables of the application's own; `None` for a database in memory,
    /// which has a single connection.
    pub fn database(&self) -> Option<Database> {
        self.address().map(Database::on_sqlite)
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sqlite(_) => "Database::Sqlite",
            Self::Postgres(_) => "Database::Postgres",
        })
    }
}
