//! Whole values: what is read equals what was written.

use belgie_domain::{Attempt, Delivery, EmailStatus, EventKind, FailureCode, Outcome, Purpose};
use belgie_ports::{EventQuery, StoreError, UserQuery};
use chrono::{DateTime, TimeDelta, Utc};

use super::TestStore;
use super::row::{begin, put, try_put, within};
use super::sample::{account, at, attempt, bare_user, event, full_user, parsed, session, user};
use crate::changed;

pub(super) async fn a_user_is_read_back_field_by_field(tested: TestStore) {
    let all = [bare_user(1), user(2), full_user(3)];

    put(&tested.store, all.iter().map(Into::into)).await;

    for expected in all {
        let id = expected.id;
        let found = tested.store.find_user(id).await;
        assert_eq!(found.expect("it is looked up"), Some(expected.clone()));
        let found = within(&tested.store, id, |id, tx| tx.find_user(*id)).await;
        assert_eq!(found, Some(expected));
    }
}

pub(super) async fn an_account_is_read_back_field_by_field(tested: TestStore) {
    let owner = user(1);
    let full = account(1, &owner);
    let bare = changed(account(2, &owner), |account| {
        account.email = None;
        account.scope = None;
    });

    put(
        &tested.store,
        [(&owner).into(), (&full).into(), (&bare).into()],
    )
    .await;

    let listed = tested.store.accounts_of(owner.id).await;
    assert_eq!(listed.expect("they are listed"), [full.clone(), bare]);
    let found = tested.store.find_account(&full.issuer, &full.subject).await;
    assert_eq!(found.expect("it is looked up"), Some(full.clone()));
    let found = within(&tested.store, full.clone(), |full, tx| {
        tx.find_account(&full.issuer, &full.subject)
    });
    assert_eq!(found.await, Some(full));
}

pub(super) async fn a_session_is_read_back_field_by_field(tested: TestStore) {
    let owner = full_user(1);
    let full = session(1, &owner);
    let bare = changed(session(2, &owner), |session| {
        session.provider = None;
        session.ip_address = None;
        session.user_agent = None;
    });

    put(
        &tested.store,
        [(&owner).into(), (&full).into(), (&bare).into()],
    )
    .await;

    for expected in [full, bare] {
        let (hash, id) = (expected.token_hash, expected.id);
        let both = Some((expected, owner.clone()));
        let by_token = tested.store.find_session_by_token(hash).await;
        assert_eq!(by_token.expect("it is looked up"), both);
        let by_id = tested.store.find_session_by_id(id).await;
        assert_eq!(by_id.expect("it is looked up"), both);
        let by_token = within(&tested.store, hash, |hash, tx| {
            tx.find_session_by_token(*hash)
        });
        assert_eq!(by_token.await, both);
        let by_id = within(&tested.store, id, |id, tx| tx.find_session_by_id(*id));
        assert_eq!(by_id.await, both);
    }
}

pub(super) async fn an_attempt_is_read_back_field_by_field(tested: TestStore) {
    let bare = changed(attempt(2), |attempt| {
        attempt.client_state = None;
        attempt.purpose = Purpose::SignIn { replaces: None };
        attempt.delivery = Delivery::Cookie;
        attempt.network = None;
    });
    let by_ipv6 = changed(attempt(3), |attempt| {
        attempt.network = Some(parsed("2001:db8:1:2::/64"));
    });
    let link = changed(attempt(4), |attempt| {
        let session = session(1, &user(1)).id;
        attempt.purpose = Purpose::Link { session };
    });
    let all = [attempt(1), bare, by_ipv6, link];

    begin(&tested.store, all.clone()).await;

    for expected in all {
        assert_eq!(consumed(&tested, &expected).await, Some(expected));
    }
}

pub(super) async fn an_event_is_read_back_field_by_field(tested: TestStore) {
    let owner = user(1);
    let failures = FailureCode::KNOWN.iter().cloned().map(Outcome::Failure);
    let outcomes: Vec<_> = failures.chain([Outcome::Success]).collect();
    let kinds = EventKind::KNOWN.iter().cycle();
    let numbers = 1..=u32::try_from(outcomes.len()).unwrap_or(0).max(20);
    let events = numbers.zip(outcomes.iter().cycle().zip(kinds));
    let mut all: Vec<_> = events
        .map(|(number, (outcome, kind))| {
            changed(event(number, &owner), |event| {
                event.outcome = outcome.clone();
                event.kind = kind.clone();
            })
        })
        .collect();
    let bare = changed(event(1000, &owner), |event| {
        event.actor_id = None;
        event.provider = None;
        event.client = belgie_domain::ClientInfo::default();
    });
    all.push(bare);

    put(&tested.store, all.iter().map(Into::into)).await;

    for expected in &all {
        let found = tested.store.find_event(expected.id).await;
        assert_eq!(found.expect("it is looked up").as_ref(), Some(expected));
    }
    all.reverse();
    let listed = tested.store.events(EventQuery::newest(1000)).await;
    assert_eq!(listed.expect("they are listed"), all);
}

