//! The schema is brought up to date at the start, also by several nodes at once, and never taken back.

use belgie_adapter_diesel::{MigrationError, SchemaStatus};
use belgie_domain::{Delivery, Purpose, TokenHash};
use belgie_ports::Store;

#[cfg(feature = "sqlite")]
mod sqlite {
    use belgie_adapter_diesel::{SqliteOptions, SqliteStore};
    use diesel::connection::SimpleConnection as _;
    use diesel::{Connection as _, SqliteConnection};

    use super::{assert_applied_once, assert_refused, assert_understood};

    #[tokio::test]
    async fn rel_11_attempts_of_the_version_before_are_understood() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("belgie.db");
        let store = SqliteStore::open(&SqliteOptions::file(&path).create()).unwrap();
        store.migrate().await.unwrap();
        let mut connection = SqliteConnection::establish(path.to_str().unwrap()).unwrap();

        let hash = |byte: &str| format!("x'{}'", byte.repeat(32));
        let attempt = super::attempt_of_before(hash, "0");
        connection.batch_execute(&attempt).unwrap();

        assert_understood(&store).await;
    }

    #[tokio::test]
    async fn rel_10_five_processes_migrate_an_empty_file_at_once() {
        for _ in 0..5 {
            let directory = tempfile::tempdir().unwrap();
            let options = SqliteOptions::file(directory.path().join("belgie.db")).create();
            let starting = (0..5).map(|_| {
                let options = options.clone();
                tokio::spawn(async move {
                    let opened = tokio::task::spawn_blocking(move || SqliteStore::open(&options));
                    let store = opened.await.unwrap().unwrap();
                    let applied = store.migrate().await.unwrap();
                    (applied, store.schema_status().await.unwrap())
                })
            });

            assert_applied_once(starting.collect()).await;
        }
    }

    #[tokio::test]
    async fn rel_11_an_older_program_refuses_a_newer_schema() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("belgie.db");
        let store = SqliteStore::open(&SqliteOptions::file(&path).create()).unwrap();
        store.migrate().await.unwrap();
        let mut connection = SqliteConnection::establish(path.to_str().unwrap()).unwrap();

        connection.batch_execute(super::A_LATER_VERSION).unwrap();

        assert_refused(store.migrate().await, store.schema_status().await);
    }
}

#[cfg(feature = "postgres")]
mod postgres {
    use diesel_async::SimpleAsyncConnection as _;

    use super::{assert_applied_once, assert_refused, assert_understood};
    use crate::database::TestDatabase;

    #[tokio::test]
    async fn rel_11_attempts_of_the_version_before_are_understood() {
        let database = TestDatabase::migrated().await;
        let mut connection = database.connect().await;

        let hash = |byte: &str| format!("'\\x{}'", byte.repeat(32));
        let attempt = super::attempt_of_before(hash, "'1970-01-01T00:00:00Z'");
        connection.batch_execute(&attempt).await.unwrap();

        assert_understood(&database.store()).await;
    }

    #[tokio::test]
    async fn rel_10_five_nodes_migrate_an_empty_database_at_once() {
        for _ in 0..3 {
            let database = TestDatabase::empty().await;
            let starting = (0..5).map(|_| {
                let store = database.store();
                tokio::spawn(async move {
                    let applied = store.migrate().await.unwrap();
                    (applied, store.schema_status().await.unwrap())
                })
            });

            assert_applied_once(starting.collect()).await;
        }
    }

    #[tokio::test]
    async fn rel_11_an_older_program_refuses_a_newer_schema() {
        let database = TestDatabase::migrated().await;
        let store = database.store();
        let mut connection = database.connect().await;

        connection
            .batch_execute(super::A_LATER_VERSION)
            .await
            .unwrap();

        assert_refused(store.migrate().await, store.schema_status().await);
    }

    #[tokio::test]
    async fn a_database_is_missing_its_schema_until_it_is_migrated() {
        let database = TestDatabase::empty().await;
        let store = database.store();
        let before = store.schema_status().await.unwrap();

        store.migrate().await.unwrap();

        assert_eq!(before, super::SchemaStatus::Missing);
        let after = store.schema_status().await.unwrap();
        assert!(matches!(after, super::SchemaStatus::Current { .. }));
    }
}

/// How a program adds an attempt that knows neither purpose nor delivery nor network.
fn attempt_of_before(hash: impl Fn(&str) -> String, time: &str) -> String {
    let secret = "A".repeat(43);
    format!(
        "INSERT INTO belgie_attempts (state_hash, binding_hash, provider, nonce, code_verifier,
             return_to, client_state, replaces, created_at, expires_at)
         VALUES ({}, {}, 'google', '{secret}', '{secret}', '/', NULL, {}, {time}, {time})",
        hash("01"),
        hash("02"),
        hash("03"),
    )
}

/// Checks that such an attempt is one to sign in by cookie, begun from an unknown network.
async fn assert_understood(store: &dyn Store) {
    let hash = |byte| TokenHash::from_bytes([byte; 32]);
    let found = store.consume_attempt(hash(1), hash(2)).await;
    let attempt = found.expect("an answer").expect("the attempt is there");
    let replaces = Some(hash(3));
    assert_eq!(attempt.purpose, Purpose::SignIn { replaces });
    assert_eq!(attempt.delivery, Delivery::Cookie);
    assert_eq!(attempt.network, None);
}

/// As a later version of the program would leave it behind.
const A_LATER_VERSION: &str =
    "INSERT INTO belgie_migrations (version, name) VALUES ('99991231235959', '9999_later')";

/// Checks that of several who migrated at once each migration was applied by one, and all are ready.
async fn assert_applied_once(starting: Vec<tokio::task::JoinHandle<(Vec<String>, SchemaStatus)>>) {
    let mut applied = Vec::new();
    for node in starting {
        let (names, status) = node.await.expect("the node starts");
        assert!(matches!(status, SchemaStatus::Current { .. }), "{status:?}");
        applied.extend(names);
    }
    let folders = std::fs::read_dir("migrations/sqlite").expect("there are migrations");
    assert_eq!(applied.len(), folders.count(), "{applied:?}");
}

fn assert_refused(
    migrated: Result<Vec<String>, MigrationError>,
    status: Result<SchemaStatus, MigrationError>,
) {
    let Err(MigrationError::Newer { found, known }) = migrated else {
        panic!("{migrated:?}");
    };
    assert_eq!(found, "99991231235959");
    assert_eq!(status.ok(), Some(SchemaStatus::Newer { found, known }));
}
