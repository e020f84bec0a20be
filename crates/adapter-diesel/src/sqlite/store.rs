use std::error::Error;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use belgie_domain::Event;
use belgie_ports::{BoxFuture, Contention, Store, StoreError, TransactionRun, Work};
use diesel::SqliteConnection;
use tokio::sync::Semaphore;

use super::connection::{ensure_file, open_reader, open_writer, plans_again};
use super::hooks::Hooks;
use super::job::Commit;
use super::query::Query;
use super::read_lock::ReadLock;
use super::readers::Readers;
use super::writer::Writer;
use super::{SqliteLocation, SqliteOpenError, SqliteOptions, migrations, transaction};
use crate::{MigrationError, SchemaStatus};

/// The SQLite store. Clones share their connections.
///
/// Look-ups by key run on the caller's thread, on a small pool of read-only connections; lists run on a blocking
/// thread; writes run one after the other on a thread of their own. Those that wait at the same time share a commit,
/// except transactions with hooks. Writes are durable once they return, with one exception: sign-in attempts reach the
/// disk with the next write of another kind, and a power cut before then may undo them.
#[derive(Clone)]
pub struct SqliteStore {
    /// `None` in memory, where there is a single connection. Dropped before the writer, which can only tidy up when it
    /// is the last connection.
    readers: Option<Arc<FileReaders>>,
    writer: Writer,
    hooks: Hooks,
}

struct FileReaders {
    path: PathBuf,
    /// For session checks. Their mapping of the file saves a system call and a copy per page, but after each write SQLite
    /// maps the file again, so it pays only where reads are far more frequent than writes.
    checks: Readers,
    /// For other look-ups by key, without a mapping.
    look_ups: Readers,
    /// Held for both.
    lock: ReadLock,
    lists: Readers,
    /// As many as there are connections for lists, so that no thread waits for one.
    lists_at_once: Semaphore,
}

/// How many lists are read at once.
const LISTS: usize = 2;
const UNMAPPED: u64 = 0;

