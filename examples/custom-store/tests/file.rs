//! What the suite cannot see: the file that the store keeps everything in.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use std::path::PathBuf;

use belgie_domain::{EmailAddress, User, UserId};
use belgie_ports::{Contention, StoreError, StoreExt as _, Users as _};
use chrono::DateTime;
use custom_store::RedbStore;
use redb::{Database, TableDefinition};
use tempfile::TempDir;

#[tokio::test]
async fn what_was_committed_is_there_when_the_file_is_opened_again() {
    let (_directory, path) = place();
    let store = RedbStore::open(&path).unwrap();
    insert(&store).await;
    drop(store);

    let store = RedbStore::open(&path).unwrap();

    assert_eq!(store.find_user(jane().id).await.unwrap(), Some(jane()));
    let email = jane().email.unwrap();
    let found = store.find_user_by_email(&email).await;
    assert_eq!(found.unwrap(), Some(jane()));
}

#[tokio::test]
async fn a_file_that_another_has_open_is_refused() {
    let (_directory, path) = place();
    let _store = RedbStore::open(&path).unwrap();

    let second = RedbStore::open(&path);

    assert!(
        matches!(second, Err(StoreError::Unavailable(_))),
        "{second:?}"
    );
}

#[tokio::test]
async fn an_unreadable_row_is_corrupt_and_the_error_hides_its_secrets() {
    let (_directory, path) = place();
    let store = RedbStore::open(&path).unwrap();
    insert(&store).await;
    drop(store);
    write_raw(&path, jane().id, br#"{"id": "canary"}"#);

    let store = RedbStore::open(&path).unwrap();
    let answer = store.find_user(jane().id).await;

    assert!(matches!(answer, Err(StoreError::Corrupt(_))), "{answer:?}");
    assert!(!format!("{answer:?}").contains("canary"));
}

#[cfg(unix)]
#[test]
fn no_other_account_can_read_the_file() {
    use std::os::unix::fs::PermissionsExt as _;
    let (_directory, path) = place();

    let _store = RedbStore::open(&path).unwrap();

    let mode = path.metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

fn place() -> (TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("store.redb");
    (directory, path)
}

fn jane() -> User {
    let email: EmailAddress = "jane@example.com".parse().unwrap();
    let id = UserId::new(DateTime::UNIX_EPOCH, [1; 10]);
    User::new(id, Some(email), DateTime::UNIX_EPOCH)
}

async fn insert(store: &RedbStore) {
    let transaction =
        store.transaction(Contention::none(), jane(), |jane, tx| tx.insert_user(jane));
    let inserted: Result<(), StoreError> = transaction.await;
    inserted.unwrap();
}

/// Overwrites a user's row behind the store's back.
fn write_raw(path: &PathBuf, id: UserId, row: &[u8]) {
    let users: TableDefinition<&[u8], &[u8]> = TableDefinition::new("users");
    let database = Database::open(path).unwrap();
    let tx = database.begin_write().unwrap();
    let key = id.as_uuid().into_bytes();
    tx.open_table(users).unwrap().insert(&key[..], row).unwrap();
    tx.commit().unwrap();
}
