//! Missing is not an error.

use belgie_domain::Slide;
use belgie_ports::{StoreError, UserPage};

use super::TestStore;
use super::row::within;
use super::sample::{account, at, hash, parsed, session, user};

pub(super) async fn what_is_missing_is_none_or_empty(tested: &TestStore) {
    let nobody = user(1);
    let store = &tested.store;
    let everybody = UserPage {
        after: None,
        limit: 10,
    };
    let address = parsed("user-1@example.com");

    assert_eq!(store.find_user(nobody.id).await.ok(), Some(None));
    assert_eq!(store.find_user_by_email(&address).await.ok(), Some(None));
    assert_eq!(store.users(everybody).await.ok(), Some(vec![]));
    assert_eq!(store.find_session(hash(1)).await.ok(), Some(None));
    assert_eq!(store.sessions_of(nobody.id).await.ok(), Some(vec![]));
    assert_eq!(store.accounts_of(nobody.id).await.ok(), Some(vec![]));
    assert_eq!(store.events_of(nobody.id, 10).await.ok(), Some(vec![]));
    assert_eq!(store.consume_attempt(hash(1)).await.ok(), Some(None));
    assert_eq!(store.ping().await.ok(), Some(()));
}

pub(super) async fn what_is_missing_in_a_transaction_is_none_or_empty(tested: &TestStore) {
    let nobody = user(1);
    let unknown = account(1, &nobody);
    let (user, session) = (nobody.id, session(1, &nobody).id);
    let store = &tested.store;

    let by_id = within!(store, |tx| tx.find_user(user));
    let by_email = within!(store, |tx, nobody| {
        let address = nobody.email.expect("the sample has an address");
        async move { tx.find_user_by_email(&address).await }
    });
    let by_subject = within!(store, |tx, unknown| tx
        .find_account(&unknown.issuer, &unknown.subject));
    let accounts = within!(store, |tx| tx.accounts_of(user));
    let by_session_id = within!(store, |tx| tx.find_session(session));
    let taken = within!(store, |tx| tx.take_session(hash(1)));

    assert_eq!((by_id, by_email, by_subject), (None, None, None));
    assert_eq!((accounts, by_session_id, taken), (vec![], None, None));
}

pub(super) async fn changing_what_is_missing_says_so(tested: &TestStore) {
    let nobody = user(1);
    let unknown = account(1, &nobody);
    let (user, session) = (nobody.id, session(1, &nobody).id);
    let store = &tested.store;
    let slide = Slide {
        token_hash: hash(1),
        from: at(1),
        last_used_at: at(2),
        expires_at: at(3),
    };

    assert!(!within!(store, |tx, nobody| tx.update_user(&nobody)));
    assert!(!within!(store, |tx, unknown| tx.update_account(&unknown)));
    assert!(!within!(store, |tx| tx.delete_user(user)));
    assert!(!within!(store, |tx| tx.delete_session(session)));
    assert_eq!(within!(store, |tx| tx.delete_accounts_of(user)), 0);
    assert_eq!(within!(store, |tx| tx.delete_sessions_of(user, None)), 0);
    assert_eq!(within!(store, |tx| tx.trim_sessions_of(user, 1)), 0);
    assert_eq!(within!(store, |tx| tx.trim_attempts_of(hash(9), 1)), 0);
    assert_eq!(store.slide_session(slide).await.ok(), Some(false));
    let sessions = store.delete_expired_sessions(at(9), at(9), 10).await;
    assert_eq!(sessions.ok(), Some(0));
    let attempts = store.delete_expired_attempts(at(9), 10).await;
    assert_eq!(attempts.ok(), Some(0));
}
