use belgie_auth::{BeginSignIn, Completed, NewUser, PasswordSignIn, SignedIn};
use belgie_domain::{BrowserBinding, EmailStatus, FailureCode};
use belgie_ports::{Accounts as _, Passwords as _, Users as _};
use belgie_testkit::{changed, identity};

use super::{PasswordSite, RIGHT, WRONG, address, assert_invalid_credentials, client, password};

/// Signs in at the trusted provider, and returns the browser in which the identity waits.
async fn wait(site: &PasswordSite) -> BrowserBinding {
    let sign_in = site.site.auth.sign_in();
    let begun = sign_in.begin(BeginSignIn::new("fake")).await.unwrap();
    let failure = site.site.complete(&begun).await.unwrap_err();
    assert_eq!(failure.error.code(), FailureCode::AccountExists);
    assert!(failure.is_pending);
    begun.binding
}

async fn sign_in_here(
    site: &PasswordSite,
    browser: &BrowserBinding,
    (email, typed): (&str, &str),
) -> Result<SignedIn, belgie_auth::AuthError> {
    site.site.pass_time();
    let (email, typed, client) = (address(email), password(typed), client());
    let request = changed(PasswordSignIn::new(&email, &typed, &client), |request| {
        request.browser = Some(browser);
    });
    site.passwords().sign_in(request).await
}

#[tokio::test]
async fn lnk_04_what_waits_joins_the_holder_who_signs_in_with_the_password() {
    let site = PasswordSite::new();
    let jane = site.jane().await;
    let browser = wait(&site).await;

    let wrong = sign_in_here(&site, &browser, ("jane@example.com", WRONG)).await;
    assert_invalid_credentials(wrong);
    assert_eq!(site.site.store.accounts_of(jane.user.id).await.unwrap(), []);
    let signed_in = sign_in_here(&site, &browser, ("jane@example.com", RIGHT)).await;

    let signed_in = signed_in.unwrap();
    assert_eq!(signed_in.user.id, jane.user.id);
    assert_eq!(signed_in.user.email_status, EmailStatus::Proved);
    assert_eq!(signed_in.connected.as_ref().unwrap().as_str(), "fake");
    let accounts = site.site.store.accounts_of(jane.user.id).await.unwrap();
    assert_eq!(accounts.len(), 1);
    let again = site.site.sign_in().await.unwrap();
    assert_eq!(again.user.id, jane.user.id);
    let expected = ["account_linked fake", "sign_in password", "sign_in fake"];
    assert_eq!(site.history(&jane).await[3..], expected);
}

#[tokio::test]
async fn lnk_04_what_waits_joins_nobody_else_and_in_no_other_browser() {
    let site = PasswordSite::new();
    let jane = site.jane().await;
    site.register("joe@example.com", RIGHT).await.unwrap();
    let browser = wait(&site).await;

    let joe = sign_in_here(&site, &browser, ("joe@example.com", RIGHT)).await;
    assert_eq!(joe.unwrap().connected, None);
    let elsewhere = site.sign_in("jane@example.com", RIGHT).await;
    assert_eq!(elsewhere.unwrap().connected, None);

    assert_eq!(site.site.store.accounts_of(jane.user.id).await.unwrap(), []);
    let waiting = site.site.auth.pending().find(&browser).await.unwrap();
    assert!(waiting.is_some());
}

#[tokio::test]
async fn lnk_04_what_waits_may_prove_the_address_of_a_user_who_must_verify_it() {
    let site = PasswordSite::with(|policy| policy.joining.verification_required = true);
    site.register("jane@example.com", RIGHT).await.unwrap();
    let browser = wait(&site).await;

    let signed_in = sign_in_here(&site, &browser, ("jane@example.com", RIGHT)).await;

    assert_eq!(signed_in.unwrap().user.email_status, EmailStatus::Proved);
    assert!(site.sign_in("jane@example.com", RIGHT).await.is_ok());
}

#[tokio::test]
async fn lnk_04_the_person_is_told_that_a_password_was_used_before() {
    let site = PasswordSite::new();
    site.jane().await;
    let browser = wait(&site).await;

    let waiting = site.site.auth.pending().find(&browser).await.unwrap();

    let earlier = waiting.unwrap().earlier.unwrap();
    assert_eq!((earlier.provider, earlier.has_password), (None, true));
}

#[tokio::test]
async fn lnk_08_whoever_starts_fresh_takes_the_address_and_the_squatters_password_opens_nothing() {
    let site = PasswordSite::new();
    let squatter = site.jane().await;
    let browser = wait(&site).await;
    site.site.pass_time();

    let pending = site.site.auth.pending();
    let completed = pending
        .start_fresh(&browser, None, None, &client())
        .await
        .unwrap();

    let Completed::SignedIn(owner) = completed else {
        panic!("{completed:?}");
    };
    assert_ne!(owner.user.id, squatter.user.id);
    assert_eq!(owner.user.email, Some(address("jane@example.com")));
    assert!(!site.is_signed_in(&squatter).await);
    let store = &site.site.store;
    assert_eq!(store.find_password(squatter.user.id).await.unwrap(), None);
    assert_eq!(store.find_password(owner.user.id).await.unwrap(), None);
    assert_invalid_credentials(site.sign_in("jane@example.com", RIGHT).await);
    let former = store.find_user(squatter.user.id).await.unwrap().unwrap();
    assert_eq!((former.email, former.is_active), (None, true));
}

#[tokio::test]
async fn lnk_08_the_operator_who_gives_the_address_away_removes_the_squatters_password() {
    let site = PasswordSite::new();
    let squatter = site.jane().await;

    let owner = NewUser::new(address("jane@example.com"));
    site.site.auth.operator().create(owner).await.unwrap();

    let kept = site.site.store.find_password(squatter.user.id).await;
    assert_eq!(kept.unwrap(), None);
    assert_invalid_credentials(site.sign_in("jane@example.com", RIGHT).await);
    assert!(!site.is_signed_in(&squatter).await);
}

#[tokio::test]
async fn lnk_06_an_unproved_password_user_is_not_joined_by_address() {
    let site = PasswordSite::new();
    let jane = site.jane().await;

    let refused = site.site.sign_in_as(identity()).await.unwrap_err();

    assert_eq!(refused.code(), FailureCode::AccountExists);
    assert_eq!(site.site.store.accounts_of(jane.user.id).await.unwrap(), []);
    assert!(site.is_signed_in(&jane).await);
}

#[tokio::test]
async fn lnk_16_claims_of_a_provider_that_joins_change_nothing_but_the_proof() {
    let site = PasswordSite::new();
    let jane = site.jane().await;
    let browser = wait(&site).await;

    let signed_in = sign_in_here(&site, &browser, ("jane@example.com", RIGHT)).await;

    let user = signed_in.unwrap().user;
    let expected = changed(jane.user, |jane| {
        jane.email_status = EmailStatus::Proved;
        jane.last_login_at = user.last_login_at;
        jane.updated_at = user.updated_at;
    });
    assert_eq!(user, expected);
}
