use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use belgie_domain::Event;
use belgie_ports::{BoxFuture, Contention, Store, StoreError, TransactionRun, Work};
use diesel::IntoSql as _;
use diesel::sql_types::Integer;
use diesel_async::pooled_connection::deadpool::{Object, Pool};
use diesel_async::pooled_connection::{
    AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod,
};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};
use tokio::runtime::Handle;
use tokio::sync::Semaphore;
use tokio::task::JoinError;
use tokio::time::timeout;

use super::background::Background;
use super::connection::Connector;
use super::contention::{KeyLocks, LockKeys};
use super::hooks::Hooks;
use super::lease::{Lease, OnAbandon};
use super::look_ups::LookUps;
use super::migrations;
use super::options::{PgOpenError, PgOptions};
use super::query::{Query, Within};
use super::rerun::Reruns;
use super::transaction::{self, RunKind};
use crate::error::{store_error, unavailable};
use crate::{MigrationError, SchemaStatus};

/// The PostgreSQL store. Clones share their connections.
///
/// Connections and transactions run on the store's own thread, so it does not matter which runtime calls it, nor
/// whether that runtime ends. Single statements are awaited by the caller.
#[derive(Clone)]
pub struct PgStore {
    shared: Arc<Shared>,
    hooks: Hooks,
}

struct Shared {
    pool: Pool<AsyncPgConnection>,
    /// `None` where there are too few connections, or the pool is the application's own: then look-ups use the pool.
    look_ups: Option<LookUps>,
    /// Allows fewer concurrent transactions than there are connections, so that some are always left for single
    /// statements.
    transactions: Semaphore,
    locks: KeyLocks,
    reruns: Arc<Reruns>,
    for_migrations: Source,
    runtime: Background,
    patience: Duration,
}

impl PgStore {
    /// Creates a store. It neither contacts the server nor changes the schema: see [`Self::migrate`].
    ///
    /// # Errors
    /// A [`PgOpenError`] when the options are invalid.
    pub fn open(options: &PgOptions) -> Result<Self, PgOpenError> {
        let connector = Connector::new(options)?;
        let runtime = Background::start().map_err(PgOpenError::Thread)?;
        let shared = options.connections / LOOK_UPS_SHARE;
        let pool = pool(
            &connector,
            runtime.handle(),
            options,
            options.connections - shared,
        )?;
        let handle = runtime.handle().clone();
        let look_ups =
            (shared > 0).then(|| LookUps::new(shared, connector.clone(), handle, options.timeout));
        let for_migrations = Source::Connector(Box::new(connector));
        Ok(Self::on(
            pool,
            look_ups,
            for_migrations,
            runtime,
            options.timeout,
        ))
    }

    /// Creates a store on the application's own pool. Transactions use at most three quarters of its connections. The
    /// pool's own settings determine encryption and time limits for statements; `timeout` limits each call
    /// of the store, as [`PgOptions::timeout`] does.
    ///
    /// Connections stay on the runtime that opened them, so that runtime has to outlive the store. Where several
    /// runtimes would use the pool, as with actix workers, [`Self::open`] is the better choice.
    ///
    /// # Errors
    /// [`PgOpenError::Thread`].
    pub fn from_pool(
        pool: Pool<AsyncPgConnection>,
        timeout: Duration,
    ) -> Result<Self, PgOpenError> {
        let runtime = Background::start().map_err(PgOpenError::Thread)?;
        let for_migrations = Source::Pool(pool.clone());
        Ok(Self::on(pool, None, for_migrations, runtime, timeout))
    }

    /// Returns the pool of the store's transactions, for queries of the application's own. Its connections live on the
    /// store's own thread, so that they outlive the runtime that asks for one, are encrypted as [`PgOptions::url`] says,
    /// and limit the time of each statement. What the application holds, the store has to wait for.
    pub fn pool(&self) -> &Pool<AsyncPgConnection> {
        &self.shared.pool
    }

    fn on(
        pool: Pool<AsyncPgConnection>,
        look_ups: Option<LookUps>,
        for_migrations: Source,
        runtime: Background,
        patience: Duration,
    ) -> Self {
        let at_once = transactions_at_once(pool.status().max_size);
        Self {
            shared: Arc::new(Shared {
                pool,
                look_ups,
                transactions: Semaphore::new(at_once),
                locks: KeyLocks::default(),
                reruns: Arc::new(Reruns::new(patience)),
                for_migrations,
                runtime,
                patience,
            }),
            hooks: Hooks::default(),
        }
    }

