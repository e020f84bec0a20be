use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use belgie_adapter_memory::MemoryStore;
use belgie_auth::{Auth, AuthError, BuildError, Policy, Registered, Registering, SignUpRefusal};
use belgie_domain::{
    EmailStatus, FailureCode, PasswordWeakness, RedirectRule, Refusal, Registration, Role,
};
use belgie_ports::{Passwords as _, Users as _};
use belgie_testkit::{FakeHasher, FakeProvider, changed};

use super::{OTHER, PasswordSite, RIGHT, address, client, password};
use crate::site::Site;

#[tokio::test]
async fn adm_05_a_person_who_registers_gets_a_user_without_any_right_and_a_session() {
    let site = PasswordSite::new();
    let (email, typed, client) = (address("Jane@Example.com"), password(RIGHT), client());
    let person = changed(Registering::new(&email, &typed, &client), |person| {
        person.name = Some(" Jane\u{202e} Doe ");
    });

    let registered = site.passwords().register(person).await.unwrap();

    let Registered::SignedIn(signed_in) = registered else {
        panic!("{registered:?}");
    };
    let user = &signed_in.user;
    assert_eq!(user.email, Some(address("jane@example.com")));
    assert_eq!(user.email_status, EmailStatus::Unverified);
    assert_eq!((user.role.clone(), user.is_active), (Role::USER, true));
    assert_eq!(
        (user.name.as_deref(), user.name_edited),
        (Some("Jane Doe"), true)
    );
    assert_eq!(user.last_login_at, Some(user.created_at));
    assert_eq!(
        signed_in.session.provider.as_ref().unwrap().as_str(),
        "password"
    );
    assert_eq!(signed_in.session.user_agent.as_deref(), Some("test"));
    assert!(site.is_signed_in(&signed_in).await);
    let expected = ["user_created password", "sign_in password"];
    assert_eq!(site.history(&signed_in).await, expected);
    let stored = site.site.store.find_user(user.id).await.unwrap();
    assert_eq!(stored.as_ref(), Some(user));
}

#[tokio::test]
async fn lnk_18_one_address_registers_once_however_it_is_written() {
    let site = PasswordSite::new();
    let jane = site.jane().await;

    for email in ["jane@example.com", "JANE@Example.COM"] {
        let again = site.register(email, OTHER).await.unwrap_err();
        assert!(matches!(again, AuthError::EmailTaken), "{again:?}");
    }

    assert_eq!(site.site.users().await, 1);
    assert!(site.sign_in("jane@example.com", RIGHT).await.is_ok());
    let history = site.history(&jane).await;
    assert_eq!(history[2], "user_created password: email_taken");
    let refused = &site.site.events_of(jane.user.id).await[2];
    assert_eq!(refused.actor_id, None);
}

#[tokio::test]
async fn lnk_17_of_20_registrations_of_one_address_at_once_one_succeeds() {
    let site = Arc::new(PasswordSite::new());

    let all = (0..20).map(|_| {
        let site = Arc::clone(&site);
        tokio::spawn(async move { site.register("jane@example.com", RIGHT).await.is_ok() })
    });
    let mut succeeded = 0;
    for one in all.collect::<Vec<_>>() {
        succeeded += usize::from(one.await.unwrap());
    }

    assert_eq!((succeeded, site.site.users().await), (1, 1));
}

#[tokio::test]
async fn rat_08_where_an_address_has_to_be_verified_nobody_learns_whether_it_is_known() {
    let site = PasswordSite::with(|policy| policy.joining.verification_required = true);

    for (email, users) in [
        ("jane@example.com", 1),
        ("jane@example.com", 1),
        ("joe@example.com", 2),
    ] {
        let registered = site.register(email, RIGHT).await.unwrap();

        assert!(matches!(registered, Registered::Unverified), "{email}");
        assert_eq!(site.hasher.take_hashed(), 1, "{email}");
        assert_eq!(site.site.users().await, users);
    }
    let jane = address("jane@example.com");
    let jane = site
        .site
        .store
        .find_user_by_email(&jane)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(jane.last_login_at, None);
    let sessions = site.site.auth.sessions().list(jane.id).await;
    assert_eq!(sessions.unwrap(), []);
    let events = site.site.events_of(jane.id).await;
    let described: Vec<_> = events.iter().rev().map(super::described).collect();
    let expected = [
        "user_created password",
        "user_created password: email_taken",
    ];
    assert_eq!(described, expected);
}

#[tokio::test]
async fn nobody_registers_where_registration_is_closed() {
    for change in [
        (|policy: &mut Policy| policy.joining.registration = Registration::Closed)
            as fn(&mut Policy),
        |policy| policy.passwords.registration = false,
    ] {
        let site = PasswordSite::with(change);

        let refused = site.register("jane@example.com", RIGHT).await.unwrap_err();

        assert!(
            matches!(refused, AuthError::Refused(Refusal::RegistrationClosed)),
            "{refused:?}"
        );
        assert!(!site.passwords().registration_is_open());
        assert_eq!((site.site.users().await, site.hasher.take_hashed()), (0, 0));
    }
}

