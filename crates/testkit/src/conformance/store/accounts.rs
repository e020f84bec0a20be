use belgie_domain::Account;
use belgie_ports::StoreError;

use super::TestStore;
use super::row::{assert_conflict, put, within};
use super::sample::{account, parsed, user};

pub(super) async fn two_accounts_cannot_have_one_subject_at_one_issuer_or_one_id(
    tested: &TestStore,
) {
    let (jane, jack) = (user(1), user(2));
    let first = account(1, &jane);
    let second = account(2, &jane);
    put(
        &*tested.store,
        [
            (&jane).into(),
            (&jack).into(),
            (&first).into(),
            (&second).into(),
        ],
    )
    .await;
    let same_subject = Account {
        subject: first.subject.clone(),
        ..account(3, &jack)
    };
    let same_id = Account {
        id: first.id,
        ..account(3, &jack)
    };
    let same_subject_elsewhere = Account {
        issuer: parsed("https://other.example"),
        ..same_subject.clone()
    };

    assert_conflict(&*tested.store, (&same_subject).into()).await;
    assert_conflict(&*tested.store, (&same_id).into()).await;
    let moved = Account {
        subject: first.subject.clone(),
        ..second
    };
    let answer = tested
        .store
        .transaction(move |tx| {
            let moved = moved.clone();
            Box::pin(async move { tx.update_account(&moved).await })
        })
        .await;

    assert!(matches!(answer, Err(StoreError::Conflict)), "{answer:?}");
    put(&*tested.store, [(&same_subject_elsewhere).into()]).await;
    let of_jack = tested.store.accounts_of(jack.id).await;
    assert_eq!(of_jack.ok(), Some(vec![same_subject_elsewhere]));
}

pub(super) async fn subjects_and_issuers_are_compared_byte_for_byte(tested: &TestStore) {
    let jane = user(1);
    put(&*tested.store, [(&jane).into()]).await;
    let names = [
        ("https://issuer.example", "abc"),
        ("https://issuer.example", "ABC"),
        ("https://issuer.example", "abc "),
        ("https://issuer.example/", "abc"),
        ("https://ISSUER.example", "abc"),
    ];
    let accounts: Vec<Account> = (1..)
        .zip(names)
        .map(|(number, (issuer, subject))| Account {
            issuer: parsed(issuer),
            subject: parsed(subject),
            ..account(number, &jane)
        })
        .collect();

    put(&*tested.store, accounts.iter().map(Into::into)).await;

    for expected in accounts {
        let (issuer, subject) = (expected.issuer.clone(), expected.subject.clone());
        let found = within!(tested.store, |tx, issuer, subject| tx
            .find_account(&issuer, &subject));
        assert_eq!(found, Some(expected));
    }
}

pub(super) async fn accounts_are_listed_oldest_first(tested: &TestStore) {
    let jane = user(1);
    let shuffled = [3, 1, 2].map(|number| account(number, &jane));
    put(&*tested.store, [(&jane).into()]).await;
    put(&*tested.store, shuffled.iter().map(Into::into)).await;
    let id = jane.id;

    let outside = tested.store.accounts_of(id).await.expect("they are listed");
    let inside = within!(tested.store, |tx| tx.accounts_of(id));

    assert_eq!(outside, [1, 2, 3].map(|number| account(number, &jane)));
    assert_eq!(inside, outside);
}

pub(super) async fn accounts_of_one_user_are_deleted_and_no_others(tested: &TestStore) {
    let (jane, jack) = (user(1), user(2));
    let rows = [account(1, &jane), account(2, &jane), account(3, &jack)];
    put(&*tested.store, [(&jane).into(), (&jack).into()]).await;
    put(&*tested.store, rows.iter().map(Into::into)).await;
    let id = jane.id;

    assert_eq!(within!(tested.store, |tx| tx.delete_accounts_of(id)), 2);

    assert_eq!(tested.store.accounts_of(id).await.ok(), Some(vec![]));
    let kept = tested.store.accounts_of(jack.id).await;
    assert_eq!(kept.ok(), Some(vec![account(3, &jack)]));
}

pub(super) async fn an_account_needs_a_user_that_exists(tested: &TestStore) {
    assert_conflict(&*tested.store, (&account(1, &user(1))).into()).await;
}
