use belgie_domain::{MailedToken, TokenPurpose, User};
use belgie_ports::{Contention, StoreError, StoreExt as _};

use super::TestStore;
use super::row::{assert_conflict, put, within};
use super::sample::{at, hash, mailed, parsed, user};
use crate::changed;

const RESET: TokenPurpose = TokenPurpose::ResetPassword;

fn verifying(number: u32, owner: &User) -> MailedToken {
    changed(mailed(number, owner), |token| {
        token.purpose = TokenPurpose::VerifyEmail;
    })
}

pub(super) async fn a_mailed_token_is_read_back_field_by_field(tested: TestStore) {
    put(&tested.store, [(&user(1)).into()]).await;
    let newer = changed(mailed(2, &user(1)), |token| {
        token.purpose = TokenPurpose::from("a purpose of tomorrow");
        token.email = parsed("o'neil+tag@xn--bcher-kva.example");
        token.expires_at = at(77);
    });

    for written in [mailed(1, &user(1)), newer] {
        put(&tested.store, [(&written).into()]).await;
        assert_eq!(found(&tested, &written).await, Some(written));
    }
}

pub(super) async fn a_users_mailed_tokens_are_listed_oldest_first(tested: TestStore) {
    let (jane, jack) = (user(1), user(2));
    let (newer, older) = (verifying(3, &jane), mailed(1, &jane));
    let rows = [
        (&jane).into(),
        (&jack).into(),
        (&newer).into(),
        (&older).into(),
        (&mailed(2, &jack)).into(),
    ];
    put(&tested.store, rows).await;

    let listed = tested.store.mailed_tokens_of(jane.id).await;

    assert_eq!(listed.expect("they are listed"), [older, newer]);
}

pub(super) async fn two_mailed_tokens_cannot_have_one_hash_or_one_id(tested: TestStore) {
    put(&tested.store, [(&user(1)).into(), (&user(2)).into()]).await;
    put(&tested.store, [(&mailed(1, &user(1))).into()]).await;
    put(&tested.store, [(&mailed(2, &user(2))).into()]).await;
    let same_hash = changed(verifying(3, &user(2)), |token| token.token_hash = hash(1));
    let same_id = changed(verifying(3, &user(2)), |token| {
        token.id = mailed(1, &user(1)).id;
    });

    for taken in [&same_hash, &same_id] {
        assert_conflict(&tested.store, taken.into()).await;
    }
    let reissued = tested
        .store
        .reissue_mailed_token(mailed(2, &user(2)).id, hash(1), at(9));
    let reissued = reissued.await;

    assert!(
        matches!(reissued, Err(StoreError::Conflict)),
        "{reissued:?}"
    );
    for kept in [mailed(1, &user(1)), mailed(2, &user(2))] {
        assert_eq!(found(&tested, &kept).await, Some(kept));
    }
}

pub(super) async fn a_mailed_token_needs_a_user_that_exists(tested: TestStore) {
    let orphan = mailed(1, &user(1));

    assert_conflict(&tested.store, (&orphan).into()).await;

    assert_eq!(found(&tested, &orphan).await, None);
}

pub(super) async fn a_newer_mailed_token_replaces_the_one_for_its_purpose(tested: TestStore) {
    put(&tested.store, [(&user(1)).into(), (&user(2)).into()]).await;
    let (elsewhere, other) = (mailed(7, &user(2)), verifying(8, &user(1)));
    let (older, newer) = (mailed(1, &user(1)), mailed(2, &user(1)));
    for token in [&elsewhere, &other, &older, &newer] {
        put(&tested.store, [token.into()]).await;
    }

    assert_eq!(found(&tested, &older).await, None);
    for kept in [newer, elsewhere, other] {
        assert_eq!(found(&tested, &kept).await, Some(kept));
    }
}

pub(super) async fn a_mailed_token_is_reissued_with_another_hash_and_expiry(tested: TestStore) {
    put(&tested.store, [(&user(1)).into()]).await;
    let token = mailed(1, &user(1));
    put(&tested.store, [(&token).into()]).await;
    let expected = changed(token.clone(), |token| {
        (token.token_hash, token.expires_at) = (hash(5), at(50));
    });

    for _ in 0..2 {
        let reissued = tested.store.reissue_mailed_token(token.id, hash(5), at(50));
        assert_eq!(reissued.await.ok(), Some(Some(expected.clone())));
    }

    assert_eq!(found(&tested, &token).await, None);
    assert_eq!(found(&tested, &expected).await, Some(expected));
}

