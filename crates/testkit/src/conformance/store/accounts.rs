use belgie_domain::Account;
use belgie_ports::{Contention, StoreError, StoreExt as _};

use super::TestStore;
use super::row::{assert_conflict, put, within};
use super::sample::{account, parsed, user};
use crate::changed;

pub(super) async fn two_accounts_cannot_have_one_subject_at_one_issuer_or_one_id(
    tested: TestStore,
) {
    let (jane, jack) = (user(1), user(2));
    let first = account(1, &jane);
    let second = account(2, &jane);
    put(
        &tested.store,
        [
            (&jane).into(),
            (&jack).into(),
            (&first).into(),
            (&second).into(),
        ],
    )
    .await;
    let same_subject = changed(account(3, &jack), |account| {
        account.subject = first.subject.clone();
    });
    let same_id = changed(account(3, &jack), |account| account.id = first.id);
    let same_subject_elsewhere = changed(same_subject.clone(), |account| {
        account.issuer = parsed("https://other.example");
    });

    assert_conflict(&tested.store, (&same_subject).into()).await;
    assert_conflict(&tested.store, (&same_id).into()).await;
    let moved = changed(second, |account| account.subject = first.subject.clone());
    let answer: Result<bool, StoreError> = tested
        .store
        .transaction(Contention::none(), moved, |moved, tx| {
            tx.update_account(moved)
        })
        .await;

    assert!(matches!(answer, Err(StoreError::Conflict)), "{answer:?}");
    put(&tested.store, [(&same_subject_elsewhere).into()]).await;
    let of_jack = tested.store.accounts_of(jack.id).await;
    assert_eq!(of_jack.ok(), Some(vec![same_subject_elsewhere]));
}

pub(super) async fn subjects_and_issuers_are_compared_byte_for_byte(tested: TestStore) {
    let jane = user(1);
    put(&tested.store, [(&jane).into()]).await;
    let names = [
        ("https://issuer.example", "abc"),
        ("https://issuer.example", "ABC"),
        ("https://issuer.example", "abc "),
        ("https://issuer.example/", "abc"),
        ("https://ISSUER.example", "abc"),
    ];
    let accounts: Vec<Account> = (1..)
        .zip(names)
        .map(|(number, (issuer, subject))| {
            changed(account(number, &jane), |account| {
                account.issuer = parsed(issuer);
                account.subject = parsed(subject);
            })
        })
        .collect();

    put(&tested.store, accounts.iter().map(Into::into)).await;

    for expected in accounts {
        let (issuer, subject) = (&expected.issuer, &expected.subject);
        let outside = tested.store.find_account(issuer, subject).await;
        assert_eq!(outside.expect("it is looked up").as_ref(), Some(&expected));
        let inside = within(&tested.store, expected.clone(), |sought, tx| {
            tx.find_account(&sought.issuer, &sought.subject)
        });
        assert_eq!(inside.await, Some(expected));
    }
}

pub(super) async fn accounts_are_listed_oldest_first(tested: TestStore) {
    let jane = user(1);
    let shuffled = [3, 1, 2].map(|number| account(number, &jane));
    put(&tested.store, [(&jane).into()]).await;
    put(&tested.store, shuffled.iter().map(Into::into)).await;

    let outside = tested.store.accounts_of(jane.id).await;
    let outside = outside.expect("they are listed");
    let inside = within(&tested.store, jane.id, |id, tx| tx.accounts_of(*id)).await;

    assert_eq!(outside, [1, 2, 3].map(|number| account(number, &jane)));
    assert_eq!(inside, outside);
}

pub(super) async fn an_account_needs_a_user_that_exists(tested: TestStore) {
    assert_conflict(&tested.store, (&account(1, &user(1))).into()).await;
}

pub(super) async fn an_account_is_deleted_by_its_id(tested: TestStore) {
    let jane = user(1);
    let (first, second) = (account(1, &jane), account(2, &jane));
    let all = [(&jane).into(), (&first).into(), (&second).into()];
    put(&tested.store, all).await;

    let deleted = within(&tested.store, first.id, |id, tx| tx.delete_account(*id));

    assert!(deleted.await);
    let left = tested.beside.accounts_of(jane.id).await;
    assert_eq!(left.ok(), Some(vec![second]));
    let found = tested.store.find_account(&first.issuer, &first.subject);
    assert_eq!(found.await.ok(), Some(None));
    put(&tested.store, [(&first).into()]).await;
}
