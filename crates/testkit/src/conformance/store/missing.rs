//! Missing is not an error.

use belgie_domain::{Slide, TokenPurpose};
use belgie_ports::{AttemptCounts, EventQuery, UserQuery};

use super::TestStore;
use super::row::within;
use super::sample::{
    account, at, browser, event, hash, item, mailed, parsed, session, signing_key, tokens, user,
};

pub(super) async fn what_is_missing_is_none_or_empty(tested: TestStore) {
    let jane = user(1);
    let (account, session, event) = (account(1, &jane), session(1, &jane), event(1, &jane));
    let address = parsed("user-1@example.com");
    let store = &tested.store;

    assert_eq!(store.find_user(jane.id).await.ok(), Some(None));
    assert_eq!(store.find_user_by_email(&address).await.ok(), Some(None));
    assert_eq!(store.users(UserQuery::first(9)).await.ok(), Some(vec![]));
    let other = store.has_other_in_role(&jane.role, user(2).id).await;
    assert_eq!(other.ok(), Some(false));
    let found = store.find_account(&account.issuer, &account.subject).await;
    assert_eq!(found.ok(), Some(None));
    assert_eq!(store.accounts_of(jane.id).await.ok(), Some(vec![]));
    assert_eq!(store.find_tokens(account.id).await.ok(), Some(None));
    assert_eq!(store.tokens_after(None, 9).await.ok(), Some(vec![]));
    assert_eq!(store.find_password(jane.id).await.ok(), Some(None));
    let found = store.find_user_with_password(&address).await;
    assert_eq!(found.ok(), Some(None));
    assert_eq!(store.find_session_by_token(hash(1)).await.ok(), Some(None));
    assert_eq!(store.find_session_by_id(session.id).await.ok(), Some(None));
    assert_eq!(store.sessions_of(jane.id).await.ok(), Some(vec![]));
    assert_eq!(store.find_event(event.id).await.ok(), Some(None));
    assert_eq!(store.events(EventQuery::newest(9)).await.ok(), Some(vec![]));
    assert_eq!(store.failures_since(at(0)).await.ok(), Some(vec![]));
    assert_eq!(store.signing_keys().await.ok(), Some(vec![]));
    let counts = store.count_attempts(0).await;
    assert_eq!(counts.ok(), Some(AttemptCounts::default()));
    let found = store.find_pending_sign_in(browser()).await;
    assert_eq!(found.ok(), Some(None));
    assert_eq!(store.ping().await.ok(), Some(()));
}

pub(super) async fn what_is_missing_in_a_transaction_is_none_or_empty(tested: TestStore) {
    let jane = user(1);
    let sought = (
        jane.id,
        account(1, &jane),
        session(1, &jane),
        event(1, &jane),
    );

    let nothing = within(
        &tested.store,
        sought,
        |(user, account, session, event), tx| {
            Box::pin(async move {
                let address = parsed("user-1@example.com");
                Ok(tx.find_user(*user).await?.is_none()
                    && tx.find_user_by_email(&address).await?.is_none()
                    && tx.users(UserQuery::first(9)).await?.is_empty()
                    && (tx.find_account(&account.issuer, &account.subject).await?).is_none()
                    && tx.accounts_of(*user).await?.is_empty()
                    && tx.find_password(*user).await?.is_none()
                    && tx.find_user_with_password(&address).await?.is_none()
                    && tx.find_session_by_token(hash(1)).await?.is_none()
                    && tx.find_session_by_id(session.id).await?.is_none()
                    && tx.sessions_of(*user).await?.is_empty()
                    && tx.consume_session(hash(1)).await?.is_none()
                    && (tx.consume_pending_sign_in(browser(), *user).await?).is_none()
                    && (tx
                        .consume_mailed_token(hash(1), &TokenPurpose::VerifyEmail)
                        .await?)
                        .is_none()
                    && tx.find_event(event.id).await?.is_none()
                    && tx.events(EventQuery::newest(9)).await?.is_empty())
            })
        },
    );

    assert!(nothing.await);
}