impl SqliteStore {
    /// Opens a database. It does not change the schema: see [`Self::migrate`].
    ///
    /// # Errors
    /// A [`SqliteOpenError`] when the file cannot be used.
    pub fn open(options: &SqliteOptions) -> Result<Self, SqliteOpenError> {
        let mut connection = open_writer(options)?;
        if plans_again(&mut connection).map_err(SqliteOpenError::set_up)? {
            tracing::warn!(
                "session checks are several times slower than they could be: SQLite plans each one anew because the \
                 database has `ANALYZE` statistics. Drop them (`DROP TABLE sqlite_stat4`) and avoid `ANALYZE` and \
                 `PRAGMA optimize`, or build with the environment variable LIBSQLITE3_FLAGS=-DSQLITE_ENABLE_QPSG"
            );
        }
        let readers = match &options.location {
            SqliteLocation::Memory => None,
            SqliteLocation::File(path) => {
                let open = |count: usize, mapped_bytes| -> Result<_, SqliteOpenError> {
                    let all = (0..count).map(|_| open_reader(path, mapped_bytes));
                    Ok(Readers::new(all.collect::<Result<_, _>>()?))
                };
                let readers = options.readers.max(1);
                Some(Arc::new(FileReaders {
                    path: path.clone(),
                    checks: open(readers, options.mapped_bytes)?,
                    look_ups: open(readers, UNMAPPED)?,
                    lock: ReadLock::start(open_reader(path, UNMAPPED)?)
                        .map_err(SqliteOpenError::Thread)?,
                    lists: open(LISTS, options.mapped_bytes)?,
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

    /// Registers a hook for the application's own tables: it is called right after an event was added, on the same
    /// connection and in the same transaction. Hooks run in the order of their registration.
    ///
    /// - An error rolls back the whole transaction, which returns [`StoreError::Hook`]; so does a panic, as
    ///   [`StoreError::Other`]. If the error or one of its causes is a [`diesel::result::Error`] for a conflict or a
    ///   temporary failure, it is handled like one of the store's own.
    /// - The hook may be called again for the same event when a transaction runs again, so it must have no effect
    ///   except on the connection. It must not end the transaction, but may use savepoints
    ///   ([`diesel::Connection::transaction`]).
    /// - It runs on the only writer thread: while it runs, all other writes wait.
    ///
    /// Existing clones are not affected.
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

    /// Returns the address of the file for further connections; `None` in memory.
    #[cfg(feature = "database")]
    pub(crate) fn address(&self) -> Option<String> {
        let readers = self.readers.as_ref()?;
        super::connection::address(&readers.path, "rw").ok()
    }

    /// Returns how the schema of an existing database compares with what this program needs. The file is opened
    /// read-only, so another application's database stays unchanged.
    ///
    /// # Errors
    /// A [`SqliteOpenError`] when the file cannot be used.
    pub fn inspect(options: &SqliteOptions) -> Result<SchemaStatus, SqliteOpenError> {
        let SqliteLocation::File(path) = &options.location else {
            return Ok(SchemaStatus::Missing);
        };
        ensure_file(path, false)?;
        let mut connection = open_reader(path, UNMAPPED)?;
        Ok(migrations::status(&mut connection)?)
    }

    /// Brings the schema up to date, one transaction for each migration; returns the names of the applied migrations.
    /// Any number of processes may do so at once.
    ///
    /// # Errors
    /// [`MigrationError::Newer`] when the schema is newer than this program; nothing is changed then.
    pub async fn migrate(&self) -> Result<Vec<String>, MigrationError> {
        self.writer
            .run(Commit::Alone, |connection, _| {
                Ok(migrations::migrate(connection))
            })
            .await?
    }

    /// Returns how the schema compares with what this program needs. It changes nothing.
    ///
    /// # Errors
    /// [`MigrationError::Store`] when the database cannot be read.
    pub async fn schema_status(&self) -> Result<SchemaStatus, MigrationError> {
        self.writer
            .run(Commit::Alone, |connection, _| {
                Ok(migrations::status(connection))
            })
            .await?
    }

    /// Returns whether the open file has been moved or deleted, so that writes to it are lost.
    pub(super) fn is_gone(&self) -> bool {
        let readers = self.readers.as_ref();
        readers.is_some_and(|readers| !readers.path.exists())
    }

    #[cfg(test)]
    pub(super) fn holds_read_lock(&self) -> bool {
        let readers = self.readers.as_ref();
        readers.is_some_and(|readers| readers.lock.is_active())
    }

    /// Runs one statement on the writer thread. It is durable once this returns.
    pub(super) fn write<T: Send + 'static>(
        &self,
        statement: impl FnOnce(&mut SqliteConnection) -> Result<T, StoreError> + Send + 'static,
    ) -> BoxFuture<'_, Result<T, StoreError>> {
        Box::pin(self.writer.run(Commit::Synced, |db, _| statement(db)))
    }

    /// As [`Self::write`], but without waiting for the disk: a power cut before the next durable write may undo it.
    pub(super) fn write_unsynced<T: Send + 'static>(
        &self,
        statement: impl FnOnce(&mut SqliteConnection) -> Result<T, StoreError> + Send + 'static,
    ) -> BoxFuture<'_, Result<T, StoreError>> {
        Box::pin(self.writer.run(Commit::Unsynced, |db, _| statement(db)))
    }
}

impl Query for SqliteStore {
    /// Runs on the caller's thread.
    fn look_up<T: Send + 'static>(
        &self,
        query: impl FnOnce(&mut SqliteConnection) -> Result<T, StoreError> + Send + 'static,
    ) -> BoxFuture<'_, Result<T, StoreError>> {
        Box::pin(async move {
            match &self.readers {
                Some(readers) => readers.read(&readers.look_ups, query),
                None => self.write(query).await,
            }
        })
    }

    /// Runs on the caller's thread.
    fn check<T: Send + 'static>(
        &self,
        query: impl FnOnce(&mut SqliteConnection) -> Result<T, StoreError> + Send + 'static,
    ) -> BoxFuture<'_, Result<T, StoreError>> {
        Box::pin(async move {
            match &self.readers {
                Some(readers) => readers.read(&readers.checks, query),
                None => self.write(query).await,
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
                None => self.write(query).await,
            }
        })
    }
}

impl FileReaders {
    fn read<T>(
        &self,
        connections: &Readers,
        query: impl FnOnce(&mut SqliteConnection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.lock.count_read();
        connections.read(query)
    }

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
    /// Transactions run one after the other, so there is no contention.
    fn transact(
        &self,
        _contention: Contention,
        work: Work,
    ) -> BoxFuture<'_, Result<(), StoreError>> {
        let hooks = self.hooks.clone();
        // A hook's statements are the application's own: what they do to the commit concerns no other job.
        let commit = if hooks.is_empty() {
            Commit::Synced
        } else {
            Commit::Alone
        };
        Box::pin(self.writer.run(commit, move |db, place| {
            TransactionRun::repeat(|| transaction::attempt(db, place, &work, &hooks))
        }))
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
