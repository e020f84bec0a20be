//! A store works when awaited on any tokio runtime.

use std::sync::Arc;

use belgie_ports::Store;
use tokio::runtime::Builder;

use super::TestStore;
use super::row::put;
use super::sample::{hash, session, user};

pub(super) async fn the_store_outlives_the_runtime_that_first_used_it(tested: TestStore) {
    for number in 1..=3 {
        let store = tested.store.clone();
        let short_lived = std::thread::spawn(move || write_and_read(&store, number));
        ended(short_lived).await;
    }

    for number in 1..=3 {
        let found = tested.store.find_session_by_token(hash(number)).await;
        assert!(matches!(found, Ok(Some(_))), "{found:?}");
    }
    put(&tested.store, [(&user(9)).into()]).await;
}

pub(super) async fn several_runtimes_use_the_store_at_once(tested: TestStore) {
    let threads = (1..=6).map(|number| {
        let store = tested.store.clone();
        std::thread::spawn(move || write_and_read(&store, number))
    });

    for thread in threads.collect::<Vec<_>>() {
        ended(thread).await;
    }
}

/// Uses the store on a separate runtime.
fn write_and_read(store: &Arc<dyn Store>, number: u32) {
    let runtime = Builder::new_current_thread().enable_all().build();
    runtime
        .expect("the system gives a runtime")
        .block_on(async {
            let owner = user(number);
            put(store, [(&owner).into(), (&session(number, &owner)).into()]).await;
            let found = store.find_session_by_token(hash(number)).await;
            assert_eq!(found.ok(), Some(Some((session(number, &owner), owner))));
        });
}

/// Awaits a thread without blocking the runtime.
async fn ended(thread: std::thread::JoinHandle<()>) {
    let joined = tokio::task::spawn_blocking(|| thread.join()).await;
    let thread = joined.expect("the waiting ends");
    thread.expect("the other runtime finds the store as it should");
}
