//! An application keeps tables of its own beside ours, with its own diesel migrations, of which one even has the version
//! of one of ours.

use belgie_domain::{User, UserId};
use belgie_ports::{Contention, Store, StoreExt as _};
use chrono::DateTime;

#[cfg(feature = "sqlite")]
mod sqlite {
    use belgie_adapter_diesel::{SchemaStatus, SqliteOptions, SqliteStore};
    use belgie_ports::Users as _;
    use diesel::connection::SimpleConnection as _;
    use diesel::prelude::*;
    use diesel_migrations::{EmbeddedMigrations, MigrationHarness as _, embed_migrations};

    use super::{delete, insert, jane};

    diesel::table! {
        notes (id) {
            id -> Integer,
            author -> Binary,
            text -> Text,
        }
    }

    belgie_adapter_diesel::users_table!(sqlite);
    diesel::joinable!(notes -> belgie_users (author));
    diesel::allow_tables_to_appear_in_same_query!(notes, belgie_users);

    const NOTES: EmbeddedMigrations = embed_migrations!("tests/it/host_migrations/sqlite");

    #[tokio::test]
    async fn a_host_application_has_its_own_tables_and_migrations_in_the_same_file() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("application.db");
        let store = SqliteStore::open(&SqliteOptions::file(&path).create()).unwrap();
        store.migrate().await.unwrap();
        let mut host = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
        host.batch_execute("PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = ON")
            .unwrap();

        let applied = host.run_pending_migrations(NOTES).unwrap();

        assert_eq!(applied.len(), 1);
        insert(&store, jane()).await;
        let id = jane().id.as_uuid();
        let note = format!("INSERT INTO notes VALUES (1, x'{}', 'hello')", id.simple());
        host.batch_execute(&note).unwrap();
        assert_eq!(notes::table.count().get_result(&mut host), Ok(1));
        let authors = notes::table.inner_join(belgie_users::table);
        let joined = authors.select((notes::text, belgie_users::id, belgie_users::is_active));
        let joined = joined.load::<(String, Vec<u8>, bool)>(&mut host);
        assert_eq!(
            joined,
            Ok(vec![("hello".to_owned(), jane().id.to_bytes(), true)])
        );
        let unknown = "INSERT INTO notes VALUES (2, x'00', 'nobody')";
        assert!(host.batch_execute(unknown).is_err());
        delete(&store, jane().id).await;
        assert_eq!(notes::table.count().get_result(&mut host), Ok(0));
        assert_eq!(store.find_user(jane().id).await.unwrap(), None);
        assert!(!host.has_pending_migration(NOTES).unwrap());
        let status = store.schema_status().await.unwrap();
        assert!(matches!(status, SchemaStatus::Current { .. }), "{status:?}");
    }
}

#[cfg(feature = "postgres")]
mod postgres {
    use belgie_adapter_diesel::SchemaStatus;
    use diesel::connection::SimpleConnection as _;
    use diesel::prelude::*;
    use diesel_async::AsyncPgConnection;
    use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;
    use diesel_migrations::{EmbeddedMigrations, MigrationHarness as _, embed_migrations};
    use uuid::Uuid;

    use super::{delete, insert, jane};
    use crate::database::TestDatabase;

    diesel::table! {
        notes (id) {
            id -> Integer,
            author -> Uuid,
            text -> Text,
        }
    }

    belgie_adapter_diesel::users_table!(postgres);
    diesel::joinable!(notes -> belgie_users (author));
    diesel::allow_tables_to_appear_in_same_query!(notes, belgie_users);

    const NOTES: EmbeddedMigrations = embed_migrations!("tests/it/host_migrations/postgres");

    type Host = AsyncConnectionWrapper<AsyncPgConnection>;

    #[tokio::test]
    async fn a_host_application_has_its_own_tables_and_migrations_in_the_same_database() {
        let database = TestDatabase::empty().await;
        let store = database.store();
        store.migrate().await.unwrap();
        insert(&store, jane()).await;
        let url = database.url();

        let before = blocking(url.clone(), |host| {
            assert_eq!(host.run_pending_migrations(NOTES).unwrap().len(), 1);
            let id = jane().id.as_uuid();
            let note = format!("INSERT INTO notes VALUES (1, '{id}', 'hello')");
            host.batch_execute(&note).unwrap();
            let authors = notes::table.inner_join(belgie_users::table);
            let joined = authors.select((notes::text, belgie_users::id, belgie_users::is_active));
            joined.load::<(String, Uuid, bool)>(host)
        });
        assert_eq!(
            before.await,
            Ok(vec![("hello".to_owned(), jane().id.as_uuid(), true)])
        );
        delete(&store, jane().id).await;
        let after = blocking(url, |host| {
            assert!(!host.has_pending_migration(NOTES).unwrap());
            notes::table.count().get_result::<i64>(host)
        });

        assert_eq!(after.await, Ok(0));
        let status = store.schema_status().await.unwrap();
        assert!(matches!(status, SchemaStatus::Current { .. }), "{status:?}");
    }

    /// Uses a connection that blocks, as the application's migrations do.
    async fn blocking<T: Send + 'static>(url: String, job: fn(&mut Host) -> T) -> T {
        let done = tokio::task::spawn_blocking(move || {
            let host = Host::establish(&url);
            job(&mut host.expect("the application connects"))
        });
        done.await.expect("the application goes on")
    }
}

pub(crate) fn jane() -> User {
    let now = DateTime::UNIX_EPOCH;
    User::new(UserId::new(now, [1; 10]), None, now)
}

pub(crate) async fn insert(store: &dyn Store, user: User) {
    let inserted: Result<(), belgie_ports::StoreError> = store
        .transaction(Contention::none(), user, |user, tx| tx.insert_user(user))
        .await;
    inserted.expect("the user is inserted");
}

async fn delete(store: &dyn Store, id: UserId) {
    let deleted: Result<bool, belgie_ports::StoreError> = store
        .transaction(Contention::on_user(id), id, |id, tx| tx.delete_user(*id))
        .await;
    assert!(deleted.expect("the user is deleted"));
}
