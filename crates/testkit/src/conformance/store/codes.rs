use belgie_domain::{IssuedCode, User};

use super::TestStore;
use super::row::{assert_conflict, put, within};
use super::sample::{at, code, hash, user};
use crate::changed;

pub(super) async fn a_code_is_read_back_field_by_field(tested: TestStore) {
    let owner = user(1);
    let bare = changed(code(2, &owner), |code| {
        code.replaces = None;
        code.ip_address = None;
        code.user_agent = None;
    });
    let all = [code(1, &owner), bare];
    put(&tested.store, [(&owner).into()]).await;
    put(&tested.store, all.iter().map(Into::into)).await;

    for (number, expected) in (1..).zip(all) {
        assert_eq!(consume(&tested, number).await, Some(expected));
    }
}

pub(super) async fn two_codes_cannot_have_one_hash(tested: TestStore) {
    let owner = user(1);
    put(&tested.store, [(&owner).into(), (&code(1, &owner)).into()]).await;
    let same_hash = changed(code(2, &owner), |code| code.code_hash = hash(1));

    assert_conflict(&tested.store, (&same_hash).into()).await;

    assert_eq!(consume(&tested, 1).await, Some(code(1, &owner)));
}

pub(super) async fn a_code_needs_a_user_that_exists(tested: TestStore) {
    assert_conflict(&tested.store, (&code(1, &user(1))).into()).await;
}

pub(super) async fn a_code_is_consumed_once_expired_or_not(tested: TestStore) {
    let owner = user(1);
    let expired = changed(code(2, &owner), |code| {
        code.expires_at = chrono::DateTime::UNIX_EPOCH;
    });
    let rows = [(&code(1, &owner)).into(), (&expired).into()];
    put(&tested.store, [(&owner).into()]).await;
    put(&tested.store, rows).await;

    for (number, expected) in [(1, code(1, &owner)), (2, expired)] {
        assert_eq!(consume(&tested, number).await, Some(expected));
        let second = tested.beside.consume_code(hash(number)).await;
        assert_eq!(second.ok(), Some(None));
    }
}

pub(super) async fn of_50_consumers_at_once_one_gets_the_code(tested: TestStore) {
    let owner = user(1);
    put(&tested.store, [(&owner).into()]).await;
    for round in 1..=5 {
        put(&tested.store, [(&code(round, &owner)).into()]).await;
        let consumers = (0..50).map(|number| {
            let store = tested.node(number);
            tokio::spawn(async move { store.consume_code(hash(round)).await })
        });

        let mut got = Vec::new();
        for consumer in consumers.collect::<Vec<_>>() {
            let answer = consumer.await.expect("the task ends");
            got.extend(answer.expect("the code is asked for"));
        }

        assert_eq!(got, [code(round, &owner)]);
    }
}

pub(super) async fn codes_go_with_their_user_with_the_users_sessions_and_credentials(
    tested: TestStore,
) {
    for number in 1..=4 {
        let owner = user(number);
        let rows = [(&owner).into(), (&code(number, &owner)).into()];
        put(&tested.store, rows).await;
    }

    let (deleted, claimed, signed_out) = (user(1).id, user(2).id, user(3).id);
    within(&tested.store, deleted, |id, tx| tx.delete_user(*id)).await;
    within(&tested.store, claimed, |id, tx| {
        tx.delete_credentials_of(*id)
    })
    .await;

    let ended = within(&tested.store, signed_out, |id, tx| {
        tx.delete_sessions_of(*id, None)
    });
    assert_eq!(ended.await, 0);

    for (number, stays) in [(1, false), (2, false), (3, false), (4, true)] {
        let left = consume(&tested, number).await;
        assert_eq!(left.is_some(), stays, "{number}");
    }
}

pub(super) async fn expired_codes_are_deleted_in_batches(tested: TestStore) {
    let owner = user(1);
    put(&tested.store, [(&owner).into()]).await;
    let codes: Vec<_> = (1..=6).map(|number| ends(number, &owner)).collect();
    put(&tested.store, codes.iter().map(Into::into)).await;

    let mut batches = Vec::new();
    for _ in 0..3 {
        let batch = tested.store.delete_expired_codes(at(5), 3).await;
        batches.push(batch.expect("a batch is deleted"));
    }

    assert_eq!(batches, [3, 2, 0]);
    assert_eq!(consume(&tested, 6).await, Some(ends(6, &owner)));
}

async fn consume(tested: &TestStore, number: u32) -> Option<IssuedCode> {
    let consumed = tested.store.consume_code(hash(number)).await;
    consumed.expect("it is asked for")
}

fn ends(number: u32, owner: &User) -> IssuedCode {
    changed(code(number, owner), |code| code.expires_at = at(number))
}
