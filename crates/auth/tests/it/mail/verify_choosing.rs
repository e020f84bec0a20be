//! Choosing the password while an address is verified.

use belgie_auth::AuthError;
use belgie_domain::{Event, EventKind, ProviderId};
use belgie_ports::{Accounts as _, Passwords as _};
use belgie_testkit::{changed, identity};
use chrono::TimeDelta;

use super::{
    JANE, MailSite, OTHER, RIGHT, address, assert_invalid_token, client, is_proved, token_in,
};

fn verifying() -> MailSite {
    MailSite::with(|policy| policy.joining.verification_required = true)
}

#[tokio::test]
async fn lnk_04_only_the_password_chosen_with_the_link_opens_the_user() {
    // It may be the same as before, which the answer does not reveal.
    for (chosen, former_works) in [(OTHER, false), (RIGHT, true)] {
        let site = verifying();
        site.register(JANE).await.unwrap();
        let token = token_in(&site.one_mail().await);

        site.verify_choosing(&token, chosen, None).await.unwrap();

        let jane = site.sign_in(chosen).await.unwrap();
        assert!(is_proved(&jane.user));
        assert_eq!(site.sign_in(RIGHT).await.is_ok(), former_works);
    }
}

#[tokio::test]
async fn lnk_05_a_session_from_before_ends_when_a_password_is_chosen_with_the_link() {
    let site = MailSite::new();
    let squatter = site.jane().await;
    let token = token_in(&site.one_mail().await);

    site.verify_choosing(&token, OTHER, None).await.unwrap();

    assert!(!site.is_signed_in(&squatter).await);
}

#[tokio::test]
async fn lnk_06_accounts_from_before_are_removed_when_a_password_is_chosen_with_the_link() {
    let site = MailSite::new();
    let identity = changed(identity(), |identity| {
        identity.email = Some(JANE.to_owned());
        (identity.email_verified, identity.email_trusted) = (false, false);
    });
    let squatter = site.site.sign_in_as(identity).await.unwrap();
    site.resend(JANE).await;
    let token = token_in(&site.one_mail().await);

    site.verify_choosing(&token, OTHER, None).await.unwrap();

    let accounts = site.site.store.accounts_of(squatter.user.id).await.unwrap();
    assert_eq!(accounts, []);
    let owner = site.sign_in(OTHER).await.unwrap();
    assert_eq!(owner.user.id, squatter.user.id);
}

#[tokio::test]
async fn lnk_07_a_change_of_address_that_waits_dies_when_a_password_is_chosen_with_the_link() {
    let site = MailSite::new();
    let squatter = site.jane().await;
    let token = token_in(&site.one_mail().await);
    site.ask_to_change(&squatter, "squatter@evil.example").await;
    let changing = token_in(&site.one_mail().await);

    site.verify_choosing(&token, OTHER, None).await.unwrap();

    assert_invalid_token(site.confirm(&changing).await);
    let user = site.user(squatter.user.id).await;
    assert_eq!(user.email, Some(address(JANE)));
}

#[tokio::test]
async fn pwd_06_a_signed_in_person_does_not_change_the_password_by_a_link() {
    let site = MailSite::new();
    let jane = site.jane().await;
    let token = token_in(&site.one_mail().await);

    site.verify_choosing(&token, OTHER, Some(&jane))
        .await
        .unwrap();

    assert!(site.is_signed_in(&jane).await);
    assert!(site.sign_in(OTHER).await.is_err());
    let jane = site.sign_in(RIGHT).await.unwrap();
    assert!(is_proved(&jane.user));
}

#[tokio::test]
async fn lnk_05_a_session_that_has_expired_does_not_keep_the_password() {
    let site = MailSite::new();
    let jane = site.jane().await;
    site.site.clock.advance(TimeDelta::days(8));
    site.resend(JANE).await;
    let token = token_in(&site.mails().await.pop().unwrap());

    site.verify_choosing(&token, OTHER, Some(&jane))
        .await
        .unwrap();

    assert!(site.sign_in(RIGHT).await.is_err());
    assert!(site.sign_in(OTHER).await.is_ok());
}

#[tokio::test]
async fn pwd_06_a_link_to_an_address_that_is_proved_already_changes_nothing() {
    let site = MailSite::new();
    let unproved = changed(identity(), |identity| {
        identity.email = Some(JANE.to_owned());
        (identity.email_verified, identity.email_trusted) = (false, false);
    });
    let jane = site.site.sign_in_as(unproved).await.unwrap();
    site.resend(JANE).await;
    let token = token_in(&site.one_mail().await);
    let proved = site.site.sign_in_as(identity()).await.unwrap();
    assert!(is_proved(&proved.user));

    site.verify_choosing(&token, OTHER, None).await.unwrap();

    assert!(site.sign_in(OTHER).await.is_err());
    assert!(site.is_signed_in(&proved).await);
    let accounts = site.site.store.accounts_of(jane.user.id).await.unwrap();
    assert_eq!(accounts.len(), 1);
}

#[tokio::test]
async fn pwd_07_a_password_that_is_refused_does_not_use_up_the_link() {
    let site = verifying();
    site.register(JANE).await.unwrap();
    let token = token_in(&site.one_mail().await);

    for weak in ["too short", "a guessable password", "jane@example.com 1"] {
        let refused = site.verify_choosing(&token, weak, None).await.unwrap_err();
        assert!(matches!(refused, AuthError::WeakPassword(_)), "{refused:?}");
    }

    site.verify_choosing(&token, OTHER, None).await.unwrap();
    assert_invalid_token(site.verify_choosing(&token, RIGHT, None).await);
    assert!(site.sign_in(OTHER).await.is_ok());
}

#[tokio::test]
async fn rat_10_choosing_a_password_with_a_link_takes_a_permit_for_its_hash() {
    let site = verifying();
    site.register(JANE).await.unwrap();
    let token = token_in(&site.one_mail().await);
    let client = client().with_ip_address("203.0.113.9".parse().unwrap());
    let limits = site.site.auth.limits();
    while limits.hash(&client).await.is_ok() {}

    let typed = super::password(OTHER);
    let emails = site.emails();
    let refused = emails.verify(&token, Some(&typed), None, &client).await;

    assert!(matches!(refused, Err(AuthError::RateLimited { .. })));
    site.verify_choosing(&token, OTHER, None).await.unwrap();
}

#[tokio::test]
async fn aud_01_the_events_name_the_password_and_no_further_mail_tells_of_it() {
    let site = verifying();
    site.register(JANE).await.unwrap();
    let token = token_in(&site.one_mail().await);

    site.verify_choosing(&token, OTHER, None).await.unwrap();

    assert_eq!(site.mails().await, []);
    let jane = site.sign_in(OTHER).await.unwrap();
    let events = site.site.events_of(jane.user.id).await;
    let set: Vec<&Event> = events
        .iter()
        .filter(|event| event.kind == EventKind::PasswordSet)
        .collect();
    assert_eq!(set.len(), 1);
    assert_eq!(set[0].provider, Some(ProviderId::password()));
    assert_eq!(set[0].actor_id, Some(jane.user.id));
    let stored = site.site.store.find_password(jane.user.id).await.unwrap();
    assert!(stored.is_some());
}
