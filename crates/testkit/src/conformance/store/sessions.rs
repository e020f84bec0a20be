use belgie_domain::{Session, Slide, User};

use super::TestStore;
use super::row::{assert_conflict, put, within};
use super::sample::{at, full_user, hash, session, user};
use crate::changed;

pub(super) async fn two_sessions_cannot_have_one_token_or_one_id(tested: TestStore) {
    let jane = user(1);
    put(&tested.store, [(&jane).into(), (&session(1, &jane)).into()]).await;
    let same_token = changed(session(2, &jane), |session| session.token_hash = hash(1));
    let same_id = changed(session(2, &jane), |it| it.id = session(1, &jane).id);

    assert_conflict(&tested.store, (&same_token).into()).await;
    assert_conflict(&tested.store, (&same_id).into()).await;

    assert_eq!(numbers_of(&tested, &jane).await, [1]);
}

pub(super) async fn a_session_needs_a_user_that_exists(tested: TestStore) {
    assert_conflict(&tested.store, (&session(1, &user(1))).into()).await;
}

pub(super) async fn a_session_is_found_with_its_user_whatever_their_state(tested: TestStore) {
    let disabled = full_user(1);
    let long_over = changed(session(1, &disabled), |session| {
        session.expires_at = chrono::DateTime::UNIX_EPOCH;
    });
    put(&tested.store, [(&disabled).into(), (&long_over).into()]).await;

    let found = tested.store.find_session_by_token(hash(1)).await;

    assert!(!disabled.is_active);
    assert_eq!(found.ok(), Some(Some((long_over, disabled))));
}

pub(super) async fn sessions_are_listed_newest_first(tested: TestStore) {
    let (jane, jack) = (user(1), user(2));
    put(&tested.store, [(&jane).into(), (&jack).into()]).await;
    let began_together = |number| {
        changed(session(number, &jane), |session| {
            session.created_at = at(50);
        })
    };
    let rows = [
        session(40, &jane),
        began_together(2),
        session(60, &jane),
        began_together(3),
        began_together(1),
        session(70, &jack),
    ];

    put(&tested.store, rows.iter().map(Into::into)).await;

    assert_eq!(numbers_of(&tested, &jane).await, [60, 3, 2, 1, 40]);
}

pub(super) async fn a_session_is_consumed_once(tested: TestStore) {
    let jane = user(1);
    put(&tested.store, [(&jane).into(), (&session(1, &jane)).into()]).await;

    let first = within(&tested.store, (), |(), tx| tx.consume_session(hash(1))).await;
    let second = within(&tested.beside, (), |(), tx| tx.consume_session(hash(1))).await;

    assert_eq!((first, second), (Some(session(1, &jane)), None));
    assert_eq!(
        tested.beside.find_session_by_token(hash(1)).await.ok(),
        Some(None)
    );
}

pub(super) async fn a_session_is_deleted_by_its_id(tested: TestStore) {
    let jane = user(1);
    put_sessions(&tested, &jane, 1..=3).await;
    let id = session(2, &jane).id;

    assert!(within(&tested.store, id, |id, tx| tx.delete_session(*id)).await);

    assert!(!within(&tested.store, id, |id, tx| tx.delete_session(*id)).await);
    assert_eq!(numbers_of(&tested, &jane).await, [3, 1]);
}

pub(super) async fn a_users_sessions_are_deleted_but_for_one(tested: TestStore) {
    let (jane, jack) = (user(1), user(2));
    put_sessions(&tested, &jane, 1..=4).await;
    put_sessions(&tested, &jack, 5..=6).await;
    let (whose, kept) = (jane.id, session(3, &jane).id);

    let deleted = within(&tested.store, (whose, kept), |(whose, kept), tx| {
        tx.delete_sessions_of(*whose, Some(*kept))
    });
    assert_eq!(deleted.await, 3);
    assert_eq!(numbers_of(&tested, &jane).await, [3]);

    let deleted = within(&tested.store, whose, |whose, tx| {
        tx.delete_sessions_of(*whose, None)
    });
    assert_eq!(deleted.await, 1);
    assert!(numbers_of(&tested, &jane).await.is_empty());
    assert_eq!(numbers_of(&tested, &jack).await, [6, 5]);
}

pub(super) async fn a_users_oldest_sessions_are_trimmed(tested: TestStore) {
    let (jane, jack) = (user(1), user(2));
    put_sessions(&tested, &jane, 1..=5).await;
    put_sessions(&tested, &jack, 6..=8).await;

    assert_eq!(trim(&tested, &jane, 9).await, 0);
    assert_eq!(trim(&tested, &jane, 2).await, 3);
    assert_eq!(numbers_of(&tested, &jane).await, [5, 4]);

    assert_eq!(trim(&tested, &jane, 0).await, 2);
    assert!(numbers_of(&tested, &jane).await.is_empty());
    assert_eq!(numbers_of(&tested, &jack).await, [8, 7, 6]);
}