    /// Registers a hook for the application's own tables: it is called right after an event was added, on the same
    /// connection and in the same transaction. Hooks run in the order of their registration.
    ///
    /// - An error rolls back the whole transaction, which returns [`StoreError::Hook`]; so does a panic, as
    ///   [`StoreError::Other`]. If the error or one of its causes is a [`diesel::result::Error`] for a conflict or a
    ///   temporary failure, it is handled like one of the store's own.
    /// - The hook may be called again for the same event when a transaction runs again, so it must have no effect
    ///   except on the connection. It must not end the transaction, but may use savepoints
    ///   ([`diesel_async::AsyncConnection::transaction`]).
    /// - It runs on the store's only thread, within the time limit of the call, so it must await nothing but the
    ///   connection.
    ///
    /// Existing clones are not affected.
    #[must_use]
    pub fn on_event(
        mut self,
        hook: impl for<'c> Fn(
            &'c mut AsyncPgConnection,
            &'c Event,
        ) -> BoxFuture<'c, Result<(), Box<dyn Error + Send + Sync>>>
        + Send
        + Sync
        + 'static,
    ) -> Self {
        self.hooks.add(Arc::new(hook));
        self
    }

    /// Brings the schema up to date, one transaction for each migration, under an advisory lock; returns the names of
    /// the applied migrations. Any number of nodes may do so at once.
    ///
    /// # Errors
    /// [`MigrationError::Newer`] when the schema is newer than this program; nothing is changed then.
    pub async fn migrate(&self) -> Result<Vec<String>, MigrationError> {
        self.on_schema(migrations::migrate).await
    }

    /// Returns how the schema compares with what this program needs. It changes nothing.
    ///
    /// # Errors
    /// [`MigrationError::Store`] when the database cannot be reached.
    pub async fn schema_status(&self) -> Result<SchemaStatus, MigrationError> {
        let asked = timeout(self.shared.patience, self.on_schema(migrations::status));
        let answer = asked.await;
        answer.unwrap_or_else(|elapsed| Err(unavailable(elapsed).into()))
    }

    async fn on_schema<T: Send + 'static>(
        &self,
        job: fn(AsyncPgConnection) -> Result<T, MigrationError>,
    ) -> Result<T, MigrationError> {
        let source = self.shared.for_migrations.clone();
        let done = self.shared.runtime.handle().spawn(async move {
            let connection = source.connection().await?;
            let blocking = tokio::task::spawn_blocking(move || job(connection));
            blocking
                .await
                .unwrap_or_else(|error| Err(ended(error).into()))
        });
        done.await.unwrap_or_else(|error| Err(ended(error).into()))
    }
}

impl Query for PgStore {
    /// Runs on the caller's runtime.
    fn query<'a, T: Send + 'a>(
        &'a self,
        statement: impl for<'c> FnOnce(
            &'c mut AsyncPgConnection,
            Within<'c, 'a>,
        ) -> BoxFuture<'c, Result<T, StoreError>>
        + Send
        + 'a,
    ) -> BoxFuture<'a, Result<T, StoreError>> {
        let shared = &self.shared;
        Box::pin(async move {
            let on_abandon = OnAbandon::Await(shared.runtime.handle().clone(), shared.patience);
            let asked = shared.lease(on_abandon, statement);
            let answer = timeout(shared.patience, asked).await;
            answer.unwrap_or_else(|elapsed| Err(unavailable(elapsed)))
        })
    }

    fn look_up<'a, T: Send + 'a>(
        &'a self,
        statement: impl for<'c> Fn(&'c AsyncPgConnection) -> BoxFuture<'c, Result<T, StoreError>>
        + Send
        + Sync
        + 'a,
    ) -> BoxFuture<'a, Result<T, StoreError>> {
        match &self.shared.look_ups {
            Some(look_ups) => Box::pin(look_ups.run(statement)),
            None => self.query(move |db, _| statement(db)),
        }
    }
}

impl Store for PgStore {
    fn transact(
        &self,
        contention: Contention,
        work: Work,
    ) -> BoxFuture<'_, Result<(), StoreError>> {
        let (shared, hooks) = (Arc::clone(&self.shared), self.hooks.clone());
        Box::pin(async move {
            let handle = self.shared.runtime.handle();
            let done = handle.spawn(async move { shared.transact(contention, work, hooks).await });
            done.await.unwrap_or_else(|error| Err(self::ended(error)))
        })
    }

    fn ping(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        self.query(|db, _| {
            Box::pin(async move {
                let one = diesel::select(1.into_sql::<Integer>());
                let answer = one.get_result::<i32>(db).await;
                answer.map(drop).map_err(store_error)
            })
        })
    }
}

