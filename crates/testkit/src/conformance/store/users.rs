use belgie_domain::{EmailAddress, Role, User};
use belgie_ports::{Contention, EventQuery, StoreError, StoreExt as _, UserQuery};

use super::TestStore;
use super::row::{assert_conflict, put, try_put, within};
use super::sample::{account, bare_user, event, hash, mailed, parsed, password, session, user};
use crate::changed;

pub(super) async fn users_are_found_by_id_and_by_address(tested: TestStore) {
    put(&tested.store, [(&user(1)).into(), (&user(2)).into()]).await;
    let address: EmailAddress = parsed("user-2@example.com");

    let outside = tested.store.find_user_by_email(&address).await;
    assert_eq!(outside.expect("it is looked up"), Some(user(2)));
    let inside = within(&tested.store, address, |address, tx| {
        tx.find_user_by_email(address)
    });
    assert_eq!(inside.await, Some(user(2)));
    let by_id = tested.store.find_user(user(1).id).await;
    assert_eq!(by_id.expect("it is looked up"), Some(user(1)));
}

pub(super) async fn two_users_cannot_have_one_address_or_one_id(tested: TestStore) {
    put(&tested.store, [(&user(1)).into(), (&user(2)).into()]).await;
    let same_address = changed(user(3), |it| it.email = user(1).email);
    let same_id = changed(user(3), |it| it.id = user(1).id);
    let renamed = changed(user(2), |it| it.email = user(1).email);

    assert_conflict(&tested.store, (&same_address).into()).await;
    assert_conflict(&tested.store, (&same_id).into()).await;
    let answer: Result<bool, StoreError> = tested
        .store
        .transaction(Contention::none(), renamed, |renamed, tx| {
            tx.update_user(renamed)
        })
        .await;

    assert!(matches!(answer, Err(StoreError::Conflict)), "{answer:?}");
    assert_eq!(all_users(&tested).await, [user(1), user(2)]);
}

pub(super) async fn many_users_can_have_no_address(tested: TestStore) {
    let all = [bare_user(1), bare_user(2), bare_user(3)];

    put(&tested.store, all.iter().map(Into::into)).await;

    assert_eq!(all_users(&tested).await, all);
}

pub(super) async fn an_address_that_was_given_up_can_be_taken(tested: TestStore) {
    put(&tested.store, [(&user(1)).into(), (&user(2)).into()]).await;
    let gives_up = changed(user(1), |user| user.email = None);
    let takes = changed(user(2), |it| it.email = user(1).email);
    let both = [gives_up.clone(), takes.clone()];

    let done = within(&tested.store, both, |both, tx| {
        Box::pin(
            async move { Ok(tx.update_user(&both[0]).await? && tx.update_user(&both[1]).await?) },
        )
    });

    assert!(done.await);
    assert_eq!(all_users(&tested).await, [gives_up, takes]);
    within(&tested.store, user(2).id, |id, tx| tx.delete_user(*id)).await;
    let again = changed(user(3), |it| it.email = user(1).email);
    put(&tested.store, [(&again).into()]).await;
}

pub(super) async fn users_are_paged_in_the_order_of_their_ids(tested: TestStore) {
    let shuffled = [4, 1, 3, 5, 2].map(user);
    put(&tested.store, shuffled.iter().map(Into::into)).await;

    let mut pages = Vec::new();
    let mut query = UserQuery::first(2);
    loop {
        let users = tested.store.users(query).await.expect("a page");
        let inside = within(&tested.store, query, |query, tx| tx.users(*query)).await;
        assert_eq!(users, inside);
        let Some(last) = users.last() else { break };
        query = query.after(last.id);
        pages.push(users);
    }

    let numbered = [
        vec![user(1), user(2)],
        vec![user(3), user(4)],
        vec![user(5)],
    ];
    assert_eq!(pages, numbered);
    let none = tested.store.users(UserQuery::first(0)).await;
    assert_eq!(none.ok(), Some(vec![]));
}

