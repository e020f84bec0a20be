//! What a mailed link does, before it is used.

use belgie_auth::{AuthError, MailedLink};
use belgie_domain::ProviderIdentity;
use belgie_ports::{Accounts as _, Users as _};
use belgie_testkit::{FakeMailer, changed, identity};
use chrono::TimeDelta;

use super::{
    JANE, MailSite, OTHER, RIGHT, address, assert_invalid_token, client, is_proved, token_in,
    unknown_token,
};
use crate::site::Site;

/// Jane at a provider that has not verified the address.
fn unproved() -> ProviderIdentity {
    changed(identity(), |identity| {
        (identity.email_verified, identity.email_trusted) = (false, false);
    })
}

fn verifies(needs_password: bool) -> MailedLink {
    MailedLink::VerifyEmail {
        email: address(JANE),
        needs_password,
        disconnects: false,
    }
}

#[tokio::test]
async fn pwd_11_looking_at_a_link_uses_nothing_up() {
    let site = MailSite::new();
    site.jane().await;
    let verifying = token_in(&site.one_mail().await);
    let resetting = site.reset_token().await;

    for _ in 0..3 {
        let link = site.link(&verifying, None).await.unwrap();
        assert_eq!(link, verifies(true));
        let email = address(JANE);
        let link = site.link(&resetting, None).await.unwrap();
        assert_eq!(link, MailedLink::ResetPassword { email });
    }

    site.reset(&resetting, OTHER).await.unwrap();
}

#[tokio::test]
async fn lnk_04_a_password_is_needed_unless_this_browser_holds_a_session_of_the_user() {
    let site = MailSite::new();
    let jane = site.jane().await;
    let token = token_in(&site.one_mail().await);
    let joe = changed(identity(), |identity| {
        identity.email = Some("joe@example.com".to_owned());
    });
    let joe = site.site.sign_in_as(joe).await.unwrap();

    for (held, needs_password) in [(None, true), (Some(&joe), true), (Some(&jane), false)] {
        let link = site.link(&token, held).await.unwrap();
        assert_eq!(link, verifies(needs_password));
    }
    site.site.clock.advance(TimeDelta::days(8));
    site.resend(JANE).await;
    let newer = token_in(&site.mails().await.pop().unwrap());
    let expired = site.link(&newer, Some(&jane)).await.unwrap();
    assert_eq!(expired, verifies(true));
}

#[tokio::test]
async fn lnk_06_a_link_says_whether_accounts_are_removed() {
    let site = MailSite::new();
    let jane = site.site.sign_in_as(unproved()).await.unwrap();
    site.resend(JANE).await;
    let token = token_in(&site.one_mail().await);

    for (held, disconnects) in [(None, true), (Some(&jane), false)] {
        let link = site.link(&token, held).await.unwrap();
        let expected = MailedLink::VerifyEmail {
            email: address(JANE),
            needs_password: disconnects,
            disconnects,
        };
        assert_eq!(link, expected);
    }
}

#[tokio::test]
async fn lnk_06_where_there_are_no_passwords_a_link_needs_the_session_of_a_user_with_accounts() {
    let mailer = FakeMailer::default();
    let site = Site::built(|builder| builder.mailer(mailer.clone()));
    let jane = site.sign_in_as(unproved()).await.unwrap();
    let (emails, client) = (site.auth.emails(), client());
    emails.resend(&address(JANE), &client).await.unwrap();
    site.auth.mails().deliver().await.unwrap();
    let token = token_in(&mailer.take_sent().pop().unwrap());

    let looked = emails.link(&token, None).await.map(drop);
    let used = emails.verify(&token, None, None, &client).await.map(drop);
    for refused in [looked, used] {
        let refused = refused.unwrap_err();
        assert!(
            matches!(refused, AuthError::NotAuthenticated),
            "{refused:?}"
        );
    }
    let store = &site.store;
    let unchanged = store.find_user(jane.user.id).await.unwrap();
    assert!(!is_proved(&unchanged.unwrap()));

    let verified = emails.verify(&token, None, Some(&jane.token), &client);
    verified.await.unwrap();
    let proved = store.find_user(jane.user.id).await.unwrap();
    assert!(is_proved(&proved.unwrap()));
    assert_eq!(store.accounts_of(jane.user.id).await.unwrap().len(), 1);
}

#[tokio::test]
async fn pwd_07_pwd_11_a_link_that_cannot_be_used_says_nothing_else() {
    let site = MailSite::new();
    let jane = site.proved_jane().await;
    let used = site.reset_token().await;
    site.reset(&used, OTHER).await.unwrap();
    site.mails().await;
    let older = site.reset_token().await;
    let late = site.reset_token().await;
    for token in [&unknown_token(), &used, &older] {
        assert_invalid_token(site.link(token, None).await);
    }
    site.site.clock.advance(TimeDelta::minutes(60));
    assert_invalid_token(site.link(&late, None).await);

    let of_disabled = site.reset_token().await;
    let disabled = site.site.auth.operator().disable(jane.user.id).await;
    disabled.unwrap();
    assert_invalid_token(site.link(&of_disabled, None).await);
}

#[tokio::test]
async fn a_link_to_another_address_names_it() {
    let site = MailSite::new();
    let jane = site.proved_jane().await;
    site.ask_to_change(&jane, "jane@new.example").await;
    let token = token_in(&site.one_mail().await);

    let link = site.link(&token, None).await.unwrap();

    let email = address("jane@new.example");
    assert_eq!(link, MailedLink::ChangeEmail { email });
    assert!(site.sign_in(RIGHT).await.is_ok());
}
