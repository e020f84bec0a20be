use std::fs::OpenOptions;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use belgie_domain::User;
use belgie_ports::{BoxFuture, Contention, Store, StoreError, TransactionRun, Work};
use redb::{Database, ReadTransaction, ReadableDatabase as _, WriteTransaction};
use tokio::sync::Mutex;
use tokio::task::spawn_blocking;

use crate::error::store_error;
use crate::record::{Record as _, TABLES};
use crate::tables::Tables as _;
use crate::transaction;

/// A store in one file. Clones share it; no other process can open the file at the same time.
#[derive(Clone, Debug)]
pub struct RedbStore {
    database: Arc<Database>,
    /// Held while writing. redb has its own lock, but waiting for it would block a thread.
    writing: Arc<Mutex<()>>,
}

/// The maximum size of redb's cache.
const CACHE_BYTES: usize = 64 * 1024 * 1024;

/// How long a write may wait.
const PATIENCE: Duration = Duration::from_secs(5);

impl RedbStore {
    /// Opens the file, creating it if necessary. This blocks: call it before the server runs.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the file cannot be opened, or another process has it open.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        // No other user of this machine may read it.
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options
            .open(path)
            .map_err(redb::Error::Io)
            .map_err(store_error)?;
        let mut builder = Database::builder();
        let opened = builder.set_cache_size(CACHE_BYTES).create_file(file);
        let database = opened.map_err(store_error)?;
        change(&database, |tx| {
            TABLES.iter().try_for_each(|name| tx.table(name).map(drop))
        })?;
        Ok(Self {
            database: Arc::new(database),
            writing: Arc::default(),
        })
    }

    /// Reads the state committed when the look-up began. It never waits for a write.
    pub(crate) fn read<T: Send + 'static>(
        &self,
        look_up: impl FnOnce(&ReadTransaction) -> Result<T, StoreError> + Send + 'static,
    ) -> BoxFuture<'_, Result<T, StoreError>> {
        let database = Arc::clone(&self.database);
        Box::pin(in_background(move || {
            look_up(&database.begin_read().map_err(store_error)?)
        }))
    }

    /// Makes one change in a transaction of its own.
    pub(crate) fn change<T: Send + 'static>(
        &self,
        step: impl FnOnce(&WriteTransaction) -> Result<T, StoreError> + Send + 'static,
    ) -> BoxFuture<'_, Result<T, StoreError>> {
        self.write(|database| change(database, step))
    }

    /// Writes after all earlier writes have ended. The caller may be cancelled at any point: before its turn, nothing
    /// happens; after that, the write completes by itself and only then releases the lock.
    fn write<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Database) -> Result<T, StoreError> + Send + 'static,
    ) -> BoxFuture<'_, Result<T, StoreError>> {
        Box::pin(async move {
            let asked = Instant::now();
            let turn = Arc::clone(&self.writing).lock_owned().await;
            if asked.elapsed() > PATIENCE {
                return Err(StoreError::Unavailable("writes wait for too long".into()));
            }
            let database = Arc::clone(&self.database);
            in_background(move || {
                let _turn = turn;
                job(&database)
            })
            .await
        })
    }
}

impl Store for RedbStore {
    /// One transaction writes at a time, so there are no conflicts and `_contention` is not needed.
    fn transact(
        &self,
        _contention: Contention,
        work: Work,
    ) -> BoxFuture<'_, Result<(), StoreError>> {
        self.write(move |database| TransactionRun::repeat(|| transaction::attempt(database, &work)))
    }

    fn ping(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        self.read(|tx| tx.table(User::TABLE).map(drop))
    }
}

/// Makes a change and commits it; once this returns `Ok`, it is on the disk. On an error, dropping the transaction
/// rolls it back.
fn change<T>(
    database: &Database,
    step: impl FnOnce(&WriteTransaction) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let tx = database.begin_write().map_err(store_error)?;
    let made = step(&tx)?;
    tx.commit().map_err(store_error)?;
    Ok(made)
}

/// Runs blocking work on another thread, since those of an actix server each serve many requests.
async fn in_background<T: Send + 'static>(
    job: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    let ended = spawn_blocking(job).await;
    ended.unwrap_or_else(|error| Err(StoreError::Other(error.into())))
}
