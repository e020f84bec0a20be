use belgie_domain::{PasswordHash, User, UserPassword};

use super::TestStore;
use super::row::{assert_conflict, put, within};
use super::sample::{at, bare_user, password, user};
use crate::changed;

pub(super) async fn a_password_is_read_back_field_by_field(tested: TestStore) {
    let owner = user(1);
    put(
        &tested.store,
        [(&owner).into(), (&password(1, &owner)).into()],
    )
    .await;

    assert_eq!(find(&tested, &owner).await, Some(password(1, &owner)));
    let inside = within(&tested.store, owner.id, |id, tx| tx.find_password(*id));
    assert_eq!(inside.await, Some(password(1, &owner)));
}

pub(super) async fn a_password_needs_a_user_that_exists(tested: TestStore) {
    assert_conflict(&tested.store, (&password(1, &user(1))).into()).await;
}

pub(super) async fn saving_a_password_again_overwrites_it(tested: TestStore) {
    let (owner, other) = (user(1), user(2));
    let rows = [
        (&owner).into(),
        (&other).into(),
        (&password(1, &owner)).into(),
        (&password(2, &other)).into(),
    ];
    put(&tested.store, rows).await;
    let replaced = changed(password(3, &owner), |password| {
        password.hash = PasswordHash::from_phc("$argon2id$v=19$m=47104,t=1,p=1$ü");
    });

    put(&tested.store, [(&replaced).into()]).await;

    assert_eq!(find(&tested, &owner).await, Some(replaced));
    assert_eq!(find(&tested, &other).await, Some(password(2, &other)));
}

pub(super) async fn a_user_is_found_by_address_with_and_without_a_password(tested: TestStore) {
    let (with, without, nameless) = (user(1), user(2), bare_user(3));
    let rows = [
        (&with).into(),
        (&without).into(),
        (&nameless).into(),
        (&password(1, &with)).into(),
        (&password(3, &nameless)).into(),
    ];
    put(&tested.store, rows).await;

    for (whose, expected) in [
        (with.clone(), Some((with.clone(), Some(password(1, &with))))),
        (without.clone(), Some((without.clone(), None))),
        (user(9), None),
    ] {
        let email = whose.email.expect("an address");
        let outside = tested.beside.find_user_with_password(&email).await;
        assert_eq!(outside.ok(), Some(expected.clone()), "{email}");
        let inside = within(&tested.store, email, |email, tx| {
            tx.find_user_with_password(email)
        });
        assert_eq!(inside.await, expected);
    }
}

pub(super) async fn a_password_is_deleted_by_its_user(tested: TestStore) {
    let (owner, other) = (user(1), user(2));
    let rows = [
        (&owner).into(),
        (&other).into(),
        (&password(1, &owner)).into(),
        (&password(2, &other)).into(),
    ];
    put(&tested.store, rows).await;

    for expected in [true, false] {
        let deleted = within(&tested.store, owner.id, |id, tx| tx.delete_password(*id));
        assert_eq!(deleted.await, expected);
    }

    assert_eq!(find(&tested, &owner).await, None);
    assert_eq!(find(&tested, &other).await, Some(password(2, &other)));
}

pub(super) async fn a_password_goes_with_its_user_and_the_users_credentials(tested: TestStore) {
    for number in 1..=3 {
        let owner = user(number);
        let rows = [(&owner).into(), (&password(number, &owner)).into()];
        put(&tested.store, rows).await;
    }

    let (deleted, claimed) = (user(1).id, user(2).id);
    within(&tested.store, deleted, |id, tx| tx.delete_user(*id)).await;
    within(&tested.store, claimed, |id, tx| {
        tx.delete_credentials_of(*id)
    })
    .await;

    for (number, stays) in [(1, false), (2, false), (3, true)] {
        let left = find(&tested, &user(number)).await;
        assert_eq!(left.is_some(), stays, "{number}");
    }
    put(&tested.store, [(&user(1)).into()]).await;
    assert_eq!(find(&tested, &user(1)).await, None);
}

pub(super) async fn a_password_stays_when_its_user_is_updated(tested: TestStore) {
    let owner = user(1);
    put(
        &tested.store,
        [(&owner).into(), (&password(1, &owner)).into()],
    )
    .await;
    let renamed = changed(owner.clone(), |user| {
        user.email = None;
        user.updated_at = at(7);
    });

    assert!(within(&tested.store, renamed, |user, tx| tx.update_user(user)).await);

    assert_eq!(find(&tested, &owner).await, Some(password(1, &owner)));
}

async fn find(tested: &TestStore, owner: &User) -> Option<UserPassword> {
    let found = tested.beside.find_password(owner.id).await;
    found.expect("it is looked up")
}
