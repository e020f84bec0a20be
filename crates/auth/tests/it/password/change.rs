use belgie_auth::{AuthError, Authenticated, NewUser, Proof, SignedIn};
use belgie_domain::{FailureCode, Refusal};
use belgie_ports::{Accounts as _, Passwords as _};
use belgie_testkit::changed;
use chrono::TimeDelta;

use super::{
    OTHER, PasswordSite, RIGHT, WRONG, address, assert_invalid_credentials, client, password,
};

async fn change(
    site: &PasswordSite,
    current: &Authenticated,
    (old, new): (&str, &str),
) -> Result<(), AuthError> {
    site.site.pass_time();
    let (old, new) = (password(old), password(new));
    let passwords = site.passwords();
    passwords.change(current, &old, &new, &client()).await
}

async fn reauthenticate(
    site: &PasswordSite,
    current: &Authenticated,
    typed: &str,
) -> Result<(), AuthError> {
    site.site.pass_time();
    let passwords = site.passwords();
    let typed = password(typed);
    passwords.reauthenticate(current, &typed, &client()).await
}

async fn set(site: &PasswordSite, current: &Authenticated, new: &str) -> Result<(), AuthError> {
    site.site.pass_time();
    let fresh = site.site.auth.sessions().fresh(current)?;
    site.passwords().set(fresh, &password(new), &client()).await
}

/// Signs in Jane with a provider.
async fn by_provider(site: &PasswordSite) -> (SignedIn, Authenticated) {
    let signed_in = site.site.sign_in().await.unwrap();
    let current = site.current(&signed_in).await;
    (signed_in, current)
}

#[tokio::test]
async fn ses_12_a_change_of_the_password_ends_all_other_sessions() {
    let site = PasswordSite::new();
    let (other, here) = (
        site.jane().await,
        site.sign_in("jane@example.com", RIGHT).await,
    );
    let here = here.unwrap();
    let current = site.current(&here).await;

    change(&site, &current, (RIGHT, OTHER)).await.unwrap();

    assert!(site.is_signed_in(&here).await);
    assert!(!site.is_signed_in(&other).await);
    let history = site.history(&here).await;
    assert_eq!(history.last().unwrap(), "password_changed password");
}

#[tokio::test]
async fn pwd_06_a_change_needs_the_current_password() {
    let site = PasswordSite::new();
    let jane = site.jane().await;
    let current = site.current(&jane).await;
    let before = site.site.store.find_password(jane.user.id).await.unwrap();

    for typed in [WRONG, OTHER, " "] {
        assert_invalid_credentials(change(&site, &current, (typed, OTHER)).await);
    }
    let weak = change(&site, &current, (RIGHT, "guessable password")).await;

    assert_eq!(weak.unwrap_err().code(), FailureCode::InvalidRequest);
    let after = site.site.store.find_password(jane.user.id).await.unwrap();
    assert_eq!(after, before);
    let refused = "password_changed password: invalid_credentials";
    assert_eq!(site.history(&jane).await[2..5], [refused; 3]);
}

#[tokio::test]
async fn pwd_06_a_user_without_a_password_changes_none() {
    let site = PasswordSite::new();
    let (_, current) = by_provider(&site).await;
    site.hasher.take_hashed();

    assert_invalid_credentials(change(&site, &current, (RIGHT, OTHER)).await);

    assert_eq!(site.hasher.take_hashed(), 1);
}

#[tokio::test]
async fn pwd_06_a_password_cannot_be_changed_or_guessed_by_access_token() {
    let site = PasswordSite::new();
    let jane = site.jane().await;
    let current = changed(site.current(&jane).await, |current| {
        current.by = Proof::AccessToken;
    });
    site.hasher.take_hashed();

    let change = change(&site, &current, (RIGHT, OTHER)).await.unwrap_err();
    let again = reauthenticate(&site, &current, RIGHT).await.unwrap_err();

    assert_eq!(change.code(), FailureCode::Forbidden);
    assert_eq!(again.code(), FailureCode::Forbidden);
    assert_eq!(site.hasher.take_hashed(), 0);
}

#[tokio::test]
async fn ses_12_a_session_that_has_ended_meanwhile_changes_nothing() {
    let site = PasswordSite::new();
    let jane = site.jane().await;
    let current = site.current(&jane).await;
    let sessions = site.site.auth.sessions();
    sessions.sign_out(&jane.token, &client()).await.unwrap();

    let changed = change(&site, &current, (RIGHT, OTHER)).await.unwrap_err();
    let set = set(&site, &current, OTHER).await.unwrap_err();
    let again = reauthenticate(&site, &current, RIGHT).await.unwrap_err();

    assert_eq!(changed.code(), FailureCode::NotAuthenticated);
    assert!(matches!(set, AuthError::PasswordAlreadySet), "{set:?}");
    assert_eq!(again.code(), FailureCode::NotAuthenticated);
    assert!(site.sign_in("jane@example.com", RIGHT).await.is_ok());
}

