use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use belgie_ports::{BoxFuture, Run, Store, StoreError, Work};
use diesel::ConnectionError;
use diesel_async::AsyncPgConnection;
use diesel_async::pooled_connection::deadpool::Pool;
use diesel_async::pooled_connection::{
    AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod,
};
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::task::JoinError;
use tokio::time::timeout;

use super::connection::Connector;
use super::lease::{Lease, Otherwise};
use super::migrations;
use super::options::{PgOpenError, PgOptions};
use super::transaction::{self, Turn};
use crate::{MigrationError, SchemaStatus};

/// The store on PostgreSQL. Clones share their connections.
///
/// Connections live, and transactions run, on a thread of the store's own; so it does not matter which runtime asks, nor
/// whether it ends. Single statements are awaited where they are called.
#[derive(Clone)]
pub struct PgStore {
    shared: Arc<Shared>,
}

struct Shared {
    pool: Pool<AsyncPgConnection>,
    connector: Connector,
    runtime: Background,
    patience: Duration,
}

impl PgStore {
    /// Sets up a store. It asks the server nothing yet, and leaves the schema as it is: see [`Self::migrate`].
    ///
    /// # Errors
    /// [`PgOpenError`] says what is wrong with the options.
    pub fn open(options: &PgOptions) -> Result<Self, PgOpenError> {
        let connector = Connector::new(options)?;
        let runtime = Background::start().map_err(PgOpenError::Thread)?;
        let pool = pool(&connector, runtime.handle(), options)?;
        let patience = options.timeout;
        Ok(Self {
            shared: Arc::new(Shared {
                pool,
                connector,
                runtime,
                patience,
            }),
        })
    }

    /// Brings the schema up to date, one transaction for each migration, under an advisory lock; returns the names of
    /// those that it applied. Any number of nodes may do so at once.
    ///
    /// # Errors
    /// [`MigrationError::Newer`] when the schema is newer than this program; nothing is changed then.
    pub async fn migrate(&self) -> Result<Vec<String>, MigrationError> {
        self.on_schema(migrations::migrate).await
    }

    /// Returns how the schema compares with what this program needs. It changes nothing.
    ///
    /// # Errors
    /// [`MigrationError::Store`] when the database cannot be asked.
    pub async fn schema_status(&self) -> Result<SchemaStatus, MigrationError> {
        let asked = timeout(self.shared.patience, self.on_schema(migrations::status));
        let answer = asked.await;
        answer.unwrap_or_else(|elapsed| Err(unavailable(elapsed).into()))
    }

    async fn on_schema<T: Send + 'static>(
        &self,
        job: fn(AsyncPgConnection) -> Result<T, MigrationError>,
    ) -> Result<T, MigrationError> {
        let connector = self.shared.connector.clone();
        let done = self.shared.runtime.handle().spawn(async move {
            let connection = connector.connect_unlimited().await.map_err(unavailable)?;
            let blocking = tokio::task::spawn_blocking(move || job(connection));
            blocking
                .await
                .unwrap_or_else(|error| Err(ended(error).into()))
        });
        done.await.unwrap_or_else(|error| Err(ended(error).into()))
    }

    /// Runs one statement, where it is awaited.
    pub(super) async fn ask<T>(
        &self,
        statement: impl for<'c> FnOnce(
            &'c mut AsyncPgConnection,
        ) -> BoxFuture<'c, Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        let runtime = self.shared.runtime.handle().clone();
        let otherwise = Otherwise::Await(runtime, self.shared.patience);
        let asked = self.shared.lend(otherwise, statement);
        let answer = timeout(self.shared.patience, asked).await;
        answer.unwrap_or_else(|elapsed| Err(unavailable(elapsed)))
    }
}

impl Store for PgStore {
    fn transact(&self, work: Work) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            let shared = Arc::clone(&self.shared);
            let handle = self.shared.runtime.handle();
            let done = handle.spawn(async move { shared.transact(Arc::new(work)).await });
            done.await.unwrap_or_else(|error| Err(ended(error)))
        })
    }
}

impl Shared {
    async fn transact(&self, work: Arc<Work>) -> Result<(), StoreError> {
        let ended = timeout(self.patience, async {
            let mut ended = self.attempt(&work, Turn::First).await;
            for _ in 1..Run::LIMIT {
                if !matches!(ended, Err(StoreError::Conflict)) {
                    break;
                }
                ended = self.attempt(&work, Turn::Again).await;
            }
            ended
        });
        ended
            .await
            .unwrap_or_else(|elapsed| Err(unavailable(elapsed)))
    }

    async fn attempt(&self, work: &Arc<Work>, turn: Turn) -> Result<(), StoreError> {
        let work = Arc::clone(work);
        self.lend(Otherwise::Close, move |db| {
            transaction::attempt(db, work, turn)
        })
        .await
    }

    /// Lends a connection. It comes back only after an answer: else something may be under way on it.
    async fn lend<T>(
        &self,
        otherwise: Otherwise,
        job: impl for<'c> FnOnce(&'c mut AsyncPgConnection) -> BoxFuture<'c, Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        let pooled = self.pool.get().await.map_err(unavailable)?;
        let mut lease = Lease::of(pooled, otherwise);
        let answer = match lease.connection() {
            Some(connection) => job(connection).await,
            None => Err(unavailable("no connection")),
        };
        if !matches!(answer, Err(StoreError::Unavailable(_))) {
            lease.give_back();
        }
        answer
    }
}

/// A runtime that may be dropped anywhere, also where blocking is not allowed.
struct Background(Option<Runtime>, Handle);

impl Background {
    fn start() -> std::io::Result<Self> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .max_blocking_threads(2)
            .thread_name("belgie-postgres")
            .enable_all()
            .build()?;
        let handle = runtime.handle().clone();
        Ok(Self(Some(runtime), handle))
    }

    fn handle(&self) -> &Handle {
        &self.1
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

/// Makes a pool whose connections live on our runtime, whoever asks for them.
fn pool(
    connector: &Connector,
    runtime: &Handle,
    options: &PgOptions,
) -> Result<Pool<AsyncPgConnection>, PgOpenError> {
    let (connector, runtime) = (connector.clone(), runtime.clone());
    let mut config = ManagerConfig::default();
    config.recycling_method = RecyclingMethod::Fast;
    config.custom_setup = Box::new(move |_| {
        let (connector, runtime) = (connector.clone(), runtime.clone());
        Box::pin(async move {
            let connected = runtime.spawn(async move { connector.connect().await });
            connected
                .await
                .unwrap_or_else(|error| Err(ConnectionError::BadConnection(error.to_string())))
        })
    });
    Pool::builder(AsyncDieselConnectionManager::new_with_config("", config))
        .max_size(options.connections.max(1))
        .wait_timeout(Some(options.timeout / 2))
        .runtime(deadpool::Runtime::Tokio1)
        .build()
        .map_err(|error| PgOpenError::Pool(error.into()))
}

fn unavailable(error: impl Into<Box<dyn Error + Send + Sync>>) -> StoreError {
    StoreError::Unavailable(error.into())
}

/// A task that ended without an answer: it panicked, or the runtime is going down.
fn ended(error: JoinError) -> StoreError {
    StoreError::Other(error.into())
}

impl fmt::Debug for PgStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PgStore(…)")
    }
}