pub(super) async fn an_update_writes_every_field(tested: TestStore) {
    let owner = user(1);
    let before = account(1, &owner);
    put(&tested.store, [(&owner).into(), (&before).into()]).await;
    let updated = changed(full_user(7), |user| {
        user.id = owner.id;
        user.email = None;
        user.email_status = EmailStatus::Unverified;
    });
    let moved = changed(account(8, &owner), |account| {
        account.id = before.id;
        account.email = None;
        account.scope = None;
        account.provider = parsed("corporate-sso");
        account.issuer = parsed("https://sso.example");
    });

    let user_was_there = within(&tested.store, updated.clone(), |updated, tx| {
        tx.update_user(updated)
    });
    assert!(user_was_there.await);
    let account_was_there = within(&tested.store, moved.clone(), |moved, tx| {
        tx.update_account(moved)
    });
    assert!(account_was_there.await);

    let found = tested.store.find_user(owner.id).await;
    assert_eq!(found.expect("it is looked up"), Some(updated));
    let listed = tested.store.accounts_of(owner.id).await;
    assert_eq!(listed.expect("they are listed"), [moved]);
}

pub(super) async fn times_are_kept_to_the_microsecond(tested: TestStore) {
    let times = [
        DateTime::UNIX_EPOCH,
        DateTime::UNIX_EPOCH - TimeDelta::microseconds(1),
        DateTime::UNIX_EPOCH + TimeDelta::microseconds(1),
        at(0),
        parsed::<DateTime<Utc>>("1900-01-01T00:00:00.000001Z"),
        parsed::<DateTime<Utc>>("2026-12-31T23:59:59.999999Z"),
        parsed::<DateTime<Utc>>("9999-12-31T23:59:59.999999Z"),
    ];

    for (number, time) in (1..).zip(times) {
        let kept = changed(user(number), |user| {
            user.last_login_at = Some(time);
            user.created_at = time;
            user.updated_at = time;
        });
        put(&tested.store, [(&kept).into()]).await;
        let found = tested.store.find_user(kept.id).await;
        assert_eq!(found.expect("it is looked up"), Some(kept));
    }
}

pub(super) async fn text_of_any_script_and_length_is_kept_whole(tested: TestStore) {
    let long = "😀".repeat(2048);
    let texts = [
        "Зоя Ёлкина 松尾芭蕉 محمد e\u{301} 👩‍👩‍👧",
        "'; DROP TABLE users; --\"\\%_$1?",
        " \t\r\n\u{1}\u{7f}\u{feff}\u{fffd}",
        "",
        &long,
    ];

    for (number, text) in (1..).zip(texts) {
        let named = changed(user(number), |user| {
            user.name = Some(text.to_owned());
            user.image = Some(text.to_owned());
        });
        let began = changed(attempt(number), |attempt| {
            text.clone_into(&mut attempt.return_to);
            attempt.client_state = Some(text.to_owned());
        });
        put(&tested.store, [(&named).into()]).await;
        begin(&tested.store, [began.clone()]).await;
        let found = tested.store.find_user(named.id).await;
        assert_eq!(found.expect("it is looked up"), Some(named));
        assert_eq!(consumed(&tested, &began).await, Some(began));
    }
}

pub(super) async fn text_with_a_nul_is_kept_whole_or_refused(tested: TestStore) {
    let named = changed(user(1), |user| user.name = Some("before\0after".to_owned()));

    let answer = try_put(&tested.store, [(&named).into()]).await;

    let listed = tested.store.users(UserQuery::first(10)).await;
    let users = listed.expect("they are listed");
    match answer {
        Ok(()) => assert_eq!(users, [named]),
        Err(StoreError::Other(_)) => assert!(users.is_empty()),
        Err(error) => panic!("{error:?}"),
    }
}

async fn consumed(tested: &TestStore, expected: &Attempt) -> Option<Attempt> {
    let (state, browser) = (expected.state_hash, expected.binding_hash);
    let consumed = tested.store.consume_attempt(state, browser).await;
    consumed.expect("it is asked for")
}
