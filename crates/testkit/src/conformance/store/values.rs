//! Whole values: what is read equals what was written.

use belgie_domain::{
    Account, Attempt, EmailStanding, ErrorCode, Event, EventKind, Outcome, Session, User,
};
use belgie_ports::{StoreError, UserPage};
use chrono::{DateTime, TimeDelta, Utc};

use super::TestStore;
use super::row::{put, try_put, within};
use super::sample::{
    account, at, attempt, bare_user, event, full_user, hash, parsed, session, user,
};

pub(super) async fn a_user_is_read_back_field_by_field(tested: &TestStore) {
    let all = [bare_user(1), user(2), full_user(3)];

    put(&*tested.store, all.iter().map(Into::into)).await;

    for expected in all {
        let id = expected.id;
        let found = within!(tested.store, |tx| tx.find_user(id));
        assert_eq!(found.as_ref(), Some(&expected));
        assert_eq!(tested.store.find_user(id).await.unwrap_or(None), found);
    }
}

pub(super) async fn an_account_is_read_back_field_by_field(tested: &TestStore) {
    let owner = user(1);
    let full = account(1, &owner);
    let bare = Account {
        email: None,
        scope: None,
        ..account(2, &owner)
    };

    put(
        &*tested.store,
        [(&owner).into(), (&full).into(), (&bare).into()],
    )
    .await;

    let listed = tested.store.accounts_of(owner.id).await;
    assert_eq!(listed.expect("they are listed"), [full.clone(), bare]);
    let (issuer, subject) = (full.issuer.clone(), full.subject.clone());
    let found = within!(tested.store, |tx, issuer, subject| tx
        .find_account(&issuer, &subject));
    assert_eq!(found, Some(full));
}

pub(super) async fn a_session_is_read_back_field_by_field(tested: &TestStore) {
    let owner = full_user(1);
    let full = session(1, &owner);
    let bare = Session {
        provider: None,
        ip_address: None,
        user_agent: None,
        ..session(2, &owner)
    };

    put(
        &*tested.store,
        [(&owner).into(), (&full).into(), (&bare).into()],
    )
    .await;

    for expected in [full, bare] {
        let found = tested.store.find_session(expected.token_hash).await;
        let both = Some((expected.clone(), owner.clone()));
        assert_eq!(found.expect("it is looked up"), both);
        let id = expected.id;
        let found = within!(tested.store, |tx| tx.find_session(id));
        assert_eq!(found, Some(expected));
    }
}

pub(super) async fn an_attempt_is_read_back_field_by_field(tested: &TestStore) {
    let bare = Attempt {
        client_state: None,
        replaces: None,
        ..attempt(2)
    };

    put(&*tested.store, [(&attempt(1)).into(), (&bare).into()]).await;

    for expected in [attempt(1), bare] {
        let found = tested.store.consume_attempt(expected.state_hash).await;
        assert_eq!(found.expect("it is consumed"), Some(expected));
    }
}

pub(super) async fn an_event_is_read_back_field_by_field(tested: &TestStore) {
    let owner = user(1);
    let failures = ErrorCode::ALL.iter().map(|code| Outcome::Failure(*code));
    let outcomes: Vec<_> = failures.chain([Outcome::Success]).collect();
    let kinds = EventKind::ALL.iter().cycle();
    let numbers = 1..=u32::try_from(outcomes.len()).unwrap_or(0).max(20);
    let events = numbers.zip(outcomes.iter().cycle().zip(kinds));
    let mut all: Vec<_> = events
        .map(|(number, (outcome, kind))| Event {
            outcome: *outcome,
            kind: *kind,
            ..event(number, &owner)
        })
        .collect();
    let bare = Event {
        actor_id: None,
        provider: None,
        client: belgie_domain::ClientInfo::default(),
        ..event(1000, &owner)
    };
    all.push(bare);

    for event in &all {
        let recorded = tested.store.record_event(event.clone()).await;
        recorded.expect("the event is recorded");
    }

    all.reverse();
    let listed = tested.store.events_of(owner.id, 1000).await;
    assert_eq!(listed.expect("they are listed"), all);
}

pub(super) async fn an_update_writes_every_field(tested: &TestStore) {
    let owner = user(1);
    let before = account(1, &owner);
    put(&*tested.store, [(&owner).into(), (&before).into()]).await;
    let changed = User {
        id: owner.id,
        email: None,
        email_standing: EmailStanding::Unverified,
        ..full_user(7)
    };
    let moved = Account {
        id: before.id,
        email: None,
        scope: None,
        provider: parsed("corporate-sso"),
        issuer: parsed("https://sso.example"),
        ..account(8, &owner)
    };

    let user_was_there = within!(tested.store, |tx, changed| tx.update_user(&changed));
    let account_was_there = within!(tested.store, |tx, moved| tx.update_account(&moved));

    assert!(user_was_there && account_was_there);
    let found = tested.store.find_user(owner.id).await;
    assert_eq!(found.expect("it is looked up"), Some(changed));
    let listed = tested.store.accounts_of(owner.id).await;
    assert_eq!(listed.expect("they are listed"), [moved]);
}

pub(super) async fn times_are_kept_to_the_microsecond(tested: &TestStore) {
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
        let kept = User {
            last_login_at: Some(time),
            created_at: time,
            updated_at: time,
            ..user(number)
        };
        put(&*tested.store, [(&kept).into()]).await;
        let found = tested.store.find_user(kept.id).await;
        assert_eq!(found.expect("it is looked up"), Some(kept));
    }
}

pub(super) async fn text_of_any_script_and_length_is_kept_whole(tested: &TestStore) {
    let long = "😀".repeat(2048);
    let texts = [
        "Зоя Ёлкина 松尾芭蕉 محمد e\u{301} 👩‍👩‍👧",
        "'; DROP TABLE users; --\"\\%_$1?",
        " \t\r\n\u{1}\u{7f}\u{feff}\u{fffd}",
        "",
        &long,
    ];

    for (number, text) in (1..).zip(texts) {
        let named = User {
            name: Some(text.to_owned()),
            image: Some(text.to_owned()),
            ..user(number)
        };
        let began = Attempt {
            return_to: text.to_owned(),
            client_state: Some(text.to_owned()),
            ..attempt(number)
        };
        put(&*tested.store, [(&named).into(), (&began).into()]).await;
        let found = tested.store.find_user(named.id).await;
        assert_eq!(found.expect("it is looked up"), Some(named));
        let consumed = tested.store.consume_attempt(hash(number)).await;
        assert_eq!(consumed.expect("it is consumed"), Some(began));
    }
}

pub(super) async fn text_with_a_nul_is_kept_whole_or_refused(tested: &TestStore) {
    let named = User {
        name: Some("before\0after".to_owned()),
        ..user(1)
    };

    let answer = try_put(&*tested.store, [(&named).into()]).await;

    let everybody = UserPage {
        after: None,
        limit: 10,
    };
    let users = tested
        .store
        .users(everybody)
        .await
        .expect("they are listed");
    match answer {
        Ok(()) => assert_eq!(users, [named]),
        Err(StoreError::Other(_)) => assert!(users.is_empty()),
        Err(error) => panic!("{error:?}"),
    }
}
