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
        TestStore::new(store)
            .beside(other)
            .reopened_by(move || {
                let options = options.clone();
                async move { SqliteStore::open(&options).expect("the database is opened again") }
            })
            .keeping(directory)
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
        TestStore::new(store).volatile()
    }

    belgie_testkit::store_conformance!(store);
}

#[cfg(feature = "postgres")]
mod postgres {
    use std::sync::Arc;

    use belgie_testkit::conformance::store::TestStore;

    use crate::database::TestDatabase;

    async fn store() -> TestStore {
        let database = Arc::new(TestDatabase::migrated().await);
        let (store, other) = (database.store(), database.store());
        let reopened = Arc::clone(&database);
        TestStore::new(store)
            .beside(other)
            .reopened_by(move || std::future::ready(reopened.store()))
            .keeping(database)
    }

    belgie_testkit::store_conformance!(store);
}
