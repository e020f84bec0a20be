use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::path::Path;
use std::time::Duration;

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::sql_types::Text;
use url::Url;

use super::migrations::sqlite_master;
use super::temporary_data::TemporaryData;
use super::{SqliteLocation, SqliteOpenError, SqliteOptions};

/// Opens the connection for writing, and creates the file if the options say so.
pub(super) fn open_writer(options: &SqliteOptions) -> Result<SqliteConnection, SqliteOpenError> {
    let SqliteLocation::File(path) = &options.location else {
        let mut connection = connect(":memory:")?;
        set_up(&mut connection, "PRAGMA foreign_keys = ON")?;
        return Ok(connection);
    };
    ensure_file(path, options.create)?;
    let mut connection = connect(&address(path, "rw")?)?;
    // The time-out must be set first: switching to the write-ahead log may have to wait for another process.
    set_up(&mut connection, "PRAGMA busy_timeout = 5000")?;
    use_write_ahead_log(&mut connection)?;
    set_up(
        &mut connection,
        "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;
         PRAGMA cache_size = -8192; PRAGMA journal_size_limit = 16777216;",
    )?;
    TemporaryData::InMemory
        .apply(&mut connection)
        .map_err(SqliteOpenError::set_up)?;
    map(&mut connection, options.mapped_bytes)?;
    Ok(connection)
}

/// Switches to the write-ahead log. When several connections switch at once, SQLite fails all but one immediately,
/// whatever the time-out, to avoid a deadlock; so this retries.
fn use_write_ahead_log(connection: &mut SqliteConnection) -> Result<(), SqliteOpenError> {
    for _ in 0..SWITCHES {
        let switch = diesel::sql_query("PRAGMA journal_mode = WAL");
        match switch.get_result::<JournalMode>(connection) {
            Ok(answer) if answer.journal_mode == "wal" => return Ok(()),
            Ok(answer) => return Err(SqliteOpenError::NoWriteAheadLog(answer.journal_mode)),
            Err(error) if is_locked(&error) => std::thread::sleep(PAUSE),
            Err(error) => return Err(SqliteOpenError::set_up(error)),
        }
    }
    Err(SqliteOpenError::NoWriteAheadLog("locked".to_owned()))
}

fn is_locked(error: &diesel::result::Error) -> bool {
    use diesel::result::Error::DatabaseError;
    matches!(error, DatabaseError(_, details) if details.message() == "database is locked")
}

/// Opens a read-only connection to a file that this process already has open for writing, and maps so many bytes of it
/// into memory.
pub(super) fn open_reader(
    path: &Path,
    mapped_bytes: u64,
) -> Result<SqliteConnection, SqliteOpenError> {
    let mut connection = connect(&address(path, "ro")?)?;
    set_up(
        &mut connection,
        "PRAGMA busy_timeout = 2000; PRAGMA query_only = ON; PRAGMA trusted_schema = OFF;
         PRAGMA cache_size = -2048;",
    )?;
    map(&mut connection, mapped_bytes)?;
    Ok(connection)
}

/// Returns whether SQLite plans a statement anew whenever a bound value changes, which takes several times as long as
/// executing it. It does so if it was built to use samples of the values (`STAT4`), `ANALYZE` has collected some, and
/// the query planner stability guarantee (`QPSG`) is not enabled.
pub(super) fn plans_again(connection: &mut SqliteConnection) -> QueryResult<bool> {
    Ok(is_built_with(connection, "ENABLE_STAT4")?
        && !is_built_with(connection, "ENABLE_QPSG")?
        && has_samples(connection)?)
}

/// Returns whether SQLite was compiled with this option.
pub(super) fn is_built_with(connection: &mut SqliteConnection, option: &str) -> QueryResult<bool> {
    let options = diesel::sql_query("PRAGMA compile_options").load::<CompileOption>(connection)?;
    Ok(options.iter().any(|built| built.compile_options == option))
}

fn has_samples(connection: &mut SqliteConnection) -> QueryResult<bool> {
    let samples = sqlite_master::table.filter(sqlite_master::name.eq("sqlite_stat4"));
    Ok(samples.count().get_result::<i64>(connection)? > 0)
}

/// Creates a missing file, readable only by its owner, or checks that the file exists. SQLite itself would create a
/// file that everyone can read; its log files inherit the mode of the file.
pub(super) fn ensure_file(path: &Path, create: bool) -> Result<(), SqliteOpenError> {
    if !create {
        let there = path.try_exists().unwrap_or(false);
        return there
            .then_some(())
            .ok_or_else(|| SqliteOpenError::Missing(path.to_owned()));
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(SqliteOpenError::Create {
            path: path.to_owned(),
            source: error,
        }),
        _ => Ok(()),
    }
}

/// Returns the `file:` URI of a path, which may contain any character, to be opened in this mode: `ro` or `rw`.
pub(super) fn address(path: &Path, mode: &str) -> Result<String, SqliteOpenError> {
    let unusable = |()| SqliteOpenError::Path(path.to_owned());
    let absolute = std::path::absolute(path).map_err(|_| unusable(()))?;
    let url = Url::from_file_path(absolute).map_err(unusable)?;
    Ok(format!("{url}?mode={mode}"))
}

fn connect(address: &str) -> Result<SqliteConnection, SqliteOpenError> {
    SqliteConnection::establish(address).map_err(SqliteOpenError::connect)
}

fn set_up(connection: &mut SqliteConnection, pragmas: &str) -> Result<(), SqliteOpenError> {
    connection
        .batch_execute(pragmas)
        .map_err(SqliteOpenError::set_up)
}

fn map(connection: &mut SqliteConnection, bytes: u64) -> Result<(), SqliteOpenError> {
    set_up(connection, &format!("PRAGMA mmap_size = {bytes}"))
}

#[derive(QueryableByName)]
struct JournalMode {
    #[diesel(sql_type = Text)]
    journal_mode: String,
}

#[derive(QueryableByName)]
struct CompileOption {
    #[diesel(sql_type = Text)]
    compile_options: String,
}

/// The number of attempts: with the pauses between them, they take as long as the busy time-out.
const SWITCHES: u32 = 200;
const PAUSE: Duration = Duration::from_millis(25);
