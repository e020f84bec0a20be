//! Names that only a newer version knows are read back as they were written.

use belgie_domain::{Delivery, EventKind, FailureKey, Outcome, Purpose};

use super::TestStore;
use super::row::{begin, put};
use super::sample::{at, attempt, event, parsed, user};
use crate::changed;

pub(super) async fn a_role_of_the_application_is_read_back_as_it_was_written(tested: TestStore) {
    let editor = changed(user(1), |user| user.role = parsed("read-only_editor"));

    put(&tested.store, [(&editor).into()]).await;

    let found = tested.store.find_user(editor.id).await;
    assert_eq!(found.expect("it is looked up"), Some(editor));
}

pub(super) async fn an_event_of_a_newer_version_is_read_back_as_it_was_written(tested: TestStore) {
    let newer = changed(event(1, &user(1)), |event| {
        event.kind = EventKind::from("a kind of a newer version");
        event.outcome = Outcome::from("a_failure_of_a_newer_version");
    });

    put(&tested.store, [(&newer).into()]).await;

    let found = tested.store.find_event(newer.id).await;
    assert_eq!(found.expect("it is looked up"), Some(newer));
}

pub(super) async fn an_attempt_of_a_newer_version_is_read_back_as_it_was_written(
    tested: TestStore,
) {
    let newer = changed(attempt(1), |attempt| {
        attempt.purpose = Purpose::Unknown("a purpose of a newer version".into());
        attempt.delivery = Delivery::Unknown("a delivery of a newer version".into());
    });

    begin(&tested.store, [newer.clone()]).await;

    let (state, browser) = (newer.state_hash, newer.binding_hash);
    let found = tested.store.consume_attempt(state, browser).await;
    assert_eq!(found.expect("it is asked for"), Some(newer));
}

pub(super) async fn a_failure_of_a_newer_version_is_read_back_as_it_was_written(tested: TestStore) {
    let kind = EventKind::from("a kind of a newer version");
    let newer = FailureKey::new(at(1), kind, None, "a_failure_of_a_newer_version".into());

    let counted = tested.store.count_failure(&newer).await;

    counted.expect("it is counted");
    let found = tested.store.failures_since(newer.minute).await;
    assert_eq!(found.expect("they are listed"), [(newer, 1)]);
}
