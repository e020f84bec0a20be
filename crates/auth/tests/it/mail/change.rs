use belgie_auth::AuthError;
use belgie_domain::{EmailStatus, EventKind};
use belgie_ports::Passwords as _;

use super::{JANE, MailSite, address, assert_invalid_token, is_proved, token_in};

const NEW: &str = "jane@new.example";

#[tokio::test]
async fn a_mailed_link_changes_the_address_and_proves_the_new_one() {
    let site = MailSite::new();
    let jane = site.proved_jane().await;

    site.ask_to_change(&jane, NEW).await;
    let link = site.one_mail().await;
    assert_eq!(link.to, address(NEW));
    assert_eq!(site.user(jane.user.id).await.email, Some(address(JANE)));
    let token = token_in(&link);
    site.confirm(&token).await.unwrap();

    let user = site.user(jane.user.id).await;
    assert_eq!(user.email, Some(address(NEW)));
    assert!(is_proved(&user));
    assert!(site.is_signed_in(&jane).await);
    assert!(site.has_event(jane.user.id, &EventKind::EmailChanged).await);
    assert_invalid_token(site.confirm(&token).await);
}

#[tokio::test]
async fn lnk_07_a_further_change_ends_the_one_before_even_if_it_was_not_mailed_yet() {
    let site = MailSite::new();
    let jane = site.proved_jane().await;
    site.ask_to_change(&jane, "first@new.example").await;
    let first = token_in(&site.one_mail().await);
    site.ask_to_change(&jane, "second@new.example").await;
    site.ask_to_change(&jane, "third@new.example").await;

    let third = site.one_mail().await;

    assert_eq!(third.to, address("third@new.example"));
    assert_invalid_token(site.confirm(&first).await);
    let confirmed = site.confirm(&token_in(&third)).await;
    confirmed.unwrap();
}

#[tokio::test]
async fn lnk_08_an_address_that_was_never_proved_moves_to_the_person_who_proves_it() {
    let site = MailSite::new();
    let squatter = site.jane().await;
    site.mails().await;
    let identity = belgie_testkit::changed(belgie_testkit::identity(), |identity| {
        identity.email = Some("owner@example.com".to_owned());
        (identity.email_verified, identity.email_trusted) = (true, true);
    });
    let owner = site.site.sign_in_as(identity).await.unwrap();
    site.ask_to_change(&owner, JANE).await;
    let token = token_in(&site.one_mail().await);

    site.confirm(&token).await.unwrap();

    assert_eq!(site.user(owner.user.id).await.email, Some(address(JANE)));
    let former = site.user(squatter.user.id).await;
    assert_eq!(
        (former.email, former.email_status),
        (None, EmailStatus::Unverified)
    );
    assert!(!site.is_signed_in(&squatter).await);
    let password = site.site.store.find_password(squatter.user.id).await;
    assert_eq!(password.unwrap(), None);
}

#[tokio::test]
async fn rat_08_a_change_to_an_address_of_another_person_tells_its_owner_alone() {
    let site = MailSite::new();
    site.proved_jane().await;
    let identity = belgie_testkit::changed(belgie_testkit::identity(), |identity| {
        identity.email = Some("other@example.com".to_owned());
        (identity.email_verified, identity.email_trusted) = (true, true);
    });
    let other = site.site.sign_in_as(identity).await.unwrap();

    site.ask_to_change(&other, JANE).await;

    let hint = site.one_mail().await;
    assert_eq!(hint.to, address(JANE));
    assert_eq!(hint.subject, "You already have an account at Widgetry");
    assert!(!hint.text.contains("token="));
}

#[tokio::test]
async fn lnk_17_an_address_that_was_proved_meanwhile_cannot_be_taken() {
    let site = MailSite::new();
    let identity = belgie_testkit::changed(belgie_testkit::identity(), |identity| {
        identity.email = Some("other@example.com".to_owned());
        (identity.email_verified, identity.email_trusted) = (true, true);
    });
    let other = site.site.sign_in_as(identity).await.unwrap();
    site.ask_to_change(&other, JANE).await;
    let token = token_in(&site.one_mail().await);
    site.proved_jane().await;

    let refused = site.confirm(&token).await.unwrap_err();

    assert!(matches!(refused, AuthError::EmailTaken), "{refused:?}");
}
