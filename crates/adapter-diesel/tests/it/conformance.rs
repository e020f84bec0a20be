//! The stores on SQLite and on PostgreSQL keep the contract of the port.

#[cfg(feature = "sqlite")]
mod sqlite_file {
    use belgie_adapter_diesel::{SqliteOptions, SqliteStore};
    use belgie_testkit::conformance::store::TestStore;

    async fn store() -> TestStore {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let options = SqliteOptions::file(directory.path().join("belgie.db")).create();
        let store = SqliteStore::open(&options).expect("the database is opened");
        store.migrate().await.expect("the database is migrated");
        let other = SqliteStore::open(&options).expect("the database is opened twice");
        TestStore::new(store).beside(other).keeping(directory)
    }

    belgie_testkit::store_conformance!(store);
}

#[cfg(feature = "sqlite")]
mod sqlite_memory {
    use belgie_adapter_diesel::{SqliteOptions, SqliteStore};
    use belgie_testkit::conformance::store::TestStore;

    async fn store() -> TestStore {
        let store = SqliteStore::open(&SqliteOptions::memory()).expect("the database is opened");
        store.migrate().await.expect("the database is migrated");
        TestStore::new(store)
    }

    belgie_testkit::store_conformance!(store);
}

#[cfg(feature = "postgres")]
mod postgres {
    use belgie_testkit::conformance::store::TestStore;

    use crate::database::TestDatabase;

    async fn store() -> TestStore {
        let database = TestDatabase::migrated().await;
        let (store, other) = (database.store(), database.store());
        TestStore::new(store).beside(other).keeping(database)
    }

    belgie_testkit::store_conformance!(store);
}
