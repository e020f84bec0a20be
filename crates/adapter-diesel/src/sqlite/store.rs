use std::error::Error;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use belgie_domain::Event;
use belgie_ports::{BoxFuture, Contention, Run, Store, StoreError, Work};
use diesel::SqliteConnection;
use tokio::sync::Semaphore;

use super::ask::Ask;
use super::connection::{ensure_file, keeps_plans, open_reader, open_writer};
use super::hooks::Hooks;
use super::readers::Readers;
use super::writer::Writer;
use super::{SqliteLocation, SqliteOpenError, SqliteOptions, migrations, transaction};
use crate::{MigrationError, SchemaStatus};

/// The store on SQLite. Clones share their connections.
///
/// Look-ups by key run where they are awaited, on a small pool of connections that cannot write; lists run on a
/// blocking thread; writes run one after the other on a thread of their own, each durable when it is answered.
#[derive(Clone)]
pub struct SqliteStore {
    /// `None` in memory, where one connection is all there is. They go before the writer, which can tidy up only when
    /// it is the last.
    readers: Option<Arc<FileReaders>>,
    writer: Writer,
    hooks: Hooks,
}

struct FileReaders {
    path: PathBuf,
    look_ups: Readers,
    lists: Readers,
    /// As many as there are connections for lists, so that no thread waits for one.
    lists_at_once: Semaphore,
}

/// How many lists are read at once.
const LISTS: usize = 2;

impl SqliteStore {
    /// Opens a database. Its schema is left as it is: see [`Self::migrate`].
    ///
    /// # Errors
    /// [`SqliteOpenError`] says what is wrong with the file.
    pub fn open(options: &SqliteOptions) -> Result<Self, SqliteOpenError> {
        let mut connection = open_writer(options)?;
        if !keeps_plans(&mut connection)? {
            tracing::warn!(
                "SQLite is built without SQLITE_ENABLE_QPSG: session checks will be several times slower"
            );
        }
        let readers = match &options.location {
            SqliteLocation::Memory => None,
            SqliteLocation::File(path) => {
                let open = |count: usize| -> Result<_, SqliteOpenError> {
                    let all = (0..count).map(|_| open_reader(path, options));
                    Ok(Readers::new(all.collect::<Result<_, _>>()?))
                };
                Some(Arc::new(FileReaders {
                    path: path.clone(),
                    look_ups: open(options.readers.max(1))?,
                    lists: open(LISTS)?,
                    lists_at_once: Semaphore::new(LISTS),
                }))
            }
        };
        let writer = Writer::start(connection).map_err(SqliteOpenError::Thread)?;
        Ok(Self {
            readers,
            writer,
            hooks: Hooks::default(),
        })
    }

    /// Registers work of the application's own for each event, with its own tables: `hook` is called right after an event
    /// was added, on the same connection and in the same transaction. Several may be registered; each is called in turn.
    ///
    /// - An error undoes the whole transaction, which answers [`StoreError::Hook`]; so does a panic, as
    ///   [`StoreError::Other`]. Where the error or one of its causes is a [`diesel::result::Error`] that another run or a
    ///   later call may avoid, it is answered like one of the store's own.
    /// - The hook may be called again for the same event when a transaction runs again, so it has no effect but on the
    ///   connection. It does not end the transaction; it may use savepoints ([`diesel::Connection::transaction`]).
    /// - It runs on the only thread that writes: as long as it takes, all other writes wait.
    ///
    /// Clones made before do not call it.
    #[must_use]
    pub fn on_event(
        mut self,
        hook: impl Fn(&mut SqliteConnection, &Event) -> Result<(), Box<dyn Error + Send + Sync>>
        + Send
        + Sync
        + 'static,
    ) -> Self {
        self.hooks.add(Arc::new(hook));
        self
    }

