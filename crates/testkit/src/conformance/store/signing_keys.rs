use belgie_domain::{KeyId, SealedSecret, SigningAlgorithm, SigningKey};
use belgie_ports::StoreError;

use super::TestStore;
use super::sample::{at, signing_key};
use crate::changed;

pub(super) async fn a_signing_key_is_read_back_field_by_field(tested: TestStore) {
    let newer = changed(signing_key(2), |key| {
        key.number = u32::MAX;
        key.algorithm = SigningAlgorithm::from("an algorithm of a newer version");
        key.public_key = vec![0; 3000];
        key.private_key = sealed(9);
        key.signs_from = at(1000);
    });
    let keys = [signing_key(1), newer];

    for key in &keys {
        assert!(insert(&tested, key).await);
    }

    assert_eq!(all(&tested).await, keys);
}

pub(super) async fn signing_keys_are_listed_in_the_order_of_their_numbers(tested: TestStore) {
    for number in [2, 10, 1, 3] {
        assert!(insert(&tested, &signing_key(number)).await);
    }

    assert_eq!(numbers(&tested).await, [1, 2, 3, 10]);
}

pub(super) async fn of_50_signing_keys_of_one_number_at_once_one_is_added(tested: TestStore) {
    for number in 1..=3 {
        let inserts = (0..50).map(|index| {
            let store = tested.node(index);
            let id = signing_key(100 * number + index).id;
            let key = changed(signing_key(number), |key| key.id = id);
            tokio::spawn(async move { (store.insert_signing_key(&key).await, key) })
        });
        let mut added = Vec::new();
        for insert in inserts.collect::<Vec<_>>() {
            let (inserted, key) = insert.await.expect("the task ends");
            if inserted.expect("a taken number is no error") {
                added.push(key);
            }
        }

        assert_eq!(added.len(), 1, "number {number}");
        assert_eq!(all(&tested).await.last(), added.first());
    }
}

pub(super) async fn two_signing_keys_cannot_have_one_id(tested: TestStore) {
    assert!(insert(&tested, &signing_key(1)).await);
    let same_id = changed(signing_key(2), |key| key.id = signing_key(1).id);

    let refused = tested.store.insert_signing_key(&same_id).await;

    assert!(matches!(refused, Err(StoreError::Conflict)), "{refused:?}");
    assert_eq!(all(&tested).await, [signing_key(1)]);
}

pub(super) async fn a_signing_key_is_sealed_again_unless_that_happened_before(tested: TestStore) {
    for number in [1, 2] {
        assert!(insert(&tested, &signing_key(number)).await);
    }
    let (id, from) = (signing_key(1).id, signing_key(1).private_key.key);
    let expected = [
        changed(signing_key(1), |key| key.private_key = sealed(7)),
        signing_key(2),
    ];

    for (by, is_first) in [(7, true), (8, false)] {
        let resealed = tested.store.reseal_signing_key(id, from, &sealed(by)).await;
        assert_eq!(resealed.expect("it is asked for"), is_first, "{by}");
        assert_eq!(all(&tested).await, expected, "{by}");
    }
}

pub(super) async fn signing_keys_are_deleted_up_to_a_number(tested: TestStore) {
    for number in [1, 2, 3, 7] {
        assert!(insert(&tested, &signing_key(number)).await);
    }

    for (number, deleted, kept) in [
        (0, 0, &[1, 2, 3, 7][..]),
        (1, 0, &[1, 2, 3, 7]),
        (3, 2, &[3, 7]),
        (u32::MAX, 2, &[]),
    ] {
        let answer = tested.store.delete_signing_keys_before(number).await;
        assert_eq!(answer.expect("they are deleted"), deleted, "{number}");
        assert_eq!(numbers(&tested).await, kept, "{number}");
    }
}

fn sealed(by: u8) -> SealedSecret {
    SealedSecret::new(KeyId::from_bytes([by; 8]), vec![by; 200])
}

async fn insert(tested: &TestStore, key: &SigningKey) -> bool {
    let inserted = tested.store.insert_signing_key(key).await;
    inserted.expect("it is added")
}

async fn all(tested: &TestStore) -> Vec<SigningKey> {
    let keys = tested.store.signing_keys().await;
    keys.expect("they are listed")
}

async fn numbers(tested: &TestStore) -> Vec<u32> {
    let keys = all(tested).await.into_iter();
    keys.map(|key| key.number).collect()
}