pub(super) async fn a_mailed_token_is_consumed_once_and_for_its_purpose(tested: TestStore) {
    put(&tested.store, [(&user(1)).into()]).await;
    let expired = changed(mailed(1, &user(1)), |token| {
        token.expires_at = chrono::DateTime::UNIX_EPOCH;
    });
    put(&tested.store, [(&expired).into()]).await;

    let other = TokenPurpose::ChangeEmail;
    assert_eq!(consumed(&tested, &other).await, None);
    assert_eq!(consumed(&tested, &RESET).await, Some(expired.clone()));
    assert_eq!(consumed(&tested, &RESET).await, None);
    assert_eq!(found(&tested, &expired).await, None);
}

pub(super) async fn a_mailed_token_that_was_consumed_in_vain_can_still_be_used(tested: TestStore) {
    put(&tested.store, [(&user(1)).into()]).await;
    put(&tested.store, [(&mailed(1, &user(1))).into()]).await;

    let rolled_back = tested.store.transaction(Contention::none(), (), |(), tx| {
        Box::pin(async move {
            tx.consume_mailed_token(hash(1), &RESET).await?;
            Err::<(), _>(StoreError::Other("on second thoughts".into()))
        })
    });

    assert!(rolled_back.await.is_err());
    assert_eq!(consumed(&tested, &RESET).await, Some(mailed(1, &user(1))));
}

pub(super) async fn of_20_consumers_at_once_one_gets_the_mailed_token(tested: TestStore) {
    put(&tested.store, [(&user(1)).into()]).await;
    put(&tested.store, [(&mailed(1, &user(1))).into()]).await;
    let consumers = (0..20).map(|number| {
        let store = tested.node(number);
        tokio::spawn(async move {
            let contention = Contention::on_user(user(1).id);
            let consumed = store.transaction(contention, (), |(), tx| {
                Box::pin(tx.consume_mailed_token(hash(1), &RESET))
            });
            consumed.await
        })
    });

    let mut got = Vec::new();
    for consumer in consumers.collect::<Vec<_>>() {
        let answer = consumer.await.expect("the task ends");
        got.extend(answer.expect("it is asked for"));
    }

    assert_eq!(got, [mailed(1, &user(1))]);
}

pub(super) async fn a_users_mailed_tokens_are_deleted_at_once(tested: TestStore) {
    put(&tested.store, [(&user(1)).into(), (&user(2)).into()]).await;
    let (own, other) = (
        [mailed(1, &user(1)), verifying(2, &user(1))],
        mailed(3, &user(2)),
    );
    for token in own.iter().chain([&other]) {
        put(&tested.store, [token.into()]).await;
    }

    for _ in 0..2 {
        let deleted = within(&tested.store, user(1).id, |user, tx| {
            tx.delete_mailed_tokens_of(*user)
        });
        deleted.await;
    }

    for gone in &own {
        assert_eq!(found(&tested, gone).await, None);
    }
    assert_eq!(found(&tested, &other).await, Some(other));
}

pub(super) async fn mailed_tokens_go_with_their_user_and_the_users_credentials(tested: TestStore) {
    for number in 1..=3 {
        let owner = user(number);
        let rows = [(&owner).into(), (&mailed(number, &owner)).into()];
        put(&tested.store, rows).await;
    }

    let (deleted, claimed) = (user(1).id, user(2).id);
    within(&tested.store, deleted, |id, tx| tx.delete_user(*id)).await;
    within(&tested.store, claimed, |id, tx| {
        tx.delete_credentials_of(*id)
    })
    .await;

    for (number, stays) in [(1, false), (2, false), (3, true)] {
        let left = found(&tested, &mailed(number, &user(number))).await;
        assert_eq!(left.is_some(), stays, "{number}");
    }
}

pub(super) async fn expired_mailed_tokens_are_deleted_in_batches(tested: TestStore) {
    for number in 1..=6 {
        let owner = user(number);
        let rows = [(&owner).into(), (&mailed(number, &owner)).into()];
        put(&tested.store, rows).await;
    }

    let mut batches = Vec::new();
    for _ in 0..3 {
        let batch = tested.store.delete_expired_mailed_tokens(at(6), 3);
        batches.push(batch.await.expect("a batch is deleted"));
    }

    assert_eq!(batches, [3, 2, 0]);
    let kept = mailed(6, &user(6));
    assert_eq!(found(&tested, &kept).await, Some(kept));
}

async fn found(tested: &TestStore, token: &MailedToken) -> Option<MailedToken> {
    let found = tested.beside.find_mailed_token(token.token_hash).await;
    found.expect("it is looked up")
}

async fn consumed(tested: &TestStore, purpose: &TokenPurpose) -> Option<MailedToken> {
    let asked = (hash(1), purpose.clone());
    within(&tested.store, asked, |(hash, purpose), tx| {
        tx.consume_mailed_token(*hash, purpose)
    })
    .await
}
