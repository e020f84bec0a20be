use belgie_auth::{Completed, NewUser};
use belgie_domain::{
    EmailStatus, EventKind, FailureCode, LinkByEmail, ProviderIdentity, Registration, User,
};
use belgie_ports::{Accounts as _, Failures as _, Users as _};
use belgie_testkit::{changed, identity};
use chrono::DateTime;

use crate::site::{Site, callback, state_of};

async fn user_by_hand(site: &Site, email_status: EmailStatus) -> User {
    let email = "jane@example.com".parse().unwrap();
    site.auth
        .operator()
        .create(NewUser::new(email).email_status(email_status))
        .await
        .unwrap()
}

fn subject(subject: &str) -> ProviderIdentity {
    changed(identity(), |identity| {
        identity.subject = subject.parse().unwrap();
    })
}

#[tokio::test]
async fn lnk_01_the_subject_decides_who_signs_in_not_the_address() {
    let site = Site::new();
    let first = site.sign_in_as(subject("1")).await.unwrap();

    let changed = changed(subject("1"), |identity| {
        identity.email = Some("new@example.com".to_owned());
    });
    let again = site.sign_in_as(changed).await.unwrap();
    let stranger = site.sign_in_as(subject("2")).await.unwrap_err();

    assert_eq!(again.user.id, first.user.id);
    assert_eq!(stranger.code(), FailureCode::AccountExists);
}

#[tokio::test]
async fn lnk_02_an_account_joins_the_user_who_proved_the_same_address() {
    let site = Site::new();
    let user = user_by_hand(&site, EmailStatus::Proved).await;

    let signed_in = site.sign_in().await.unwrap();

    assert_eq!(signed_in.user.id, user.id);
    let expected = [
        EventKind::UserCreated,
        EventKind::AccountLinked,
        EventKind::SignIn,
    ];
    assert_eq!(site.event_kinds_of(user.id).await, expected);
}

#[tokio::test]
async fn lnk_02_nothing_joins_when_linking_by_address_is_off() {
    let site = Site::with(|policy| policy.joining.link_by_email = LinkByEmail::Never);
    user_by_hand(&site, EmailStatus::Proved).await;

    assert_eq!(
        site.sign_in().await.unwrap_err().code(),
        FailureCode::AccountExists
    );
}

#[tokio::test]
async fn lnk_03_an_address_that_the_provider_did_not_verify_opens_nothing() {
    let site = Site::new();
    user_by_hand(&site, EmailStatus::Proved).await;

    for (email_verified, email_trusted) in [(false, true), (true, false), (false, false)] {
        let weak = changed(identity(), |identity| {
            identity.email_verified = email_verified;
            identity.email_trusted = email_trusted;
        });
        assert_eq!(
            site.sign_in_as(weak).await.unwrap_err().code(),
            FailureCode::AccountExists
        );
    }
}

#[tokio::test]
async fn lnk_09_an_address_changed_at_the_provider_replaces_nothing_here() {
    let site = Site::new();
    let before = site.sign_in().await.unwrap().user;

    let moved = changed(identity(), |identity| {
        identity.email = Some("new@example.com".to_owned());
        identity.email_verified = false;
    });
    let after = site.sign_in_as(moved).await.unwrap().user;

    assert_eq!(
        (after.email, after.email_status),
        (before.email, EmailStatus::Proved)
    );
}

#[tokio::test]
async fn lnk_10_a_new_subject_with_a_recycled_address_is_refused_not_joined() {
    let site = Site::new();
    let old = site.sign_in_as(subject("old")).await.unwrap().user;

    let refused = site.sign_in_as(subject("new")).await.unwrap_err();

    assert_eq!(refused.code(), FailureCode::AccountExists);
    assert_eq!(site.users().await, 1);
    assert_eq!(site.store.accounts_of(old.id).await.unwrap().len(), 1);
}

