use belgie_domain::{MailedToken, PendingSignUp, ProviderIdentity, TokenOwner, TokenPurpose};
use belgie_ports::{Contention, StoreExt as _};

use super::TestStore;
use super::row::{put, within};
use super::sample::{account, hash, mailed_for_sign_up, parsed, user};
use crate::changed;

const VERIFY: TokenPurpose = TokenPurpose::VerifyEmail;

/// Returns the same token for another pending sign-up.
fn of_another(token: MailedToken, (provider, issuer, subject): (&str, &str, &str)) -> MailedToken {
    let identity = ProviderIdentity::new(parsed(issuer), parsed(subject));
    changed(token, |token| {
        token.owner = PendingSignUp::new(parsed(provider), &identity).into();
    })
}

pub(super) async fn the_token_of_a_pending_sign_up_needs_no_user_and_is_read_back_field_by_field(
    tested: TestStore,
) {
    let google = "https://accounts.google.com";
    let bare = of_another(mailed_for_sign_up(2), ("google", google, "Subject 2"));

    for written in [mailed_for_sign_up(1), bare] {
        put(&tested.store, [(&written).into()]).await;
        assert_eq!(found(&tested, &written).await, Some(written));
    }
}

/// The provider's id is only a name, and the purpose is part of the key.
pub(super) async fn a_newer_token_replaces_that_of_the_same_pending_sign_up(tested: TestStore) {
    let google = "https://accounts.google.com";
    let older = mailed_for_sign_up(1);
    let other_issuer = of_another(
        mailed_for_sign_up(2),
        ("google", "https://issuer.example", "subject-1"),
    );
    let other_subject = of_another(mailed_for_sign_up(3), ("google", google, "SUBJECT-1"));
    let other_purpose = changed(mailed_for_sign_up(4), |token| {
        token.purpose = TokenPurpose::from("a purpose of tomorrow");
        token.owner = mailed_for_sign_up(1).owner;
    });
    let newer = of_another(mailed_for_sign_up(5), ("workspace", google, "subject-1"));
    for token in [
        &older,
        &other_issuer,
        &other_subject,
        &other_purpose,
        &newer,
    ] {
        put(&tested.store, [token.into()]).await;
    }

    assert_eq!(found(&tested, &older).await, None);
    for kept in [other_issuer, other_subject, other_purpose, newer] {
        assert_eq!(found(&tested, &kept).await, Some(kept));
    }
}

pub(super) async fn of_20_consumers_at_once_one_gets_the_token_of_a_pending_sign_up(
    tested: TestStore,
) {
    let token = mailed_for_sign_up(1);
    put(&tested.store, [(&token).into()]).await;
    let TokenOwner::PendingSignUp(pending) = &token.owner else {
        panic!("it is one of a pending sign-up");
    };
    let consumers = (0..20).map(|number| {
        let (store, pending) = (tested.node(number), pending.clone());
        tokio::spawn(async move {
            let contention = Contention::none().and_account(&pending.issuer, &pending.subject);
            let consumed = store.transaction(contention, (), |(), tx| {
                Box::pin(tx.consume_mailed_token(hash(1), &VERIFY))
            });
            consumed.await
        })
    });

    let mut got = Vec::new();
    for consumer in consumers.collect::<Vec<_>>() {
        let answer = consumer.await.expect("the task ends");
        got.extend(answer.expect("it is asked for"));
    }

    assert_eq!(got, [token]);
}

pub(super) async fn the_token_of_a_pending_sign_up_outlives_users_with_the_same_account(
    tested: TestStore,
) {
    let token = mailed_for_sign_up(1);
    let rows = [(&user(1)).into(), (&account(1, &user(1))).into()];
    put(&tested.store, rows).await;
    put(&tested.store, [(&token).into()]).await;

    within(&tested.store, user(1).id, |id, tx| {
        tx.delete_mailed_tokens_of(*id)
    })
    .await;
    within(&tested.store, user(1).id, |id, tx| tx.delete_user(*id)).await;

    assert_eq!(found(&tested, &token).await, Some(token));
}

async fn found(tested: &TestStore, token: &MailedToken) -> Option<MailedToken> {
    let found = tested.beside.find_mailed_token(token.token_hash).await;
    found.expect("it is looked up")
}
