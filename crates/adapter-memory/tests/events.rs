//! What tests of an application do with the events of the store.

use std::sync::{Arc, Mutex};

use belgie_adapter_memory::MemoryStore;
use belgie_domain::{Event, EventId, EventKind, User, UserId};
use belgie_ports::{Contention, StoreError, StoreExt as _, Users as _};
use chrono::DateTime;

#[tokio::test]
async fn the_hook_is_called_with_each_event_of_a_transaction() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&seen);
    let store = MemoryStore::default().on_event(move |event| {
        noted.lock().unwrap().push(event.clone());
        Ok(())
    });

    create(&store, 1).await.unwrap();
    create(&store.clone(), 2).await.unwrap();

    let events = [event(1), event(2)];
    assert_eq!(*seen.lock().unwrap(), events);
    assert_eq!(store.all_events(), events);
}

#[tokio::test]
async fn the_error_of_the_hook_undoes_the_whole_transaction() {
    let store = MemoryStore::default().on_event(|event| match event.user_id {
        Some(id) if id == jane(1).id => Err("no room for her".into()),
        _ => Ok(()),
    });

    let refused = create(&store, 1).await;
    let accepted = create(&store, 2).await;

    let Err(StoreError::Hook(source)) = refused else {
        panic!("{refused:?}");
    };
    assert_eq!(source.to_string(), "no room for her");
    assert!(accepted.is_ok(), "{accepted:?}");
    assert_eq!(store.find_user(jane(1).id).await.unwrap(), None);
    assert_eq!(store.find_user(jane(2).id).await.unwrap(), Some(jane(2)));
    assert_eq!(store.all_events(), [event(2)]);
}

#[tokio::test]
async fn the_error_of_the_hook_cannot_be_ignored() {
    let store = MemoryStore::default().on_event(|_| Err("no".into()));

    let ignored = store.transaction(Contention::none(), (), |(), tx| {
        Box::pin(async move {
            tx.insert_user(&jane(1)).await?;
            let _ = tx.insert_event(&event(1)).await;
            Ok(())
        })
    });
    let answer: Result<(), StoreError> = ignored.await;

    assert!(matches!(answer, Err(StoreError::Hook(_))), "{answer:?}");
    assert_eq!(store.find_user(jane(1).id).await.unwrap(), None);
}

/// Creates a user, with its event.
async fn create(store: &MemoryStore, number: u8) -> Result<(), StoreError> {
    let transaction = store.transaction(Contention::none(), number, |number, tx| {
        Box::pin(async move {
            tx.insert_user(&jane(*number)).await?;
            tx.insert_event(&event(*number)).await
        })
    });
    transaction.await
}

fn jane(number: u8) -> User {
    let now = DateTime::UNIX_EPOCH;
    User::new(UserId::new(now, [number; 10]), None, now)
}

fn event(number: u8) -> Event {
    let now = DateTime::UNIX_EPOCH;
    let mut event = Event::new(EventId::new(now, [number; 10]), now, EventKind::UserCreated);
    event.user_id = Some(jane(number).id);
    event
}
