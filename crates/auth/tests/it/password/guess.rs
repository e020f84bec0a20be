use belgie_auth::{AuthError, NewUser, PasswordSignIn};
use belgie_domain::{FailureCode, FailureKey, PasswordHash, Refusal, User};
use belgie_ports::{Failures as _, Passwords as _, Users as _};
use belgie_testkit::changed;
use chrono::DateTime;

use super::{
    OTHER, PasswordSite, RIGHT, WRONG, address, assert_invalid_credentials, client, password,
};

/// Creates a user without a password.
async fn joe(site: &PasswordSite) -> User {
    let joe = NewUser::new(address("joe@example.com"));
    site.site.auth.operator().create(joe).await.unwrap()
}

pub(super) async fn failures(site: &PasswordSite) -> Vec<(FailureKey, u64)> {
    let failures = site.site.store.failures_since(DateTime::UNIX_EPOCH).await;
    failures.unwrap()
}

#[tokio::test]
async fn the_right_password_opens_a_session() {
    let site = PasswordSite::new();
    let registered = site.jane().await;

    let signed_in = site.sign_in("JANE@example.com", RIGHT).await.unwrap();

    assert_eq!(signed_in.user.id, registered.user.id);
    assert_ne!(signed_in.token.secret(), registered.token.secret());
    assert_eq!(
        signed_in.session.provider.as_ref().unwrap().as_str(),
        "password"
    );
    assert!(signed_in.user.last_login_at > registered.user.last_login_at);
    assert!(site.is_signed_in(&signed_in).await && site.is_signed_in(&registered).await);
    assert_eq!(site.history(&signed_in).await[2..], ["sign_in password"]);
}

#[tokio::test]
async fn rat_07_an_unknown_address_no_password_and_a_wrong_one_cost_and_answer_the_same() {
    let site = PasswordSite::new();
    let jane = site.jane().await;
    let joe = joe(&site).await;
    site.hasher.take_hashed();

    let mut answers = Vec::new();
    for (email, typed) in [
        ("jane@example.com", WRONG),
        ("joe@example.com", WRONG),
        ("nobody@example.com", WRONG),
    ] {
        let refused = site.sign_in(email, typed).await.unwrap_err();
        answers.push((format!("{refused:?} {refused}"), site.hasher.take_hashed()));
    }

    let expected = (
        "InvalidCredentials the address and the password are not those of a user".to_owned(),
        1,
    );
    assert_eq!(answers, vec![expected; 3]);
    let refused = "sign_in password: invalid_credentials";
    assert_eq!(site.history(&jane).await[2..], [refused]);
    let of_joe = site.site.events_of(joe.id).await;
    assert_eq!(super::described(&of_joe[0]), refused);
    // Of unknown people only the number is kept.
    let counted = failures(&site).await;
    assert_eq!(counted.len(), 1, "{counted:?}");
    assert_eq!(counted[0].1, 1);
    assert_eq!(counted[0].0.code, FailureCode::InvalidCredentials);
}

#[tokio::test]
async fn rat_07_a_hash_that_cannot_be_read_answers_as_a_wrong_password() {
    let site = PasswordSite::new();
    let jane = site.jane().await;
    let current = site.current(&jane).await;
    let bcrypt =
        PasswordHash::from_phc("$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW");
    site.store_hash(jane.user.id, bcrypt).await;

    for typed in [RIGHT, WRONG] {
        site.hasher.take_hashed();
        assert_invalid_credentials(site.sign_in("jane@example.com", typed).await);
        assert_eq!(site.hasher.take_hashed(), 1, "{typed}");
    }
    let (passwords, typed) = (site.passwords(), password(RIGHT));
    let again = passwords.reauthenticate(&current, &typed, &client()).await;
    assert_invalid_credentials(again);
    let refused = "sign_in password: invalid_credentials";
    assert_eq!(site.history(&jane).await[2..4], [refused; 2]);
}

#[tokio::test]
async fn pwd_09_a_user_without_a_password_never_passes() {
    let site = PasswordSite::new();
    joe(&site).await;
    site.site.sign_in().await.unwrap();

    for email in ["joe@example.com", "jane@example.com"] {
        for typed in [" ", "\0", "null", "password", "None", RIGHT] {
            assert_invalid_credentials(site.sign_in(email, typed).await);
        }
    }
}

#[tokio::test]
async fn pwd_03_no_other_spelling_of_a_password_passes() {
    let site = PasswordSite::new();
    site.jane().await;

    for typed in [
        "Correct horse battery staple",
        "correct horse battery staple ",
        " correct horse battery staple",
        "correct horse battery stapl",
        "correct  horse battery staple",
    ] {
        assert_invalid_credentials(site.sign_in("jane@example.com", typed).await);
    }
}

