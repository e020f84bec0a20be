//! The store in memory keeps the contract of the port.

use belgie_adapter_memory::MemoryStore;
use belgie_testkit::conformance::store::TestStore;

async fn store() -> TestStore {
    TestStore::new(MemoryStore::default()).volatile()
}

belgie_testkit::store_conformance!(store);
