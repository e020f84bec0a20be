//! What is particular to the store on SQLite.

use std::os::unix::fs::PermissionsExt as _;

use belgie_adapter_diesel::{SchemaStatus, SqliteOpenError, SqliteOptions, SqliteStore};
use belgie_domain::{User, UserId};
use belgie_ports::{Contention, Store, StoreError, StoreExt as _, UserQuery, Users as _};
use chrono::DateTime;
use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, SqliteConnection};

fn jane() -> User {
    let now = DateTime::UNIX_EPOCH;
    let email = "jane@example.com".parse().ok();
    User::new(UserId::new(now, [1; 10]), email, now)
}

async fn insert(store: &dyn Store, user: User) -> Result<(), StoreError> {
    store
        .transaction(Contention::none(), user, |user, tx| tx.insert_user(user))
        .await
}

#[tokio::test]
async fn a_missing_file_is_an_error_unless_it_is_to_be_created() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("belgie.db");

    let refused = SqliteStore::open(&SqliteOptions::file(&path)).unwrap_err();

    assert!(matches!(refused, SqliteOpenError::Missing(missing) if missing == path));
    assert!(!path.exists());
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused_with_the_cause() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("notes.txt");
    std::fs::write(&path, "not a database ".repeat(100)).unwrap();

    let refused = SqliteStore::open(&SqliteOptions::file(&path)).unwrap_err();
    let no_file = SqliteStore::open(&SqliteOptions::file(directory.path())).unwrap_err();

    assert!(matches!(refused, SqliteOpenError::Setup(_)), "{refused:?}");
    assert_eq!(cause(&refused), "file is not a database");
    assert!(matches!(no_file, SqliteOpenError::Connect(_)));
    assert!(cause(&no_file).contains("unable to open"), "{no_file:?}");
}

fn cause(error: &SqliteOpenError) -> String {
    let cause = std::error::Error::source(error);
    cause.expect("the error has a cause").to_string()
}

#[tokio::test]
async fn cfg_10_the_database_and_its_logs_are_readable_by_their_owner_alone() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("a database?#%.db");
    let store = SqliteStore::open(&SqliteOptions::file(&path).create()).unwrap();

    store.migrate().await.unwrap();

    let files: Vec<_> = std::fs::read_dir(directory.path()).unwrap().collect();
    assert_eq!(files.len(), 3, "{files:?}");
    for file in files {
        let mode = file.unwrap().metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    assert!(path.exists());
}

#[tokio::test]
async fn a_database_is_migrated_once_and_then_current() {
    let directory = tempfile::tempdir().unwrap();
    let options = SqliteOptions::file(directory.path().join("belgie.db")).create();
    let store = SqliteStore::open(&options).unwrap();
    assert_eq!(store.schema_status().await.unwrap(), SchemaStatus::Missing);

    let applied = store.migrate().await.unwrap();

    assert!(applied[0].ends_with("sign_in"), "{applied:?}");
    assert!(store.migrate().await.unwrap().is_empty());
    let status = store.schema_status().await.unwrap();
    assert!(matches!(status, SchemaStatus::Current { .. }), "{status:?}");
}

#[tokio::test]
async fn what_was_written_is_there_when_the_file_is_opened_again() {
    let directory = tempfile::tempdir().unwrap();
    let options = SqliteOptions::file(directory.path().join("belgie.db")).create();
    let store = SqliteStore::open(&options).unwrap();
    store.migrate().await.unwrap();
    insert(&store, jane()).await.unwrap();
    drop(store);

    let store = SqliteStore::open(&options).unwrap();

    assert_eq!(store.find_user(jane().id).await.unwrap(), Some(jane()));
}

#[tokio::test]
async fn a_database_in_memory_is_shared_by_the_clones_of_the_store() {
    let store = SqliteStore::open(&SqliteOptions::memory()).unwrap();
    store.migrate().await.unwrap();

    insert(&store.clone(), jane()).await.unwrap();

    assert_eq!(store.find_user(jane().id).await.unwrap(), Some(jane()));
}

