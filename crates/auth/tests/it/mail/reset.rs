use std::sync::Arc;

use belgie_auth::AuthError;
use belgie_domain::{EmailStatus, EventKind};
use belgie_ports::{Accounts as _, Passwords as _};
use chrono::TimeDelta;

use super::{
    JANE, MailSite, OTHER, RIGHT, address, assert_invalid_token, client, is_proved, unknown_token,
};

#[tokio::test]
async fn rat_08_forgotten_passwords_of_known_and_unknown_people_are_alike() {
    let site = MailSite::new();
    site.proved_jane().await;

    let known = site.passwords().forgot(&address(JANE), &client()).await;
    let nobody = address("nobody@example.com");
    let unknown = site.passwords().forgot(&nobody, &client()).await;

    assert_eq!((known.is_ok(), unknown.is_ok()), (true, true));
    assert_eq!(
        site.mailer.take_sent(),
        [],
        "nothing is sent before the answer"
    );
    let mail = site.one_mail().await;
    assert_eq!(mail.to, address(JANE));
    assert_eq!(mail.subject, "Choose a new password for Widgetry");
}

#[tokio::test]
async fn rat_11_mails_to_one_address_are_limited_whoever_asks() {
    let site = MailSite::new();
    site.proved_jane().await;

    for number in 0..20 {
        let from = format!("203.0.113.{number}").parse().unwrap();
        let client = client().with_ip_address(from);
        let asked = site.passwords().forgot(&address(JANE), &client).await;
        asked.expect("the answer does not tell");
    }

    // One of the five within an hour was that of the registration.
    assert_eq!(site.mails().await.len(), 4);
}

#[tokio::test]
async fn pwd_07_a_reset_changes_the_password_and_ends_every_session() {
    let site = MailSite::new();
    let jane = site.proved_jane().await;
    let token = site.reset_token().await;

    site.reset(&token, OTHER).await.unwrap();

    assert!(!site.is_signed_in(&jane).await);
    assert!(site.sign_in(RIGHT).await.is_err());
    assert!(site.sign_in(OTHER).await.is_ok());
    assert!(
        site.has_event(jane.user.id, &EventKind::PasswordReset)
            .await
    );
}

#[tokio::test]
async fn pwd_07_a_token_works_once_for_an_hour_and_for_its_purpose_alone() {
    let site = MailSite::new();
    let jane = site.jane().await;
    let verifying = super::token_in(&site.one_mail().await);
    assert_invalid_token(site.reset(&verifying, OTHER).await);
    assert_invalid_token(site.reset(&unknown_token(), OTHER).await);

    let token = site.reset_token().await;
    let verified = site.verify(&token, None).await;
    assert_invalid_token(verified);
    let confirmed = site.confirm(&token).await;
    assert_invalid_token(confirmed);
    site.site.clock.advance(TimeDelta::minutes(59));
    site.reset(&token, OTHER).await.unwrap();
    assert_invalid_token(site.reset(&token, RIGHT).await);
    site.mails().await;

    let late = site.reset_token().await;
    site.site.clock.advance(TimeDelta::minutes(60));
    assert_invalid_token(site.reset(&late, RIGHT).await);
    let user = site.user(jane.user.id).await;
    assert!(is_proved(&user));
}

#[tokio::test]
async fn pwd_07_of_20_uses_of_a_token_at_once_one_succeeds() {
    let site = Arc::new(MailSite::new());
    site.proved_jane().await;
    let token = site.reset_token().await;

    let uses = (0..20).map(|_| {
        let (site, token) = (Arc::clone(&site), token.clone());
        tokio::spawn(async move { site.reset(&token, OTHER).await.is_ok() })
    });
    let mut succeeded = 0;
    for one in uses.collect::<Vec<_>>() {
        succeeded += usize::from(one.await.unwrap());
    }

    assert_eq!(succeeded, 1);
}

