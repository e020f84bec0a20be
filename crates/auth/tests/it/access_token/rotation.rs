//! Keys are published before they sign, and verify until the last of their tokens has expired.

use std::collections::BTreeSet;
use std::time::Duration;

use belgie_auth::{Rotation, SignedIn};
use belgie_domain::{SigningKeyId, SigningKeyState};
use belgie_ports::SigningKeys as _;

use super::*;

/// The ids of the published keys.
async fn published(auth: &Auth) -> BTreeSet<SigningKeyId> {
    let keys = auth.access_tokens().jwks().await.unwrap();
    keys.into_iter().map(|key| key.kid).collect()
}

/// The id of the key that signs.
async fn signing(auth: &Auth) -> SigningKeyId {
    let keys = auth.access_tokens().keys().await.unwrap();
    let mut keys = keys.into_iter();
    let is_signing = |state| state == SigningKeyState::Signing;
    keys.find(|(_, state)| is_signing(*state)).unwrap().0.id
}

#[tokio::test]
async fn jwt_04_the_first_key_is_made_once_by_all_nodes_together() {
    let site = site();
    let signed_in = site.sign_in().await.unwrap();
    let nodes: Vec<_> = (0..8).map(|_| other_node(&site)).collect();

    let issued = nodes.iter().map(|node| issue(node, &signed_in));
    let issued = futures_util::future::join_all(issued).await;

    assert_eq!(site.store.signing_keys().await.unwrap().len(), 1);
    for node in &nodes {
        for issued in &issued {
            assert!(accept(node, &issued.token).await.is_ok());
        }
    }
}

#[tokio::test]
async fn jwt_04_a_token_of_the_very_first_key_works_at_once_on_a_node_that_knows_no_key() {
    let site = site();
    let signed_in = site.sign_in().await.unwrap();
    let other = other_node(&site);
    assert!(published(&other).await.is_empty());

    let token = issue(&site.auth, &signed_in).await.token;

    assert!(accept(&other, &token).await.is_ok());
}

#[tokio::test]
async fn jwt_04_nothing_that_is_only_read_makes_a_key() {
    let site = site();

    assert!(published(&site.auth).await.is_empty());
    assert!(site.auth.access_tokens().keys().await.unwrap().is_empty());

    assert!(site.store.signing_keys().await.unwrap().is_empty());
}

#[tokio::test]
async fn jwt_04_a_new_key_is_published_then_signs_then_the_old_one_retires() {
    let site = site();
    let signed_in = site.sign_in().await.unwrap();
    let old = issue(&site.auth, &signed_in).await;
    let first = signing(&site.auth).await;

    let second = site
        .auth
        .access_tokens()
        .rotate(Rotation::Planned)
        .await
        .unwrap()
        .id;

    assert_eq!(published(&site.auth).await, [first, second].into());
    assert_eq!(signing(&site.auth).await, first);
    site.clock.advance(TimeDelta::minutes(9));
    assert!(accept(&site.auth, &old.token).await.is_ok());
    let last_of_old = issue(&site.auth, &signed_in).await.token;
    site.clock.advance(TimeDelta::minutes(1));
    assert_eq!(signing(&site.auth).await, second);
    let of_new = issue(&site.auth, &signed_in).await.token;
    for token in [&last_of_old, &of_new] {
        assert!(accept(&site.auth, token).await.is_ok());
    }
    site.auth
        .housekeeping()
        .sweep(Duration::ZERO)
        .await
        .unwrap();
    assert_eq!(published(&site.auth).await, [first, second].into());

    site.clock.advance(TimeDelta::minutes(11));
    assert_eq!(published(&site.auth).await, [second].into());
    let deleted = site
        .auth
        .housekeeping()
        .sweep(Duration::ZERO)
        .await
        .unwrap();
    assert_eq!(deleted.signing_keys, 1);
    assert_eq!(site.store.signing_keys().await.unwrap().len(), 1);
}

/// Two nodes issue and accept tokens of each other, all the time, while keys are rotated again and again.
#[tokio::test]
async fn jwt_04_no_request_fails_while_keys_are_rotated() {
    let site = site();
    let signed_in = site.sign_in().await.unwrap();
    let nodes = [site.auth.clone(), other_node(&site)];
    let mut live: Vec<IssuedAccessToken> = Vec::new();
    let mut keys = BTreeSet::new();
    let (mut accepted, mut rotations) = (0, 0);

    for step in 0..600 {
        site.clock.advance(TimeDelta::seconds(7));
        let node = &nodes[step % 2];
        if [0, 1, 150, 160, 300].contains(&step) {
            node.access_tokens()
                .rotate(Rotation::Planned)
                .await
                .unwrap();
            rotations += 1;
        }
        if step % 40 == 0 {
            node.housekeeping().sweep(Duration::ZERO).await.unwrap();
        }
        live.push(issue(node, &signed_in).await);
        let now = site.auth.now();
        live.retain(|issued| now < issued.expires_at);
        for (issued, other) in live.iter().zip(nodes.iter().cycle()) {
            let answer = accept(other, &issued.token).await;
            assert!(answer.is_ok(), "step {step}: {answer:?}");
            accepted += 1;
        }
        keys.insert(signing(node).await);
    }

    assert!(accepted > 10_000, "{accepted}");
    assert_eq!((rotations, keys.len()), (5, 5));
    assert!(site.store.signing_keys().await.unwrap().len() < 3);
}

