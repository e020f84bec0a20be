use belgie_domain::Event;
use belgie_ports::StoreError;

use super::TestStore;
use super::row::{assert_conflict, put};
use super::sample::{event, user};

pub(super) async fn two_events_cannot_have_one_id(tested: &TestStore) {
    let jane = user(1);
    put(&*tested.store, [(&event(1, &jane)).into()]).await;
    let same_id = Event {
        id: event(1, &jane).id,
        ..event(2, &jane)
    };

    assert_conflict(&*tested.store, (&same_id).into()).await;
    let recorded = tested.store.record_event(same_id).await;

    assert!(
        matches!(recorded, Err(StoreError::Conflict)),
        "{recorded:?}"
    );
    let kept = tested.store.events_of(jane.id, 10).await;
    assert_eq!(kept.ok(), Some(vec![event(1, &jane)]));
}

pub(super) async fn a_users_newest_events_are_listed_newest_first(tested: &TestStore) {
    let (jane, jack) = (user(1), user(2));
    let nobodys = Event {
        user_id: None,
        ..event(9, &jane)
    };
    for number in [3, 1, 4, 2] {
        put(&*tested.store, [(&event(number, &jane)).into()]).await;
    }
    put(
        &*tested.store,
        [(&event(5, &jack)).into(), (&nobodys).into()],
    )
    .await;

    let newest = tested.store.events_of(jane.id, 3).await;

    let expected = [4, 3, 2].map(|number| event(number, &jane));
    assert_eq!(newest.expect("they are listed"), expected);
    assert_eq!(tested.store.events_of(jane.id, 0).await.ok(), Some(vec![]));
}