#[tokio::test]
async fn lnk_15_a_disabled_user_cannot_sign_in_and_stays_disabled() {
    let site = Site::new();
    let user = site.sign_in().await.unwrap().user;
    site.auth.operator().disable(user.id).await.unwrap();

    let own = site.sign_in().await.unwrap_err();
    let joining = site.sign_in_at_other(changed(identity(), |identity| {
        identity.issuer = "https://other.example".parse().unwrap();
    }));

    assert_eq!(own.code(), FailureCode::AccountDisabled);
    assert_eq!(
        joining.await.unwrap_err().code(),
        FailureCode::AccountDisabled
    );
    assert!(
        !site
            .store
            .find_user(user.id)
            .await
            .unwrap()
            .unwrap()
            .is_active
    );
}

#[tokio::test]
async fn lnk_17_first_sign_ins_of_one_subject_at_once_make_one_user() {
    let site = Site::new();
    let mut open = Vec::new();
    for _ in 0..50 {
        open.push(site.begin().await);
    }

    let mut sign_ins = tokio::task::JoinSet::new();
    for begun in open.into_iter().rev().take(32) {
        let auth = site.auth.clone();
        sign_ins.spawn(async move {
            let state = state_of(&begun);
            let states = [&*state];
            let arrival = callback(&states, Some(begun.binding));
            match auth.sign_in().complete(arrival).await.unwrap() {
                Completed::SignedIn(signed_in) => signed_in.user.id,
                other => panic!("{other:?}"),
            }
        });
    }
    let mut users = sign_ins.join_all().await;
    users.dedup();

    assert_eq!((users.len(), site.users().await), (1, 1));
}

#[tokio::test]
async fn lnk_18_one_address_in_other_letters_is_the_same_user() {
    let site = Site::new();
    let user = user_by_hand(&site, EmailStatus::Proved).await;

    let shouted = changed(identity(), |identity| {
        identity.email = Some("JANE@Example.COM".to_owned());
    });

    assert_eq!(site.sign_in_as(shouted).await.unwrap().user.id, user.id);
}

#[tokio::test]
async fn closed_registration_admits_only_users_created_by_the_operator() {
    let site = Site::with(|policy| policy.joining.registration = Registration::Closed);
    assert_eq!(
        site.sign_in().await.unwrap_err().code(),
        FailureCode::RegistrationClosed
    );
    let user = user_by_hand(&site, EmailStatus::Proved).await;

    assert_eq!(site.sign_in().await.unwrap().user.id, user.id);
    assert_eq!(site.users().await, 1);
}

#[tokio::test]
async fn a_user_without_address_needs_the_operators_leave() {
    let nameless = changed(identity(), |identity| identity.email = None);
    let strict = Site::new();
    let lenient = Site::with(|policy| policy.joining.allow_no_email = true);

    let refused = strict.sign_in_as(nameless.clone()).await.unwrap_err();
    let user = lenient.sign_in_as(nameless).await.unwrap().user;

    assert_eq!(refused.code(), FailureCode::EmailRequired);
    assert_eq!(
        (user.email, user.email_status),
        (None, EmailStatus::Unverified)
    );
}

#[tokio::test]
async fn aud_02_a_failed_sign_in_of_an_unknown_person_is_only_counted() {
    let site = Site::with(|policy| policy.joining.registration = Registration::Closed);

    for _ in 0..3 {
        site.sign_in().await.unwrap_err();
    }

    assert_eq!(site.users().await, 0);
    assert!(site.store.all_events().is_empty());
    let counted = site.store.failures_since(DateTime::UNIX_EPOCH).await;
    let counted = counted.unwrap();
    assert_eq!(counted.len(), 1, "{counted:?}");
    let (key, count) = &counted[0];
    assert_eq!(*count, 3);
    assert_eq!(key.kind, EventKind::SignIn);
    assert_eq!(key.code, FailureCode::RegistrationClosed);
    assert_eq!(key.provider.as_ref().unwrap().as_str(), "fake");
}