#[tokio::test]
async fn a_user_of_a_provider_sets_a_first_password_once() {
    let site = PasswordSite::new();
    let (jane, current) = by_provider(&site).await;
    assert!(!site.passwords().is_set(jane.user.id).await.unwrap());

    set(&site, &current, RIGHT).await.unwrap();

    assert!(site.passwords().is_set(jane.user.id).await.unwrap());
    assert_eq!(
        site.history(&jane).await.last().unwrap(),
        "password_set password"
    );
    let again = set(&site, &current, OTHER).await.unwrap_err();
    assert!(matches!(again, AuthError::PasswordAlreadySet), "{again:?}");
    assert_invalid_credentials(site.sign_in("jane@example.com", OTHER).await);
    let signed_in = site.sign_in("jane@example.com", RIGHT).await.unwrap();
    assert_eq!(signed_in.user.id, jane.user.id);
}

#[tokio::test]
async fn pwd_06_a_first_password_needs_a_recent_authentication() {
    let site = PasswordSite::new();
    let (_, current) = by_provider(&site).await;
    site.site.clock.advance(TimeDelta::hours(1));

    let stale = set(&site, &current, RIGHT).await.unwrap_err();

    assert_eq!(stale.code(), FailureCode::FreshSignInRequired);
}

#[tokio::test]
async fn pwd_04_a_first_password_must_not_be_weak() {
    let site = PasswordSite::new();
    let (jane, current) = by_provider(&site).await;

    for typed in ["short", "this is guessable", "I am jane@example.com"] {
        let weak = set(&site, &current, typed).await.unwrap_err();
        assert!(
            matches!(weak, AuthError::WeakPassword(_)),
            "{typed}: {weak:?}"
        );
    }

    assert!(!site.passwords().is_set(jane.user.id).await.unwrap());
}

#[tokio::test]
async fn a_password_needs_an_address_to_sign_in_with() {
    let site = PasswordSite::with(|policy| policy.joining.allow_no_email = true);
    let nameless = changed(belgie_testkit::identity(), |identity| identity.email = None);
    let signed_in = site.site.sign_in_as(nameless).await.unwrap();
    let current = site.current(&signed_in).await;

    let refused = set(&site, &current, RIGHT).await.unwrap_err();

    assert!(
        matches!(refused, AuthError::Refused(Refusal::EmailRequired)),
        "{refused:?}"
    );
}

#[tokio::test]
async fn the_password_makes_a_session_fresh_again() {
    let site = PasswordSite::new();
    let jane = site.jane().await;
    site.site.clock.advance(TimeDelta::hours(2));
    let (stale, sessions) = (site.current(&jane).await, site.site.auth.sessions());
    assert!(sessions.fresh(&stale).is_err());

    assert_invalid_credentials(reauthenticate(&site, &stale, WRONG).await);
    assert!(sessions.fresh(&site.current(&jane).await).is_err());
    reauthenticate(&site, &stale, RIGHT).await.unwrap();

    let fresh = site.current(&jane).await;
    assert!(sessions.fresh(&fresh).is_ok());
    let expected = changed(stale.session.clone(), |session| {
        session.authenticated_at = site.site.auth.now();
    });
    assert_eq!(fresh.session, expected);
    let history = site.history(&jane).await;
    let expected = [
        "reauthenticated password: invalid_credentials",
        "reauthenticated password",
    ];
    assert_eq!(history[2..], expected);
}

#[tokio::test]
async fn lnk_14_the_last_account_may_go_when_there_is_a_password() {
    let site = PasswordSite::new();
    let (jane, current) = by_provider(&site).await;
    let accounts = site.site.store.accounts_of(jane.user.id).await.unwrap();
    let sessions = site.site.auth.sessions();
    let unlink = async || {
        let fresh = sessions.fresh(&current).unwrap();
        let unlinking = site.site.auth.accounts();
        unlinking.unlink(fresh, accounts[0].id, &client()).await
    };

    let refused = unlink().await.unwrap_err();
    assert_eq!(refused.code(), FailureCode::LastSignInMethod);
    set(&site, &current, RIGHT).await.unwrap();

    unlink().await.unwrap();
    assert!(site.sign_in("jane@example.com", RIGHT).await.is_ok());
}

#[tokio::test]
async fn pwd_10_a_user_created_by_the_operator_has_no_password() {
    let site = PasswordSite::new();
    let jane = NewUser::new(address("jane@example.com"));
    let jane = site.site.auth.operator().create(jane).await.unwrap();

    assert!(!site.passwords().is_set(jane.id).await.unwrap());
}