    /// Returns how the schema of an existing database compares with what this program needs. It opens the file for
    /// reading alone: a database of another application stays as it is.
    ///
    /// # Errors
    /// [`SqliteOpenError`] says what is wrong with the file.
    pub fn inspect(options: &SqliteOptions) -> Result<SchemaStatus, SqliteOpenError> {
        let SqliteLocation::File(path) = &options.location else {
            return Ok(SchemaStatus::Missing);
        };
        ensure_file(path, false)?;
        let mut connection = open_reader(path, options)?;
        Ok(migrations::status(&mut connection)?)
    }

    /// Brings the schema up to date, one transaction for each migration; returns the names of those that it applied.
    /// Any number of processes may do so at once.
    ///
    /// # Errors
    /// [`MigrationError::Newer`] when the schema is newer than this program; nothing is changed then.
    pub async fn migrate(&self) -> Result<Vec<String>, MigrationError> {
        self.writer
            .run(|connection| Ok(migrations::migrate(connection)))
            .await?
    }

    /// Returns how the schema compares with what this program needs. It changes nothing.
    ///
    /// # Errors
    /// [`MigrationError::Store`] when the database cannot be asked.
    pub async fn schema_status(&self) -> Result<SchemaStatus, MigrationError> {
        self.writer
            .run(|connection| Ok(migrations::status(connection)))
            .await?
    }

    /// Returns whether the file that is open is no longer where it was: what is written to it is lost.
    pub(super) fn is_gone(&self) -> bool {
        let readers = self.readers.as_ref();
        readers.is_some_and(|readers| !readers.path.exists())
    }

    /// Runs one statement on the writer's thread.
    pub(super) fn write<T: Send + 'static>(
        &self,
        statement: impl FnOnce(&mut SqliteConnection) -> Result<T, StoreError> + Send + 'static,
    ) -> BoxFuture<'_, Result<T, StoreError>> {
        Box::pin(self.writer.run(statement))
    }
}

impl Ask for SqliteStore {
    /// Runs where it is awaited.
    fn look_up<T: Send + 'static>(
        &self,
        query: impl FnOnce(&mut SqliteConnection) -> Result<T, StoreError> + Send + 'static,
    ) -> BoxFuture<'_, Result<T, StoreError>> {
        Box::pin(async move {
            match &self.readers {
                Some(readers) => readers.look_ups.read(query),
                None => self.writer.run(query).await,
            }
        })
    }

    /// Runs on a blocking thread.
    fn list<T: Send + 'static>(
        &self,
        query: impl FnOnce(&mut SqliteConnection) -> Result<T, StoreError> + Send + 'static,
    ) -> BoxFuture<'_, Result<T, StoreError>> {
        Box::pin(async move {
            match &self.readers {
                Some(readers) => FileReaders::list(readers, query).await,
                None => self.writer.run(query).await,
            }
        })
    }
}

impl FileReaders {
    async fn list<T: Send + 'static>(
        self: &Arc<Self>,
        query: impl FnOnce(&mut SqliteConnection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let closed = |_| StoreError::Other("the store is closed".into());
        let _permit = self.lists_at_once.acquire().await.map_err(closed)?;
        let readers = Arc::clone(self);
        tokio::task::spawn_blocking(move || readers.lists.read(query))
            .await
            .unwrap_or_else(|error| Err(StoreError::Other(error.into())))
    }
}

impl Store for SqliteStore {
    /// Transactions run one by one, so nothing contends.
    fn transact(
        &self,
        _contention: Contention,
        work: Work,
    ) -> BoxFuture<'_, Result<(), StoreError>> {
        let hooks = self.hooks.clone();
        self.write(move |db| Run::repeat(|| transaction::attempt(db, &work, &hooks)))
    }

    fn ping(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        if self.is_gone() {
            return Box::pin(async { Err(StoreError::Unavailable("the file is gone".into())) });
        }
        self.look_up(migrations::newest)
    }
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SqliteStore(…)")
    }
}