pub(super) async fn another_active_user_in_a_role_is_found(tested: TestStore) {
    let (admin, role) = (
        changed(user(1), |user| user.role = Role::ADMIN),
        Role::ADMIN,
    );
    let disabled = changed(user(2), |user| {
        user.role = Role::ADMIN;
        user.is_active = false;
    });
    let rows = [(&admin).into(), (&disabled).into(), (&user(3)).into()];
    put(&tested.store, rows).await;
    let store = &tested.store;

    for (except, expected) in [(admin.id, false), (disabled.id, true), (user(3).id, true)] {
        let outside = store.has_other_in_role(&role, except).await;
        assert_eq!(outside.ok(), Some(expected), "{except}");
        let inside = within(store, except, |except, tx| {
            tx.has_other_in_role(&Role::ADMIN, *except)
        });
        assert_eq!(inside.await, expected, "{except}");
    }
    let enabled = changed(disabled, |user| user.is_active = true);
    within(store, enabled, |user, tx| tx.update_user(user)).await;
    let other = store.has_other_in_role(&role, admin.id).await;
    assert_eq!(other.ok(), Some(true));
}

pub(super) async fn accounts_and_sessions_go_with_their_user_and_events_stay(tested: TestStore) {
    put_two_users(&tested).await;
    let gone = user(1).id;

    assert!(within(&tested.store, gone, |id, tx| tx.delete_user(*id)).await);

    assert_eq!(all_users(&tested).await, [user(2)]);
    assert_no_credentials(&tested, &user(1)).await;
    assert_credentials(&tested, 2).await;
    let events = tested.store.events(EventQuery::newest(10).of_user(gone));
    assert_eq!(events.await.ok(), Some(vec![event(1, &user(1))]));
    try_put(
        &tested.store,
        [(&user(1)).into(), (&account(1, &user(1))).into()],
    )
    .await
    .expect("what was deleted can be inserted again");
}

/// Any new kind of credential (passkeys) must be added to this case: inserted in [`put_two_users`],
/// and checked in [`assert_no_credentials`] and [`assert_credentials`].
pub(super) async fn deleting_credentials_keeps_the_user(tested: TestStore) {
    put_two_users(&tested).await;
    let whose = user(1).id;

    within(&tested.store, whose, |id, tx| tx.delete_credentials_of(*id)).await;

    assert_no_credentials(&tested, &user(1)).await;
    assert_credentials(&tested, 2).await;
    assert_eq!(all_users(&tested).await, [user(1), user(2)]);
    let events = tested.store.events(EventQuery::newest(10).of_user(whose));
    assert_eq!(events.await.ok(), Some(vec![event(1, &user(1))]));
    let again = [
        (&account(1, &user(1))).into(),
        (&password(1, &user(1))).into(),
        (&mailed(1, &user(1))).into(),
        (&session(1, &user(1))).into(),
    ];
    put(&tested.store, again).await;
    assert_credentials(&tested, 1).await;
}

/// Inserts two users, each with every kind of credential, and an event.
async fn put_two_users(tested: &TestStore) {
    for number in 1..=2 {
        let owner = user(number);
        let rows = [
            (&owner).into(),
            (&account(number, &owner)).into(),
            (&password(number, &owner)).into(),
            (&mailed(number, &owner)).into(),
            (&session(number, &owner)).into(),
            (&event(number, &owner)).into(),
        ];
        put(&tested.store, rows).await;
    }
}

async fn assert_no_credentials(tested: &TestStore, gone: &User) {
    let store = &tested.store;
    let known = account(1, gone);
    assert_eq!(store.accounts_of(gone.id).await.ok(), Some(vec![]));
    let found = store.find_account(&known.issuer, &known.subject).await;
    assert_eq!(found.ok(), Some(None));
    assert_eq!(store.find_password(gone.id).await.ok(), Some(None));
    assert_eq!(store.find_mailed_token(hash(1)).await.ok(), Some(None));
    assert_eq!(store.sessions_of(gone.id).await.ok(), Some(vec![]));
    assert_eq!(store.find_session_by_token(hash(1)).await.ok(), Some(None));
}

async fn assert_credentials(tested: &TestStore, number: u32) {
    let (store, owner) = (&tested.store, user(number));
    let accounts = store.accounts_of(owner.id).await;
    assert_eq!(accounts.ok(), Some(vec![account(number, &owner)]));
    let kept = store.find_password(owner.id).await;
    assert_eq!(kept.ok(), Some(Some(password(number, &owner))));
    let kept = store.find_mailed_token(hash(number)).await;
    assert_eq!(kept.ok(), Some(Some(mailed(number, &owner))));
    let opened = store.find_session_by_token(hash(number)).await;
    assert_eq!(opened.ok(), Some(Some((session(number, &owner), owner))));
}

async fn all_users(tested: &TestStore) -> Vec<User> {
    let listed = tested.store.users(UserQuery::first(100)).await;
    listed.expect("they are listed")
}
