use belgie_domain::{EmailAddress, User};
use belgie_ports::{StoreError, UserPage};

use super::TestStore;
use super::row::{assert_conflict, put, try_put, within};
use super::sample::{account, bare_user, event, hash, parsed, session, user};

pub(super) async fn users_are_found_by_id_and_by_address(tested: &TestStore) {
    put(&*tested.store, [(&user(1)).into(), (&user(2)).into()]).await;
    let address: EmailAddress = parsed("user-2@example.com");

    let outside = tested.store.find_user_by_email(&address).await;
    let inside = within!(tested.store, |tx, address| tx.find_user_by_email(&address));

    assert_eq!(outside.expect("it is looked up"), Some(user(2)));
    assert_eq!(inside, Some(user(2)));
    let by_id = tested.store.find_user(user(1).id).await;
    assert_eq!(by_id.expect("it is looked up"), Some(user(1)));
}

pub(super) async fn two_users_cannot_have_one_address_or_one_id(tested: &TestStore) {
    put(&*tested.store, [(&user(1)).into(), (&user(2)).into()]).await;
    let same_address = User {
        email: user(1).email,
        ..user(3)
    };
    let same_id = User {
        id: user(1).id,
        ..user(3)
    };

    assert_conflict(&*tested.store, (&same_address).into()).await;
    assert_conflict(&*tested.store, (&same_id).into()).await;
    let renamed = User {
        email: user(1).email,
        ..user(2)
    };
    let answer = tested
        .store
        .transaction(move |tx| {
            let renamed = renamed.clone();
            Box::pin(async move { tx.update_user(&renamed).await })
        })
        .await;

    assert!(matches!(answer, Err(StoreError::Conflict)), "{answer:?}");
    assert_eq!(everybody(tested).await, [user(1), user(2)]);
}

pub(super) async fn many_users_can_have_no_address(tested: &TestStore) {
    let all = [bare_user(1), bare_user(2), bare_user(3)];

    put(&*tested.store, all.iter().map(Into::into)).await;

    assert_eq!(everybody(tested).await, all);
}

pub(super) async fn an_address_that_was_given_up_can_be_taken(tested: &TestStore) {
    put(&*tested.store, [(&user(1)).into(), (&user(2)).into()]).await;
    let gives_up = User {
        email: None,
        ..user(1)
    };
    let takes = User {
        email: user(1).email,
        ..user(2)
    };
    let both = [gives_up.clone(), takes.clone()];

    let done = within!(tested.store, |tx, both| async move {
        Ok(tx.update_user(&both[0]).await? && tx.update_user(&both[1]).await?)
    });

    assert!(done);
    assert_eq!(everybody(tested).await, [gives_up, takes]);
    let second = user(2).id;
    within!(tested.store, |tx| tx.delete_user(second));
    let again = User {
        email: user(1).email,
        ..user(3)
    };
    put(&*tested.store, [(&again).into()]).await;
}

pub(super) async fn users_are_paged_in_the_order_of_their_ids(tested: &TestStore) {
    let shuffled = [4, 1, 3, 5, 2].map(user);
    put(&*tested.store, shuffled.iter().map(Into::into)).await;

    let mut pages = Vec::new();
    let mut after = None;
    loop {
        let page = UserPage { after, limit: 2 };
        let users = tested.store.users(page).await.expect("a page");
        let Some(last) = users.last() else { break };
        after = Some(last.id);
        pages.push(users);
    }

    let numbered = [
        vec![user(1), user(2)],
        vec![user(3), user(4)],
        vec![user(5)],
    ];
    assert_eq!(pages, numbered);
    let none = UserPage {
        after: None,
        limit: 0,
    };
    assert_eq!(tested.store.users(none).await.ok(), Some(vec![]));
}

pub(super) async fn accounts_and_sessions_go_with_their_user_and_events_stay(tested: &TestStore) {
    for owner in [user(1), user(2)] {
        let number = if owner == user(1) { 1 } else { 2 };
        put(
            &*tested.store,
            [
                (&owner).into(),
                (&account(number, &owner)).into(),
                (&session(number, &owner)).into(),
                (&event(number, &owner)).into(),
            ],
        )
        .await;
    }
    let (gone, kept) = (user(1).id, user(2).id);

    assert!(within!(tested.store, |tx| tx.delete_user(gone)));

    let store = &tested.store;
    assert_eq!(everybody(tested).await, [user(2)]);
    assert_eq!(store.accounts_of(gone).await.ok(), Some(vec![]));
    assert_eq!(store.sessions_of(gone).await.ok(), Some(vec![]));
    assert_eq!(store.find_session(hash(1)).await.ok(), Some(None));
    let events = store.events_of(gone, 10).await;
    assert_eq!(events.ok(), Some(vec![event(1, &user(1))]));
    assert_eq!(
        store.accounts_of(kept).await.map(|all| all.len()).ok(),
        Some(1)
    );
    assert_eq!(
        store.sessions_of(kept).await.map(|all| all.len()).ok(),
        Some(1)
    );
    try_put(
        &**store,
        [(&user(1)).into(), (&account(1, &user(1))).into()],
    )
    .await
    .expect("what was deleted can be inserted again");
}

async fn everybody(tested: &TestStore) -> Vec<User> {
    let all = UserPage {
        after: None,
        limit: 100,
    };
    tested.store.users(all).await.expect("they are listed")
}