/// As a sign-in does: SQLite lets a transaction that began by reading write only if no other has written meanwhile.
async fn look_up_and_insert(store: &dyn Store, user: User) -> Result<(), StoreError> {
    let work = store.transaction(Contention::none(), user, |user, tx| {
        Box::pin(async move {
            tx.find_user(user.id).await?;
            tx.insert_user(user).await
        })
    });
    work.await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_21_32_writers_in_two_processes_never_find_the_database_locked() {
    let directory = tempfile::tempdir().unwrap();
    let options = SqliteOptions::file(directory.path().join("belgie.db")).create();
    let here = SqliteStore::open(&options).unwrap();
    here.migrate().await.unwrap();
    let there = SqliteStore::open(&options).unwrap();

    let writers = (0..32_u8).map(|writer| {
        let store = if writer % 2 == 0 { &here } else { &there }.clone();
        tokio::spawn(async move {
            for write in 0..20 {
                let now = DateTime::UNIX_EPOCH;
                let id = UserId::new(now, [0, 0, 0, 0, 0, 0, 0, 0, writer, write]);
                look_up_and_insert(&store, User::new(id, None, now))
                    .await
                    .unwrap();
            }
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.unwrap();
    }

    let all = here.users(UserQuery::first(1000)).await.unwrap();
    assert_eq!(all.len(), 32 * 20);
}

#[tokio::test]
async fn a_write_blocked_by_another_process_ends_as_unavailable() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("belgie.db");
    let store = SqliteStore::open(&SqliteOptions::file(&path).create()).unwrap();
    store.migrate().await.unwrap();
    let mut other = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
    other.batch_execute("BEGIN IMMEDIATE").unwrap();

    let refused = insert(&store, jane()).await;
    let read = store.find_user(jane().id).await;
    other.batch_execute("ROLLBACK").unwrap();

    assert!(
        matches!(refused, Err(StoreError::Unavailable(_))),
        "{refused:?}"
    );
    assert!(matches!(read, Ok(None)), "{read:?}");
    insert(&store, jane()).await.unwrap();
}

#[tokio::test]
async fn looking_at_a_file_of_another_application_leaves_it_as_it_is() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("theirs.db");
    let mut theirs = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
    theirs.batch_execute("CREATE TABLE theirs (id)").unwrap();
    drop(theirs);
    let before = std::fs::read(&path).unwrap();

    let status = SqliteStore::inspect(&SqliteOptions::file(&path)).unwrap();

    assert_eq!(status, SchemaStatus::Missing);
    assert_eq!(std::fs::read(&path).unwrap(), before);
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 1);
    let missing = SqliteOptions::file(directory.path().join("none.db")).create();
    let missing = SqliteStore::inspect(&missing).unwrap_err();
    assert!(matches!(missing, SqliteOpenError::Missing(_)));
}

#[tokio::test]
async fn rel_02_a_store_without_its_file_or_tables_is_not_ready() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("belgie.db");
    let store = SqliteStore::open(&SqliteOptions::file(&path).create()).unwrap();
    assert!(store.ping().await.is_err(), "no tables yet");
    store.migrate().await.unwrap();
    assert!(store.ping().await.is_ok());

    std::fs::remove_file(&path).unwrap();

    assert!(matches!(
        store.ping().await,
        Err(StoreError::Unavailable(_))
    ));
}

#[tokio::test]
async fn a_store_that_is_closed_leaves_one_file_with_everything_in_it() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("belgie.db");
    let store = SqliteStore::open(&SqliteOptions::file(&path).create()).unwrap();
    store.migrate().await.unwrap();
    insert(&store, jane()).await.unwrap();
    // Work holds the store too: the last of it may go on the thread that writes.
    let held = store.clone();
    let work: belgie_ports::Work = Box::new(move |_| {
        let _held = &held;
        Box::pin(async { Ok(()) })
    });
    store.transact(Contention::none(), work).await.unwrap();

    drop(store);

    let copy = directory.path().join("copy.db");
    let alone = || std::fs::read_dir(directory.path()).unwrap().count() == 1;
    for _ in 0..200 {
        if alone() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    assert!(alone(), "the log is gone");
    std::fs::copy(&path, &copy).unwrap();
    let copied = SqliteStore::open(&SqliteOptions::file(&copy)).unwrap();
    assert_eq!(copied.find_user(jane().id).await.unwrap(), Some(jane()));
}