pub(super) async fn a_slide_records_a_use_after_the_one_that_it_knows(tested: TestStore) {
    let jane = user(1);
    put_sessions(&tested, &jane, 1..=2).await;
    let before = session(1, &jane);
    let slide = Slide::of(&before, at(100), at(200));

    assert_eq!(tested.store.slide_session(slide).await.ok(), Some(true));
    assert_eq!(tested.store.slide_session(slide).await.ok(), Some(false));

    let after = changed(before, |session| {
        session.last_used_at = at(100);
        session.expires_at = at(200);
    });
    let found = tested.store.find_session_by_token(hash(1)).await;
    assert_eq!(found.ok(), Some(Some((after, jane.clone()))));
    let other = tested.store.find_session_by_token(hash(2)).await;
    assert_eq!(other.ok(), Some(Some((session(2, &jane), jane))));
}

pub(super) async fn a_slide_may_leave_the_expiry_as_it_is(tested: TestStore) {
    let jane = user(1);
    put_sessions(&tested, &jane, 1..=1).await;
    let before = session(1, &jane);
    let slide = Slide::of(&before, at(100), before.expires_at);

    assert_eq!(tested.store.slide_session(slide).await.ok(), Some(true));
    assert_eq!(tested.store.slide_session(slide).await.ok(), Some(false));

    let after = changed(before, |session| session.last_used_at = at(100));
    let found = tested.store.find_session_by_token(hash(1)).await;
    assert_eq!(found.ok(), Some(Some((after, jane))));
}

pub(super) async fn a_slide_never_revives_a_session(tested: TestStore) {
    let jane = user(1);
    put_sessions(&tested, &jane, 1..=1).await;
    let slide = Slide::of(&session(1, &jane), at(100), at(200));

    within(&tested.beside, (), |(), tx| tx.consume_session(hash(1))).await;

    assert_eq!(tested.store.slide_session(slide).await.ok(), Some(false));
    assert_eq!(
        tested.store.find_session_by_token(hash(1)).await.ok(),
        Some(None)
    );
}

pub(super) async fn of_many_slides_at_once_one_is_recorded(tested: TestStore) {
    let jane = user(1);
    put_sessions(&tested, &jane, 1..=1).await;
    let slides = (0..20).map(|number| {
        let slide = Slide::of(&session(1, &jane), at(100), at(200 + number));
        let store = tested.node(number);
        tokio::spawn(async move { store.slide_session(slide).await })
    });

    let mut moved = 0;
    for slide in slides.collect::<Vec<_>>() {
        let answer = slide.await.expect("the task ends");
        moved += u32::from(answer.expect("the slide is answered"));
    }

    assert_eq!(moved, 1);
}

pub(super) async fn expired_sessions_are_deleted_in_batches(tested: TestStore) {
    let jane = user(1);
    put(&tested.store, [(&jane).into()]).await;
    let lives = |number, created_at, expires_at| {
        changed(session(number, &jane), |session| {
            session.created_at = at(created_at);
            session.expires_at = at(expires_at);
        })
    };
    let rows = [
        lives(1, 500, 999),
        lives(2, 501, 1000),
        lives(3, 502, 1001),
        lives(4, 399, 2000),
        lives(5, 400, 2000),
        lives(6, 401, 2000),
        lives(7, 300, 900),
    ];
    put(&tested.store, rows.iter().map(Into::into)).await;

    let mut batches = Vec::new();
    for _ in 0..3 {
        let batch = tested.store.delete_expired_sessions(at(1000), at(400), 3);
        batches.push(batch.await.expect("a batch is deleted"));
    }

    assert_eq!(batches, [3, 2, 0]);
    assert_eq!(numbers_of(&tested, &jane).await, [3, 6]);
    let none = tested
        .store
        .delete_expired_sessions(at(9999), at(9999), 0)
        .await;
    assert_eq!(none.ok(), Some(0));
}

async fn trim(tested: &TestStore, owner: &User, keep: u32) -> u64 {
    within(&tested.store, (owner.id, keep), |(id, keep), tx| {
        tx.trim_sessions_of(*id, *keep)
    })
    .await
}

async fn put_sessions(tested: &TestStore, owner: &User, numbers: std::ops::RangeInclusive<u32>) {
    put(&tested.store, [owner.into()]).await;
    let sessions = numbers.map(|number| (&session(number, owner)).into());
    put(&tested.store, sessions).await;
}

/// Returns the numbers of a user's sessions, as listed.
async fn numbers_of(tested: &TestStore, owner: &User) -> Vec<u32> {
    let listed = tested.store.sessions_of(owner.id).await;
    let sessions = listed.expect("they are listed");
    let number = |session: &Session| {
        let bytes = session.token_hash.as_bytes();
        u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
    };
    sessions.iter().map(number).collect()
}
