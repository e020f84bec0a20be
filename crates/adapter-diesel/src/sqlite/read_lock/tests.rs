use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use belgie_domain::{User, UserId};
use belgie_ports::Users as _;
use chrono::DateTime;
use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::sql_types::Integer;
use tempfile::TempDir;

use super::super::connection::{open_reader, open_writer};
use super::super::{SqliteOptions, SqliteStore, users};
use super::{FREQUENT, PAUSE_OF_WRITES, ReadLock, TRANSACTION};

/// A read lock on a file, and a connection that stands in for another process.
struct Shared {
    lock: ReadLock,
    other: SqliteConnection,
    log: PathBuf,
    _directory: TempDir,
}

/// How long a busy machine may take for what happens within milliseconds on a quiet one.
const PATIENCE: Duration = Duration::from_secs(30);

impl Shared {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("belgie.db");
        let options = SqliteOptions::file(&path).create();
        let mut other = open_writer(&options).unwrap();
        other
            .batch_execute("PRAGMA busy_timeout = 0; CREATE TABLE theirs (data BLOB)")
            .unwrap();
        let lock = ReadLock::start(open_reader(&path, options.mapped_bytes).unwrap()).unwrap();
        Self {
            lock,
            other,
            log: directory.path().join("belgie.db-wal"),
            _directory: directory,
        }
    }

    /// Returns whether a reader keeps the log from being emptied.
    fn is_held(&mut self) -> bool {
        #[derive(QueryableByName)]
        struct Checkpoint {
            #[diesel(sql_type = Integer)]
            busy: i32,
        }
        let empty = diesel::sql_query("PRAGMA wal_checkpoint(TRUNCATE)");
        let checkpoint: Checkpoint = empty.get_result(&mut self.other).unwrap();
        checkpoint.busy == 1
    }

    fn write(&mut self) {
        self.other.batch_execute(WRITE).unwrap();
    }
}

#[test]
fn the_lock_is_held_while_reads_are_frequent_and_let_go_afterwards() {
    let mut shared = Shared::new();
    shared.write();
    assert!(!shared.is_held());

    let begun = Instant::now();
    loop {
        shared.write();
        let reading = Instant::now();
        while reading.elapsed() < 3 * PAUSE_OF_WRITES {
            shared.lock.count_read();
        }
        if shared.is_held() {
            break;
        }
        assert!(begun.elapsed() < PATIENCE, "it is never held");
    }

    let begun = Instant::now();
    while shared.lock.is_active() || shared.is_held() {
        assert!(begun.elapsed() < PATIENCE, "it is held for ever");
        thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn rare_reads_do_not_hold_it() {
    let mut shared = Shared::new();
    for _ in 0..20 {
        shared.write();
        for _ in 0..FREQUENT / 4 {
            shared.lock.count_read();
        }
        thread::sleep(TRANSACTION);
        // Before its first pause, the thread reads for an instant.
        assert!(!shared.is_held() || !shared.is_held());
    }
}

#[test]
fn the_log_is_emptied_although_reads_are_frequent() {
    let mut shared = Shared::new();
    let unsynced = "PRAGMA synchronous = OFF";
    shared.other.batch_execute(unsynced).unwrap();
    let begun = Instant::now();
    while !shared.lock.is_active() {
        assert!(begun.elapsed() < PATIENCE, "it is never held");
        shared.lock.count_read();
    }

    let (mut active, mut largest) = (0, 0);
    for _ in 0..WRITES {
        for _ in 0..FREQUENT {
            shared.lock.count_read();
        }
        shared.write();
        active += usize::from(shared.lock.is_active());
        largest = largest.max(shared.log.metadata().unwrap().len());
    }

    assert!(active > 0);
    let written = WRITES as u64 * WRITTEN;
    assert!(largest < written / 2, "{largest} of {written} bytes");
}

#[tokio::test]
async fn a_change_is_seen_by_the_next_read_however_frequent_reads_are() {
    let directory = tempfile::tempdir().unwrap();
    let options = SqliteOptions::file(directory.path().join("belgie.db")).create();
    let reading = SqliteStore::open(&options).unwrap();
    let writing = SqliteStore::open(&options).unwrap();
    writing.migrate().await.unwrap();
    let at = DateTime::UNIX_EPOCH;
    let mut user = User::new(UserId::new(at, [1; 10]), None, at);
    writing
        .write({
            let user = user.clone();
            move |db| users::insert(db, &user)
        })
        .await
        .unwrap();

    let mut held = 0;
    for round in 0..20 {
        let begun = Instant::now();
        while begun.elapsed() < 3 * PAUSE_OF_WRITES {
            reading.find_user(user.id).await.unwrap();
        }
        held += usize::from(reading.holds_read_lock());
        user.name = Some(round.to_string());
        let changed = user.clone();
        let update = writing.write(move |db| users::update(db, &changed));
        assert!(update.await.unwrap());

        let found = reading.find_user(user.id).await.unwrap();
        assert_eq!(found.unwrap().name, user.name);
    }
    assert!(held > 0, "reads were never frequent");
}

const WRITES: usize = 3_000;
const WRITE: &str = "INSERT INTO theirs VALUES (zeroblob(40000))";
/// So many bytes of a write are in the log, at least.
const WRITTEN: u64 = 40_000;