pub(super) async fn changing_a_missing_row_returns_false(tested: TestStore) {
    let jane = user(1);
    let missing = (jane.clone(), account(1, &jane), session(1, &jane).id);

    let changed = within(&tested.store, missing, |(user, account, session), tx| {
        Box::pin(async move {
            tx.delete_credentials_of(user.id).await?;
            Ok(tx.update_user(user).await?
                || tx.update_account(account).await?
                || tx.delete_account(account.id).await?
                || tx.delete_password(user.id).await?
                || tx.delete_session(*session).await?
                || tx.delete_sessions_of(user.id, None).await? > 0
                || tx.trim_sessions_of(user.id, 1).await? > 0
                || tx.delete_outbox_items_about("jane@example.com").await? > 0
                || tx.delete_user(user.id).await?)
        })
    });

    assert!(!changed.await);
}

pub(super) async fn statements_on_what_is_missing_say_so(tested: TestStore) {
    let store = &tested.store;
    let slide = Slide::of(&session(1, &user(1)), at(2), at(3));

    assert_eq!(store.slide_session(slide).await.ok(), Some(false));
    let sessions = store.delete_expired_sessions(at(9), at(9), 10).await;
    assert_eq!(sessions.ok(), Some(0));
    let tokens = tokens(1, &account(1, &user(1)));
    assert_eq!(store.replace_tokens(&tokens).await.ok(), Some(false));
    let deleted = store.delete_tokens(tokens.account_id, 0).await;
    assert_eq!(deleted.ok(), Some(false));
    let consumed = store.consume_attempt(hash(1), browser()).await;
    assert_eq!(consumed.ok(), Some(None));
    let deleted = store.delete_pending_sign_in(browser()).await;
    assert_eq!(deleted.ok(), Some(false));
    let pending = store.delete_expired_pending_sign_ins(at(9), 10).await;
    assert_eq!(pending.ok(), Some(0));
    let attempts = store.delete_expired_attempts(at(9), 10).await;
    assert_eq!(attempts.ok(), Some(0));
    let consumed = store.consume_code(hash(1)).await;
    assert_eq!(consumed.ok(), Some(None));
    let codes = store.delete_expired_codes(at(9), 10).await;
    assert_eq!(codes.ok(), Some(0));
    let id_tokens = store.delete_expired_id_tokens(at(9), 10).await;
    assert_eq!(id_tokens.ok(), Some(0));
    let events = store.erase_clients_before(at(9), 10).await;
    assert_eq!(events.ok(), Some(0));
    let failures = store.delete_failures_before(at(9), 10).await;
    assert_eq!(failures.ok(), Some(0));
    let claimed = store.claim_outbox_item("mail", at(9), at(10)).await;
    assert_eq!(claimed.ok(), Some(None));
    let postponed = store.postpone_outbox_item(item(1).id, at(10)).await;
    assert_eq!(postponed.ok(), Some(false));
    let items = store.outbox_items_about("jane@example.com", 9).await;
    assert_eq!(items.ok(), Some(vec![]));
    let tokens = store.mailed_tokens_of(user(1).id).await;
    assert_eq!(tokens.ok(), Some(vec![]));
    let found = store.find_mailed_token(hash(1)).await;
    assert_eq!(found.ok(), Some(None));
    let reissued = store.reissue_mailed_token(mailed(1, &user(1)).id, hash(1), at(9));
    assert_eq!(reissued.await.ok(), Some(None));
    let tokens = store.delete_expired_mailed_tokens(at(9), 10).await;
    assert_eq!(tokens.ok(), Some(0));
    let finished = store.finish_outbox_item(item(1).id).await;
    assert_eq!(finished.ok(), Some(false));
    let (id, sealed) = (signing_key(1).id, signing_key(1).private_key);
    let resealed = store.reseal_signing_key(id, sealed.key, &sealed).await;
    assert_eq!(resealed.ok(), Some(false));
    let keys = store.delete_signing_keys_before(9).await;
    assert_eq!(keys.ok(), Some(0));
    let full = store.delete_full_buckets(at(9), 10).await;
    assert_eq!(full.ok(), Some(0));
}
