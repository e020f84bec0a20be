use std::sync::Arc;
use std::time::Duration;

use belgie_idp_emulator::{Answer, Endpoint, Fault, IdTokenFault, JwksFault, Signature};
use belgie_ports::ProviderError;

use crate::party::Party;

#[tokio::test]
async fn idt_12_a_rotation_just_before_signing_is_followed_in_the_same_sign_in() {
    let party = Party::new().await;
    party.sign_in().await.unwrap();

    let begun = party.begin().await.unwrap();
    party.idp.rotate_keys();
    let outcome = party.complete(&begun).await;

    assert!(outcome.is_ok(), "{outcome:?}");
    assert_eq!(party.idp.requests().jwks, 2);
}

#[tokio::test]
async fn idt_12_a_rotation_is_followed_without_a_kid_too() {
    let party = Party::new().await;
    party.idp.fault(Fault::without_header("kid"));
    party.sign_in().await.unwrap();
    party.idp.rotate_keys();

    let outcome = party.sign_in().await;

    assert!(outcome.is_ok(), "{outcome:?}");
}

#[tokio::test]
async fn idt_12_sixty_sign_ins_at_once_follow_a_rotation_by_one_fetch() {
    let party = Arc::new(Party::new().await);
    party.sign_in().await.unwrap();
    let mut begun = Vec::new();
    for _ in 0..60 {
        begun.push(party.begin().await.unwrap());
    }
    party.idp.rotate_keys();
    // A call that comes while the key set is on its way waits for it, instead of asking as well.
    let delay = Duration::from_millis(300);
    party
        .idp
        .fault(Fault::answer(Endpoint::Jwks, Answer::Slow { delay }));

    let mut under_way = tokio::task::JoinSet::new();
    for begun in begun {
        let party = Arc::clone(&party);
        under_way.spawn(async move { party.complete(&begun).await });
    }

    for outcome in under_way.join_all().await {
        assert!(outcome.is_ok(), "{outcome:?}");
    }
    assert_eq!(party.idp.requests().jwks, 2);
}

#[tokio::test]
async fn idt_12_the_first_sixty_sign_ins_at_once_ask_once_for_each_document() {
    let party = Arc::new(Party::new().await);
    for endpoint in [Endpoint::Discovery, Endpoint::Jwks] {
        let delay = Duration::from_millis(300);
        party
            .idp
            .fault(Fault::answer(endpoint, Answer::Slow { delay }));
    }

    let mut under_way = tokio::task::JoinSet::new();
    for _ in 0..60 {
        let party = Arc::clone(&party);
        under_way.spawn(async move { party.sign_in().await });
    }

    for outcome in under_way.join_all().await {
        assert!(outcome.is_ok(), "{outcome:?}");
    }
    let requests = party.idp.requests();
    assert_eq!((requests.discovery, requests.jwks), (1, 1));
}

#[tokio::test]
async fn idt_12_200_unknown_kids_cause_one_refetch_in_60_seconds() {
    let party = Party::new().await;
    party.idp.fault(Fault::IdToken(IdTokenFault::RandomKid));
    for _ in 0..200 {
        let outcome = party.sign_in().await;

        assert!(matches!(outcome, Err(ProviderError::InvalidIdentity(_))));
    }
    assert_eq!(party.idp.requests().jwks, 2);

    party.advance(59);
    assert!(party.sign_in().await.is_err());
    assert_eq!(party.idp.requests().jwks, 2);
    party.advance(1);
    assert!(party.sign_in().await.is_err());
    assert!(party.sign_in().await.is_err());
    assert_eq!(party.idp.requests().jwks, 3);
}

#[tokio::test]
async fn idt_12_200_wrong_signatures_under_a_known_kid_cause_one_refetch_in_60_seconds() {
    let party = Party::new().await;
    let wrong = || [Fault::signature(Signature::OtherKey)];
    for _ in 0..200 {
        party.refused_for("wrong signature", wrong()).await;
    }
    assert_eq!(party.idp.requests().jwks, 2);

    party.advance(59);
    party.refused_for("wrong signature", wrong()).await;
    assert_eq!(party.idp.requests().jwks, 2);
    party.advance(1);
    party.refused_for("wrong signature", wrong()).await;
    party.refused_for("wrong signature", wrong()).await;
    assert_eq!(party.idp.requests().jwks, 3);
    assert!(party.sign_in().await.is_ok());
}

#[tokio::test]
async fn idt_12_a_key_that_changed_under_its_kid_is_followed_once_a_minute() {
    let party = Party::new().await;
    party.idp.fault(Fault::Jwks(JwksFault::KeyFieldSet {
        name: "kid".to_owned(),
        value: "always".into(),
    }));
    party.idp.fault(Fault::header("kid", "always"));
    party.sign_in().await.unwrap();

    party.idp.rotate_keys();
    let outcome = party.sign_in().await;
    assert!(outcome.is_ok(), "{outcome:?}");
    assert_eq!(party.idp.requests().jwks, 2);

    party.idp.rotate_keys();
    party.advance(59);
    let outcome = party.sign_in().await;
    assert!(outcome.is_err(), "{outcome:?}");
    assert_eq!(party.idp.requests().jwks, 2);
    party.advance(1);
    let outcome = party.sign_in().await;
    assert!(outcome.is_ok(), "{outcome:?}");
    assert_eq!(party.idp.requests().jwks, 3);
}

#[tokio::test]
async fn idt_12_keys_are_read_again_after_10_minutes() {
    let party = Party::new().await;
    party.sign_in().await.unwrap();
    party.advance(599);
    party.sign_in().await.unwrap();
    assert_eq!(party.idp.requests().jwks, 1);

    party.advance(1);
    party.sign_in().await.unwrap();

    assert_eq!(party.idp.requests().jwks, 2);
}

#[tokio::test]
async fn idt_12_a_failed_refetch_keeps_the_old_keys() {
    let party = Party::new().await;
    party.sign_in().await.unwrap();

    let gone = Fault::answer(Endpoint::Jwks, Answer::Status(503));
    let unknown = Fault::IdToken(IdTokenFault::RandomKid);
    party
        .refused_for("unknown key", [gone.clone(), unknown])
        .await;
    assert!(party.outcome([gone.clone()]).await.is_ok());
    party.advance(3600);

    assert!(party.outcome([gone]).await.is_ok());
}

#[tokio::test]
async fn idt_12_a_withdrawn_key_is_out_of_use_after_10_minutes() {
    let party = Party::new().await;
    let by_old_key = || [Fault::signature(Signature::RetiredKey)];
    party.sign_in().await.unwrap();
    party.idp.rotate_keys();

    party.advance(599);
    let outcome = party.outcome(by_old_key()).await;
    assert!(outcome.is_ok(), "{outcome:?}");
    assert_eq!(party.idp.requests().jwks, 1);

    party.advance(1);
    let reason = party.refusal(by_old_key()).await;
    assert_eq!(reason, "the ID token is signed by an unknown key");
    assert!(party.sign_in().await.is_ok());
}

#[tokio::test]
async fn idt_12_a_key_that_is_gone_stays_gone_once_the_new_one_is_known() {
    let party = Party::new().await;
    party.sign_in().await.unwrap();
    party.idp.rotate_keys();
    party.sign_in().await.unwrap();

    party
        .refusal([Fault::signature(Signature::RetiredKey)])
        .await;
}