impl Shared {
    /// Runs work once no other transaction of this node runs for the same names. The wait in that queue does not count
    /// towards the call's time limit, since it says nothing about the database.
    async fn transact(
        &self,
        contention: Contention,
        work: Work,
        hooks: Hooks,
    ) -> Result<(), StoreError> {
        let keys = LockKeys::of(&contention);
        let guard = timeout(self.patience * MAX_WAITS, self.locks.acquire(&keys)).await;
        let guard = guard.map_err(unavailable)?.map_err(unavailable)?;
        let is_first = !guard.has_waited();
        let ended = timeout(self.patience, self.run(&keys, work, hooks, is_first)).await;
        let ended = ended.unwrap_or_else(|elapsed| Err(unavailable(elapsed)));
        if matches!(ended, Err(StoreError::Unavailable(_))) {
            guard.fail_waiters();
        }
        ended
    }

    /// Runs work until it does not conflict; the first time without locks unless others compete for the same names.
    async fn run(
        &self,
        keys: &LockKeys,
        work: Work,
        hooks: Hooks,
        is_first: bool,
    ) -> Result<(), StoreError> {
        let work = Arc::new(work);
        for run in 0..TransactionRun::LIMIT {
            let _turn = match run {
                0 => None,
                _ => Some(self.reruns.turn().await),
            };
            let kind = match run {
                0 if is_first => RunKind::Free,
                0 => RunKind::Locked(keys.clone()),
                _ => RunKind::Again(keys.clone(), Arc::clone(&self.reruns)),
            };
            let ended = self.attempt(&work, kind, &hooks).await;
            if !matches!(ended, Err(StoreError::Conflict)) {
                return ended;
            }
        }
        Err(StoreError::Conflict)
    }

    async fn attempt(
        &self,
        work: &Arc<Work>,
        kind: RunKind,
        hooks: &Hooks,
    ) -> Result<(), StoreError> {
        let _permit = self.transactions.acquire().await.map_err(unavailable)?;
        let (work, hooks) = (Arc::clone(work), hooks.clone());
        self.lease(OnAbandon::Close, move |db, _| {
            transaction::attempt(db, work, kind, hooks)
        })
        .await
    }

    /// Leases a connection. It is given back only after a response, since otherwise something may still be running on
    /// it.
    async fn lease<'a, T>(
        &'a self,
        on_abandon: OnAbandon,
        job: impl for<'c> FnOnce(
            &'c mut AsyncPgConnection,
            Within<'c, 'a>,
        ) -> BoxFuture<'c, Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        let pooled = self.pool.get().await.map_err(unavailable)?;
        let mut lease = Lease::of(pooled, on_abandon);
        let answer = match lease.connection() {
            Some(connection) => job(connection, Within::default()).await,
            None => Err(unavailable("no connection")),
        };
        if !matches!(answer, Err(StoreError::Unavailable(_))) {
            lease.give_back();
        }
        answer
    }
}

/// How long a transaction waits for others of this node with the same names, as a multiple of a call's time limit.
const MAX_WAITS: u32 = 3;

/// One in this many connections is reserved for look-ups.
const LOOK_UPS_SHARE: usize = 8;

/// Returns how many transactions may use connections of the pool at once: a quarter of these, at least two, is left for
/// single statements.
fn transactions_at_once(connections: usize) -> usize {
    let reserved = (connections / 4).max(2);
    connections.saturating_sub(reserved).max(1)
}

/// Where connections for migrations come from, which take longer than a call may.
#[derive(Clone)]
enum Source {
    Connector(Box<Connector>),
    Pool(Pool<AsyncPgConnection>),
}

impl Source {
    /// Returns a connection that does not go back to the pool.
    async fn connection(&self) -> Result<AsyncPgConnection, StoreError> {
        match self {
            Self::Connector(connector) => connector.connect_unlimited().await.map_err(unavailable),
            Self::Pool(pool) => {
                let pooled = pool.get().await.map_err(unavailable)?;
                Ok(Object::take(pooled))
            }
        }
    }
}

/// Creates a pool whose connections run on our own runtime, whichever runtime asks for them.
fn pool(
    connector: &Connector,
    runtime: &Handle,
    options: &PgOptions,
    connections: usize,
) -> Result<Pool<AsyncPgConnection>, PgOpenError> {
    let (connector, runtime) = (connector.clone(), runtime.clone());
    let mut config = ManagerConfig::default();
    config.recycling_method = RecyclingMethod::Fast;
    config.custom_setup = Box::new(move |_| {
        let (connector, runtime) = (connector.clone(), runtime.clone());
        Box::pin(async move { connector.connect_on(&runtime).await })
    });
    Pool::builder(AsyncDieselConnectionManager::new_with_config("", config))
        .max_size(connections.max(1))
        .wait_timeout(Some(options.timeout / 2))
        .runtime(deadpool::Runtime::Tokio1)
        .build()
        .map_err(|error| PgOpenError::Pool(error.into()))
}

/// Maps a task that ended without a result: it panicked, or the runtime is shutting down.
fn ended(error: JoinError) -> StoreError {
    StoreError::Other(error.into())
}

impl fmt::Debug for PgStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PgStore(…)")
    }
}
