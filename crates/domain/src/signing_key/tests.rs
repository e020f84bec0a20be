use SigningKeyState::{Published, Retired, Signing, Verifying};
use proptest::prelude::*;

use super::*;
use crate::KeyId;

const MAX_AGE: TimeDelta = TimeDelta::minutes(10);

fn at(minute: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_767_225_600 + 60 * minute, 0).unwrap()
}

fn key(number: u32, created: i64, signs_from: i64) -> SigningKey {
    let id = SigningKeyId::new(at(created), [u8::try_from(number).unwrap(); 10]);
    let private_key = SealedSecret::new(KeyId::from_bytes([0; 8]), vec![1, 2, 3]);
    let public_key = [&[4][..], &[7; 32], &[9; 32]].concat();
    SigningKey::new(
        (id, number),
        SigningAlgorithm::Es256,
        public_key,
        private_key,
        at(created),
    )
    .signing_from(at(signs_from))
}

fn numbers<'a>(keys: impl Iterator<Item = &'a SigningKey>) -> Vec<u32> {
    keys.map(|key| key.number).collect()
}

#[test]
fn jwt_04_a_key_is_published_then_signs_then_verifies_then_retires() {
    let keys = SigningKeySet::new(vec![key(2, 100, 110), key(1, 0, 0)]);

    for (minute, published, signing) in [
        (100, &[1, 2][..], 1),
        (109, &[1, 2], 1),
        (110, &[1, 2], 2),
        (120, &[1, 2], 2),
        (121, &[2], 2),
        (9999, &[2], 2),
    ] {
        let now = at(minute);
        assert_eq!(numbers(keys.verifying(MAX_AGE, now)), published, "{minute}");
        assert_eq!(keys.signing(now).unwrap().number, signing, "{minute}");
    }
    let state = |minute| -> Vec<_> {
        let states = keys.states(MAX_AGE, at(minute));
        states.map(|(_, state)| state).collect()
    };
    assert_eq!(state(105), [Signing, Published]);
    assert_eq!(state(115), [Verifying, Signing]);
    assert_eq!(state(121), [Retired, Signing]);
    assert_eq!(keys.retired_before(MAX_AGE, at(120)), 1);
    assert_eq!(keys.retired_before(MAX_AGE, at(121)), 2);
}

#[test]
fn jwt_04_a_key_that_was_replaced_before_it_signed_never_signs() {
    let keys = SigningKeySet::new(vec![key(1, 0, 0), key(2, 100, 110), key(3, 101, 101)]);

    assert_eq!(keys.signing(at(100)).unwrap().number, 1);
    assert_eq!(keys.signing(at(101)).unwrap().number, 3);
    assert_eq!(keys.signing(at(111)).unwrap().number, 3);
}

#[test]
fn jwt_04_the_first_key_signs_on_a_node_whose_clock_is_behind() {
    let keys = SigningKeySet::new(vec![key(1, 1, 1)]);

    assert_eq!(keys.signing(at(0)).unwrap().number, 1);
    assert_eq!(numbers(keys.verifying(MAX_AGE, at(0))), [1]);
    assert_eq!(SigningKeySet::default().signing(at(0)), None);
}

#[test]
fn jwt_04_a_key_is_published_longer_than_it_may_be_unknown_before_it_signs() {
    assert!(SigningKeySet::PUBLISHED_AHEAD >= SigningKeySet::CACHEABLE * 2);
}

proptest! {
    /// Whatever was rotated when: a token verifies for its whole life.
    #[test]
    fn jwt_04_what_signs_a_token_verifies_it_until_it_expires(
        rotations in prop::collection::vec((1..30i64, prop::bool::ANY), 0..8),
        issued in 0..300i64,
        age in 0..10i64,
    ) {
        let mut keys = vec![key(1, 0, 0)];
        let mut now = 0;
        for (pause, at_once) in rotations {
            now += pause;
            let number = u32::try_from(keys.len()).unwrap() + 1;
            keys.push(key(number, now, if at_once { now } else { now + 10 }));
        }
        let known = |minute: i64| {
            let known = keys.iter().filter(|key| key.created_at <= at(minute));
            SigningKeySet::new(known.cloned().collect())
        };

        let signed_by = known(issued).signing(at(issued)).unwrap().id;

        let later = known(issued + age);
        let mut verifying = later.verifying(MAX_AGE, at(issued + age));
        prop_assert!(verifying.any(|key| key.id == signed_by));
    }
}

#[test]
fn jwt_01_only_keys_of_the_known_algorithm_have_a_jwk() {
    let known = key(1, 0, 0);
    let jwk = known.jwk().unwrap();
    assert_eq!(jwk.kid, known.id);
    assert_eq!(jwk.x, URL_SAFE_NO_PAD.encode([7; 32]));
    assert_eq!(jwk.y, URL_SAFE_NO_PAD.encode([9; 32]));

    let mut newer = known.clone();
    newer.algorithm = SigningAlgorithm::from("ML-DSA-44");
    assert_eq!(newer.jwk(), None);
    for broken in [&[][..], &[4], &[4; 64], &[4; 66], &[3; 65]] {
        let mut key = known.clone();
        key.public_key = broken.to_vec();
        assert_eq!(key.jwk(), None, "{broken:?}");
    }
}

#[test]
fn cfg_03_a_signing_key_does_not_print_its_private_key() {
    let printed = format!("{:?}", key(1, 0, 0));

    assert!(!printed.contains("private"), "{printed}");
}