#[tokio::test]
async fn lnk_15_only_the_right_password_tells_that_a_user_is_disabled() {
    let site = PasswordSite::new();
    let jane = site.jane().await;
    let operator = site.site.auth.operator();
    operator.disable(jane.user.id).await.unwrap();

    assert_invalid_credentials(site.sign_in("jane@example.com", WRONG).await);
    let refused = site.sign_in("jane@example.com", RIGHT).await.unwrap_err();

    assert!(
        matches!(refused, AuthError::Refused(Refusal::AccountDisabled)),
        "{refused:?}"
    );
    let history = site.history(&jane).await;
    assert_eq!(
        history.last().unwrap(),
        "sign_in password: account_disabled"
    );
    assert!(!site.is_signed_in(&jane).await);
}

#[tokio::test]
async fn rat_08_whoever_registered_an_address_does_not_learn_by_signing_in_whether_it_was_known() {
    let site = PasswordSite::with(|policy| policy.joining.verification_required = true);
    let joe = joe(&site).await;
    for email in ["jane@example.com", "joe@example.com"] {
        site.register(email, RIGHT).await.unwrap();
        site.hasher.take_hashed();

        let mut answers = Vec::new();
        for _ in 0..11 {
            let refused = site.sign_in(email, RIGHT).await.unwrap_err();
            answers.push((refused.code(), site.hasher.take_hashed()));
        }

        // The right password returns no permit either.
        let mut expected = vec![(FailureCode::InvalidCredentials, 1); 10];
        expected.push((FailureCode::RateLimited, 0));
        assert_eq!(answers, expected, "{email}");
    }
    let email = address("jane@example.com");
    let jane = site.site.store.find_user_by_email(&email);
    let jane = jane.await.unwrap().unwrap();
    for (user, reason) in [
        (jane.id, "email_not_verified"),
        (joe.id, "invalid_credentials"),
    ] {
        let newest = site.site.events_of(user).await.remove(0);
        let expected = format!("sign_in password: {reason}");
        assert_eq!(super::described(&newest), expected);
    }
}

#[tokio::test]
async fn ses_03_a_sign_in_replaces_the_session_of_the_browser() {
    let site = PasswordSite::new();
    let held = site.jane().await;
    let (email, typed, client) = (address("jane@example.com"), password(RIGHT), client());
    let request = changed(PasswordSignIn::new(&email, &typed, &client), |request| {
        request.held = Some(&held.token);
    });

    let signed_in = site.passwords().sign_in(request).await.unwrap();

    assert!(site.is_signed_in(&signed_in).await);
    assert!(!site.is_signed_in(&held).await);
}

#[tokio::test]
async fn ses_14_the_oldest_session_goes_when_a_user_has_too_many() {
    let site = PasswordSite::with(|policy| policy.sessions.per_user = 2);
    let first = site.jane().await;
    let second = site.sign_in("jane@example.com", RIGHT).await.unwrap();
    let third = site.sign_in("jane@example.com", RIGHT).await.unwrap();

    assert!(!site.is_signed_in(&first).await);
    assert!(site.is_signed_in(&second).await && site.is_signed_in(&third).await);
}

#[tokio::test]
async fn pwd_05_a_hash_is_renewed_at_the_next_sign_in_when_the_cost_has_risen() {
    let site = PasswordSite::new();
    let jane = site.jane().await;
    let stored = async || {
        let stored = site.site.store.find_password(jane.user.id).await;
        stored.unwrap().unwrap()
    };
    let before = stored().await;
    site.hasher.raise_cost();

    assert_invalid_credentials(site.sign_in("jane@example.com", WRONG).await);
    assert_eq!(stored().await, before);
    site.sign_in("jane@example.com", RIGHT).await.unwrap();

    let after = stored().await;
    assert_ne!(after.hash, before.hash);
    assert_eq!(after.changed_at, before.changed_at);
    site.hasher.take_hashed();
    site.sign_in("jane@example.com", RIGHT).await.unwrap();
    assert_eq!((stored().await, site.hasher.take_hashed()), (after, 1));
}

#[tokio::test]
async fn rat_10_nobody_is_asked_about_when_too_much_is_hashed_already() {
    let site = PasswordSite::new();
    let jane = site.jane().await;
    site.hasher.set_busy(true);

    for email in ["jane@example.com", "nobody@example.com"] {
        let refused = site.sign_in(email, RIGHT).await.unwrap_err();
        assert_eq!(refused.code(), FailureCode::Unavailable);
    }

    assert_eq!(site.history(&jane).await.len(), 2);
    assert_eq!(failures(&site).await, []);
}

#[tokio::test]
async fn pwd_06_a_password_that_was_changed_opens_nothing_any_more() {
    let site = PasswordSite::new();
    let jane = site.jane().await;
    let current = site.current(&jane).await;
    let changing = site.passwords();
    changing
        .change(&current, &password(RIGHT), &password(OTHER), &client())
        .await
        .unwrap();

    assert_invalid_credentials(site.sign_in("jane@example.com", RIGHT).await);
    assert!(site.sign_in("jane@example.com", OTHER).await.is_ok());
}