#[tokio::test]
async fn pwd_02_and_pwd_04_a_weak_password_is_refused_before_it_is_hashed() {
    let site = PasswordSite::new();
    let too_short = PasswordWeakness::TooShort { minimum: 15 };
    for (typed, weakness) in [
        ("fourteen chars", too_short),
        ("this is guessable", PasswordWeakness::Common),
        ("jane@example.com 1", PasswordWeakness::Personal),
        ("Widgetry Widgetry", PasswordWeakness::Personal),
        ("site.example 2026", PasswordWeakness::Personal),
    ] {
        let refused = site.register("jane@example.com", typed).await.unwrap_err();

        assert!(
            matches!(&refused, AuthError::WeakPassword(found) if *found == weakness),
            "{typed}: {refused:?}"
        );
        assert_eq!(refused.code(), FailureCode::InvalidRequest);
    }
    assert_eq!((site.site.users().await, site.hasher.take_hashed()), (0, 0));
}

#[tokio::test]
async fn rat_10_the_password_is_compared_with_the_name_as_it_is_stored() {
    let site = PasswordSite::new();
    let (email, client) = (address("jane@example.com"), client());
    let name = format!(" Jane\u{202e} Doe{} Smith", " ".repeat(60_000));
    let register = async |typed: &str| {
        let typed = password(typed);
        let person = changed(Registering::new(&email, &typed, &client), |person| {
            person.name = Some(&name);
        });
        site.passwords().register(person).await
    };

    let refused = register("my name is Jane Doe").await.unwrap_err();
    let registered = register(RIGHT).await;

    assert!(
        matches!(refused, AuthError::WeakPassword(PasswordWeakness::Personal)),
        "{refused:?}"
    );
    assert!(registered.is_ok());
}

#[tokio::test]
async fn rat_10_nothing_is_written_when_too_much_is_hashed_already() {
    let site = PasswordSite::new();
    site.hasher.set_busy(true);

    let refused = site.register("jane@example.com", RIGHT).await.unwrap_err();

    assert_eq!(refused.code(), FailureCode::Unavailable);
    assert_eq!(site.site.users().await, 0);
}

#[tokio::test]
async fn the_application_may_refuse_a_registration_and_does_not_show_who_is_known() {
    let asked = Arc::new(AtomicUsize::new(0));
    let (counter, hasher) = (Arc::clone(&asked), FakeHasher::default());
    let site = Site::assembled(
        MemoryStore::default(),
        |policy| policy.passwords.registration = true,
        |builder| {
            builder
                .passwords(hasher.clone(), hasher)
                .before_sign_up(move |sign_up| {
                    assert_eq!(sign_up.provider.as_str(), "password");
                    assert!(sign_up.identity.is_none());
                    counter.fetch_add(1, Ordering::SeqCst);
                    let is_invited = sign_up.email == Some(&address("jane@example.com"));
                    let refusal = SignUpRefusal::with_code("not_invited", "Ask.");
                    let answer = is_invited.then_some(()).ok_or(refusal);
                    Box::pin(async move { answer })
                })
        },
    );
    let (typed, client) = (password(RIGHT), client());

    let mut codes = Vec::new();
    for email in ["jane@example.com", "jane@example.com", "joe@example.com"] {
        let email = address(email);
        let person = Registering::new(&email, &typed, &client);
        let registered = site.auth.passwords().register(person).await;
        codes.push(registered.err().map(|error| error.code()));
    }

    let refused = Some(FailureCode::from("not_invited"));
    assert_eq!(codes, [None, Some(FailureCode::EmailTaken), refused]);
    assert_eq!((asked.load(Ordering::SeqCst), site.users().await), (3, 1));
}

#[tokio::test]
async fn pwd_10_without_a_hasher_there_are_no_passwords() {
    let site = Site::with(|policy| policy.passwords.registration = true);
    let (email, typed, client) = (address("jane@example.com"), password(RIGHT), client());

    let passwords = site.auth.passwords();
    let refused = passwords
        .register(Registering::new(&email, &typed, &client))
        .await;

    assert!(
        matches!(refused, Err(AuthError::PasswordsOff)),
        "{refused:?}"
    );
    assert!(!passwords.are_offered() && !passwords.registration_is_open());
    assert_eq!(site.users().await, 0);
}

#[tokio::test]
async fn cfg_02_what_takes_part_in_a_sign_in_does_not_print_the_password() {
    let site = PasswordSite::new();
    let jane = site.jane().await;
    let (email, typed, client) = (address("jane@example.com"), password(RIGHT), client());
    let person = Registering::new(&email, &typed, &client);
    let request = belgie_auth::PasswordSignIn::new(&email, &typed, &client);
    let stored = site.site.store.find_password(jane.user.id).await;

    let printed = format!("{person:?} {request:?} {:?} {jane:?}", stored.unwrap());

    assert!(!printed.contains("battery"), "{printed}");
}

#[test]
fn no_provider_is_called_password_and_the_policy_is_checked() {
    let base = "https://site.example".parse().unwrap();
    let policy = Policy::new(RedirectRule::new(base, []));
    let builder = || Auth::builder().store(MemoryStore::default());

    let taken = builder().provider(FakeProvider::new("password"));
    let reserved = taken.build(policy.clone()).unwrap_err();
    let short = changed(policy, |policy| policy.passwords.min_length = 7);
    let out_of_bounds = builder().build(short).unwrap_err();

    assert!(
        matches!(reserved, BuildError::ReservedProvider(_)),
        "{reserved}"
    );
    assert!(
        matches!(out_of_bounds, BuildError::Passwords(_)),
        "{out_of_bounds}"
    );
}