#[tokio::test]
async fn pwd_07_a_newer_token_replaces_the_older_one() {
    let site = MailSite::new();
    site.proved_jane().await;
    let older = site.reset_token().await;
    let newer = site.reset_token().await;

    assert_invalid_token(site.reset(&older, OTHER).await);
    site.reset(&newer, OTHER).await.unwrap();
}

#[tokio::test]
async fn pwd_07_a_token_dies_when_the_password_or_the_address_changes() {
    let site = MailSite::new();
    let jane = site.proved_jane().await;
    let token = site.reset_token().await;
    site.change_password(&jane, RIGHT, OTHER).await.unwrap();
    assert_invalid_token(site.reset(&token, RIGHT).await);
    site.mails().await;

    let token = site.reset_token().await;
    site.ask_to_change(&jane, "jane@new.example").await;
    let changing = super::token_in(&site.one_mail().await);
    site.confirm(&changing).await.unwrap();
    assert_invalid_token(site.reset(&token, RIGHT).await);
}

#[tokio::test]
async fn pwd_07_a_password_that_is_refused_does_not_use_up_the_token() {
    let site = MailSite::new();
    site.proved_jane().await;
    let token = site.reset_token().await;

    let weak = site
        .reset(&token, "a guessable password")
        .await
        .unwrap_err();

    assert!(matches!(weak, AuthError::WeakPassword(_)), "{weak:?}");
    site.reset(&token, OTHER).await.unwrap();
}

#[tokio::test]
async fn lnk_04_what_opened_an_unproved_user_before_a_reset_opens_nothing_afterwards() {
    let site = MailSite::new();
    let squatter = site.jane().await;
    site.mails().await;
    let token = site.reset_token().await;

    site.reset(&token, OTHER).await.unwrap();

    assert!(!site.is_signed_in(&squatter).await, "LNK-05");
    assert!(site.sign_in(RIGHT).await.is_err());
    let owner = site.sign_in(OTHER).await.unwrap();
    assert_eq!(owner.user.id, squatter.user.id);
    assert_eq!(owner.user.email_status, EmailStatus::Proved);
}

#[tokio::test]
async fn lnk_05_a_session_from_before_a_reset_ends() {
    let site = MailSite::new();
    let squatter = site.jane().await;
    site.mails().await;
    let token = site.reset_token().await;

    site.reset(&token, OTHER).await.unwrap();

    assert!(!site.is_signed_in(&squatter).await);
}

#[tokio::test]
async fn lnk_06_an_account_from_before_a_reset_is_removed_unless_the_address_was_proved() {
    for (was_proved, expected) in [(false, 0), (true, 1)] {
        let site = MailSite::new();
        let identity = belgie_testkit::changed(belgie_testkit::identity(), |identity| {
            identity.email = Some(JANE.to_owned());
            (identity.email_verified, identity.email_trusted) = (was_proved, was_proved);
        });
        let jane = site.site.sign_in_as(identity).await.unwrap();
        let token = site.reset_token().await;

        site.reset(&token, OTHER).await.unwrap();

        let accounts = site.site.store.accounts_of(jane.user.id).await.unwrap();
        assert_eq!(accounts.len(), expected, "{was_proved}");
        let stored = site.site.store.find_password(jane.user.id).await.unwrap();
        assert!(stored.is_some());
    }
}

#[tokio::test]
async fn lnk_07_a_change_of_address_that_waits_dies_with_a_reset_even_before_it_is_mailed() {
    for mailed in [true, false] {
        let site = MailSite::new();
        let attacker = site.proved_jane().await;
        let token = site.reset_token().await;
        site.ask_to_change(&attacker, "attacker@evil.example").await;
        let mut changing = None;
        if mailed {
            changing = Some(super::token_in(&site.one_mail().await));
        }

        site.reset(&token, OTHER).await.unwrap();

        for mail in site.mails().await {
            assert_eq!(mail.to, address(JANE), "{mail:?}");
        }
        if let Some(changing) = changing {
            assert_invalid_token(site.confirm(&changing).await);
        }
        let user = site.user(attacker.user.id).await;
        assert_eq!(user.email, Some(address(JANE)));
    }
}
