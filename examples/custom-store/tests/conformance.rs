//! The store of this example keeps the contract of the port, whichever store is behind it.

use custom_store::TimedStore;

mod on_memory {
    use belgie_adapter_memory::MemoryStore;
    use belgie_testkit::conformance::store::TestStore;

    use super::TimedStore;

    async fn store() -> TestStore {
        TestStore::new(TimedStore::new(MemoryStore::default()))
    }

    belgie_testkit::store_conformance!(store);
}

mod on_sqlite {
    use belgie_adapter_diesel::{SqliteOptions, SqliteStore};
    use belgie_testkit::conformance::store::TestStore;

    use super::TimedStore;

    async fn store() -> TestStore {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let options = SqliteOptions::file(directory.path().join("belgie.db")).create();
        let store = SqliteStore::open(&options).expect("the database is opened");
        store.migrate().await.expect("the database is migrated");
        TestStore::new(TimedStore::new(store)).keeping(directory)
    }

    belgie_testkit::store_conformance!(store);
}

#[tokio::test]
async fn calls_are_counted_by_their_names() {
    use belgie_adapter_memory::MemoryStore;
    use belgie_ports::{Reads as _, Store as _};

    let store = TimedStore::new(MemoryStore::default());

    store.ping().await.unwrap();
    store.ping().await.unwrap();
    let empty = store.transact(Box::new(|_| Box::pin(async { Ok(()) })));
    empty.await.unwrap();

    assert_eq!(store.timings().of("ping").calls, 2);
    assert_eq!(store.timings().of("transact").calls, 1);
    assert_eq!(store.timings().of("transact: runs").calls, 1);
    assert_eq!(store.timings().of("users").calls, 0);
}