#[tokio::test]
async fn jwt_04_the_tokens_of_a_withdrawn_key_are_refused() {
    let site = site();
    let signed_in = site.sign_in().await.unwrap();
    let other = other_node(&site);
    let old = issue(&site.auth, &signed_in).await.token;
    for node in [&site.auth, &other] {
        assert!(accept(node, &old).await.is_ok());
    }

    site.auth
        .access_tokens()
        .rotate(Rotation::Immediate)
        .await
        .unwrap();

    assert_refused(&site.auth, &old).await;
    let new = issue(&site.auth, &signed_in).await.token;
    assert!(accept(&other, &new).await.is_ok());
    assert_refused(&other, &old).await;
}

#[tokio::test]
async fn jwt_04_another_node_notices_within_10_seconds_that_a_key_was_withdrawn() {
    let site = site();
    let signed_in = site.sign_in().await.unwrap();
    let other = other_node(&site);
    let old = issue(&site.auth, &signed_in).await.token;
    assert!(accept(&other, &old).await.is_ok());

    site.auth
        .access_tokens()
        .rotate(Rotation::Immediate)
        .await
        .unwrap();
    site.clock.advance(TimeDelta::seconds(10));

    assert_refused(&other, &old).await;
}

#[tokio::test]
async fn jwt_04_rotations_at_the_same_moment_make_a_key_each() {
    let site = site();
    let nodes: Vec<_> = (0..5).map(|_| other_node(&site)).collect();

    let rotations = nodes.iter().map(|node| async move {
        node.access_tokens()
            .rotate(Rotation::Planned)
            .await
            .unwrap()
            .id
    });
    let made: BTreeSet<_> = futures_util::future::join_all(rotations)
        .await
        .into_iter()
        .collect();

    assert_eq!(made.len(), 5);
    assert_eq!(published(&site.auth).await, made);
}

#[tokio::test]
async fn cfg_06_private_keys_are_stored_encrypted_and_bound_to_their_row() {
    let site = site();
    let signed_in = site.sign_in().await.unwrap();
    let tokens = site.auth.access_tokens();
    issue(&site.auth, &signed_in).await;
    tokens.rotate(Rotation::Planned).await.unwrap();

    let [one, mut other] = site.store.signing_keys().await.unwrap().try_into().unwrap();
    // The head of every PKCS #8 key of P-256.
    for key in [&one, &other] {
        let bytes = &key.private_key.ciphertext;
        assert!(
            !bytes
                .windows(5)
                .any(|window| window == b"\x2a\x86\x48\xce\x3d")
        );
    }
    other.private_key = one.private_key.clone();
    let thief = MemoryStore::default();
    thief.insert_signing_key(&other).await.unwrap();
    let node = node(&thief, &site.clock, policy("https://site.example"));
    let issued = node
        .access_tokens()
        .issue(&signed_in.session, &signed_in.user)
        .await;
    assert!(matches!(issued, Err(AuthError::Store(_))), "{issued:?}");
}

#[tokio::test]
async fn cfg_07_keys_are_encrypted_again_with_a_new_secret() {
    let site = site();
    let signed_in: SignedIn = site.sign_in().await.unwrap();
    let token = issue(&site.auth, &signed_in).await.token;
    let with = |cipher| {
        let builder = Auth::builder()
            .store(site.store.clone())
            .clock(site.clock.clone());
        let builder = builder.cipher(cipher).access_tokens(Es256);
        builder.build(policy("https://site.example")).unwrap()
    };
    let newer = || {
        let newer = "b2e9cc41f70d8a36e5914bd27fa0c8637cfed0a1149e5b38";
        SecretCipher::new(&newer.into(), SeededEntropy::default())
    };

    let without = with(newer());
    let lost = without.access_tokens().reencrypt().await.unwrap();
    assert_eq!((lost.reencrypted, lost.undecryptable), (0, 1));
    let refused = without
        .access_tokens()
        .issue(&signed_in.session, &signed_in.user)
        .await;
    assert!(matches!(refused, Err(AuthError::Store(_))), "{refused:?}");
    assert!(accept(&without, &token).await.is_ok());

    let rotating = with(newer().previous(&SECRET.into()));
    let rotated = rotating.access_tokens().reencrypt().await.unwrap();
    assert_eq!((rotated.reencrypted, rotated.current), (1, 0));
    let again = rotating.access_tokens().reencrypt().await.unwrap();
    assert_eq!((again.reencrypted, again.current), (0, 1));
    let rotated = with(newer());
    let issued = issue(&rotated, &signed_in).await;
    assert!(accept(&site.auth, &issued.token).await.is_ok());
}
