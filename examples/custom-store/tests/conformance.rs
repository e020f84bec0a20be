//! The store of this example keeps the contract of the port.

use belgie_testkit::conformance::store::TestStore;
use custom_store::RedbStore;

async fn store() -> TestStore {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let path = directory.path().join("store.redb");
    let store = RedbStore::open(&path).expect("the store is opened");
    let reopen = move || {
        let opened = RedbStore::open(&path);
        async { opened.expect("the store is opened again") }
    };
    TestStore::new(store).reopened_by(reopen).keeping(directory)
}

belgie_testkit::store_conformance!(store);
