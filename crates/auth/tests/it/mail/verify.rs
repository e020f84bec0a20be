use belgie_auth::{AuthError, Registered};
use belgie_domain::{EmailStatus, EventKind};
use belgie_ports::Accounts as _;

use super::{JANE, MailSite, OTHER, RIGHT, address, assert_invalid_token, is_proved, token_in};

#[tokio::test]
async fn rat_08_registering_notifies_the_owner_by_mail_and_no_one_else() {
    let site = MailSite::with(|policy| policy.joining.verification_required = true);

    let new = site.register(JANE).await.unwrap();
    let link = site.one_mail().await;
    let known = site.register(JANE).await.unwrap();
    let hint = site.one_mail().await;

    assert!(matches!(new, Registered::Unverified), "{new:?}");
    assert!(matches!(known, Registered::Unverified), "{known:?}");
    assert_eq!((&link.to, &hint.to), (&address(JANE), &address(JANE)));
    assert_eq!(link.subject, "Confirm your e-mail address for Widgetry");
    assert_eq!(hint.subject, "You already have an account at Widgetry");
    assert!(!hint.text.contains("token="));
}

#[tokio::test]
async fn lnk_04_a_password_from_before_opens_nothing_once_the_address_is_verified_elsewhere() {
    let site = MailSite::with(|policy| policy.joining.verification_required = true);
    site.register(JANE).await.unwrap();
    let token = token_in(&site.one_mail().await);
    let refused = site.sign_in(RIGHT).await.unwrap_err();
    assert!(
        matches!(refused, AuthError::InvalidCredentials),
        "{refused:?}"
    );

    site.verify(&token, None).await.unwrap();

    let refused = site.sign_in(RIGHT).await.unwrap_err();
    assert!(
        matches!(refused, AuthError::InvalidCredentials),
        "{refused:?}"
    );
    let token = site.reset_token().await;
    site.reset(&token, OTHER).await.unwrap();
    let jane = site.sign_in(OTHER).await.unwrap();
    assert_eq!(jane.user.email_status, EmailStatus::Proved);
    assert!(
        site.has_event(jane.user.id, &EventKind::EmailVerified)
            .await
    );
}

#[tokio::test]
async fn pwd_11_a_link_verifies_one_address_once() {
    let site = MailSite::new();
    let jane = site.jane().await;
    let token = token_in(&site.one_mail().await);

    let verify = || async { site.verify(&token, None).await };
    verify().await.unwrap();

    assert_invalid_token(verify().await);
    assert!(is_proved(&site.user(jane.user.id).await));
}

#[tokio::test]
async fn pwd_11_a_link_dies_when_the_address_changes() {
    let site = MailSite::new();
    let jane = site.jane().await;
    let older = token_in(&site.one_mail().await);
    site.ask_to_change(&jane, "jane@new.example").await;
    let changing = token_in(&site.one_mail().await);
    site.confirm(&changing).await.unwrap();

    assert_invalid_token(site.verify(&older, None).await);
}

#[tokio::test]
async fn pwd_11_a_link_is_mailed_again_to_who_needs_one() {
    let site = MailSite::new();
    let jane = site.jane().await;
    let older = token_in(&site.one_mail().await);

    site.resend(JANE).await;
    site.resend("nobody@example.com").await;
    let newer = token_in(&site.one_mail().await);
    assert_invalid_token(site.verify(&older, None).await);
    let held = Some(&jane);
    site.verify(&newer, held).await.unwrap();

    site.resend(JANE).await;
    assert_eq!(site.mails().await, [], "there is nothing left to verify");
}

#[tokio::test]
async fn lnk_05_verifying_ends_every_session_but_that_of_the_same_browser() {
    for in_the_same_browser in [true, false] {
        let site = MailSite::new();
        let jane = site.jane().await;
        let token = token_in(&site.one_mail().await);
        let elsewhere = site.sign_in(RIGHT).await.unwrap();

        let held = in_the_same_browser.then_some(&jane);
        site.verify(&token, held).await.unwrap();

        assert_eq!(site.is_signed_in(&jane).await, in_the_same_browser);
        assert_eq!(site.sign_in(RIGHT).await.is_ok(), in_the_same_browser);
        assert!(!site.is_signed_in(&elsewhere).await);
    }
}

#[tokio::test]
async fn lnk_06_accounts_from_before_are_removed_unless_their_user_verifies_in_the_same_browser() {
    for (in_the_same_browser, expected) in [(true, 1), (false, 0)] {
        let site = MailSite::new();
        let identity = belgie_testkit::changed(belgie_testkit::identity(), |identity| {
            identity.email = Some(JANE.to_owned());
            (identity.email_verified, identity.email_trusted) = (false, false);
        });
        let jane = site.site.sign_in_as(identity).await.unwrap();
        site.resend(JANE).await;
        let token = token_in(&site.one_mail().await);

        let held = in_the_same_browser.then_some(&jane);
        site.verify(&token, held).await.unwrap();

        let accounts = site.site.store.accounts_of(jane.user.id).await.unwrap();
        assert_eq!(accounts.len(), expected, "{in_the_same_browser}");
    }
}

#[tokio::test]
async fn pwd_11_the_link_of_a_disabled_user_does_nothing() {
    let site = MailSite::new();
    let jane = site.jane().await;
    let token = token_in(&site.one_mail().await);
    let reset = site.reset_token().await;
    let disabled = site.site.auth.operator().disable(jane.user.id).await;
    disabled.unwrap();

    assert_invalid_token(site.verify(&token, None).await);
    assert_invalid_token(site.reset(&reset, OTHER).await);
    site.forgot(JANE).await;
    assert_eq!(site.mails().await, []);
}
