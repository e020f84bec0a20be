use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::path::Path;
use std::time::Duration;

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::sql_types::Text;
use url::Url;

use super::{SqliteLocation, SqliteOpenError, SqliteOptions};

/// Opens the connection that writes, and creates the file where the options say so.
pub(super) fn open_writer(options: &SqliteOptions) -> Result<SqliteConnection, SqliteOpenError> {
    let SqliteLocation::File(path) = &options.location else {
        let mut connection = SqliteConnection::establish(":memory:")?;
        connection.batch_execute("PRAGMA foreign_keys = ON")?;
        return Ok(connection);
    };
    ensure_file(path, options.create)?;
    let mut connection = SqliteConnection::establish(&address(path, "rw")?)?;
    // The time-out comes first: switching to the write-ahead log may have to wait for another process.
    connection.batch_execute("PRAGMA busy_timeout = 5000")?;
    use_write_ahead_log(&mut connection)?;
    connection.batch_execute(
        "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;
         PRAGMA cache_size = -8192; PRAGMA journal_size_limit = 16777216;",
    )?;
    map(&mut connection, options)?;
    Ok(connection)
}

/// Switches to the write-ahead log. Of several who switch at once SQLite turns all but one away whatever the time-out,
/// because each reads already and would wait for the others for ever; so they come back.
fn use_write_ahead_log(connection: &mut SqliteConnection) -> Result<(), SqliteOpenError> {
    for _ in 0..SWITCHES {
        let switch = diesel::sql_query("PRAGMA journal_mode = WAL");
        match switch.get_result::<JournalMode>(connection) {
            Ok(answer) if answer.journal_mode == "wal" => return Ok(()),
            Ok(answer) => return Err(SqliteOpenError::NoWriteAheadLog(answer.journal_mode)),
            Err(error) if is_locked(&error) => std::thread::sleep(PAUSE),
            Err(error) => return Err(error.into()),
        }
    }
    Err(SqliteOpenError::NoWriteAheadLog("locked".to_owned()))
}

fn is_locked(error: &diesel::result::Error) -> bool {
    use diesel::result::Error::DatabaseError;
    matches!(error, DatabaseError(_, details) if details.message() == "database is locked")
}

/// Opens a connection that cannot write, to a file that a writer of this process has open.
pub(super) fn open_reader(
    path: &Path,
    options: &SqliteOptions,
) -> Result<SqliteConnection, SqliteOpenError> {
    let mut connection = SqliteConnection::establish(&address(path, "ro")?)?;
    connection.batch_execute(
        "PRAGMA busy_timeout = 2000; PRAGMA query_only = ON; PRAGMA trusted_schema = OFF;
         PRAGMA cache_size = -2048;",
    )?;
    map(&mut connection, options)?;
    Ok(connection)
}

/// Returns whether SQLite was built to keep its plans when values change: without that flag each statement may be
/// planned anew at each execution, which costs several times the execution itself.
pub(super) fn keeps_plans(connection: &mut SqliteConnection) -> QueryResult<bool> {
    let options = diesel::sql_query("PRAGMA compile_options").load::<CompileOption>(connection)?;
    Ok(options
        .iter()
        .any(|option| option.compile_options == "ENABLE_QPSG"))
}

/// SQLite would create the file readable by all; its log files take over the mode of the file.
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

/// The `file:` address of a path, which may hold any character.
fn address(path: &Path, mode: &str) -> Result<String, SqliteOpenError> {
    let unusable = |()| SqliteOpenError::Path(path.to_owned());
    let absolute = std::path::absolute(path).map_err(|_| unusable(()))?;
    let url = Url::from_file_path(absolute).map_err(unusable)?;
    Ok(format!("{url}?mode={mode}"))
}

fn map(connection: &mut SqliteConnection, options: &SqliteOptions) -> QueryResult<()> {
    connection.batch_execute(&format!("PRAGMA mmap_size = {}", options.mapped_bytes))
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

/// Together as long as the time-out of a statement.
const SWITCHES: u32 = 200;
const PAUSE: Duration = Duration::from_millis(25);
