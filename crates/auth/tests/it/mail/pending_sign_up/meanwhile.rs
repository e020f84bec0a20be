//! What happens between the mail and the use of its link.

use belgie_domain::{EmailStatus, ProviderIdentity};
use belgie_testkit::{changed, identity};

use super::{JANE, OTHER, assert_mailed, assert_refused, jane, other, strict};
use crate::mail::{MailSite, assert_invalid_token, is_proved, token_in};

/// Jane at the provider `other`, which is trusted for her address.
fn trusted() -> ProviderIdentity {
    changed(identity(), |identity| {
        identity.issuer = "https://other.example".parse().unwrap();
    })
}

#[tokio::test]
async fn lnk_01_a_link_does_not_lead_to_a_user_who_has_the_address_meanwhile() {
    let site = strict();
    let token = site.link_of(jane()).await;
    let owner = site.site.sign_in_at_other(trusted()).await.unwrap();

    assert_refused(site.follow(&token).await, "account_exists");

    assert_eq!(site.site.users().await, 1);
    let refused = site.site.sign_in_as(jane()).await.unwrap_err();
    assert_eq!(refused.code().as_str(), "account_exists");
    assert!(is_proved(&site.user(owner.user.id).await));
}

#[tokio::test]
async fn lnk_04_a_link_proves_no_address_of_a_user_who_registered_meanwhile() {
    let site = MailSite::with(|policy| policy.joining.verification_required = true);
    let token = site.link_of(jane()).await;
    site.register(JANE).await.unwrap();

    assert_refused(site.follow(&token).await, "account_exists");

    let own = token_in(&site.one_mail().await);
    site.verify(&own, None).await.unwrap();
    let reset = site.reset_token().await;
    site.reset(&reset, OTHER).await.unwrap();
    let signed_in = site.sign_in(OTHER).await.unwrap();
    assert_eq!(signed_in.user.email_status, EmailStatus::Proved);
}

#[tokio::test]
async fn lnk_15_a_disabled_user_keeps_the_address() {
    let site = strict();
    let token = site.link_of(jane()).await;
    let owner = site.site.sign_in_at_other(trusted()).await.unwrap();
    let disabled = site.site.auth.operator().disable(owner.user.id).await;
    disabled.unwrap();

    assert_refused(site.follow(&token).await, "account_disabled");

    assert_eq!(site.site.users().await, 1);
}

#[tokio::test]
async fn lnk_17_an_identity_whose_address_the_provider_verified_meanwhile_has_one_user() {
    let site = strict();
    let token = site.link_of(jane()).await;
    site.site.sign_in_as(identity()).await.unwrap();

    assert_refused(site.follow(&token).await, "account_exists");

    assert_eq!(site.site.users().await, 1);
}

#[tokio::test]
async fn lnk_13_a_link_does_not_move_an_account_that_was_connected_meanwhile() {
    let site = strict();
    let token = site.link_of(jane()).await;
    let elsewhere = identity().with_trusted_email("owner@example.com");
    let owner = site.site.sign_in_as(elsewhere).await.unwrap();

    assert_refused(site.follow(&token).await, "account_exists");

    let again = site.site.sign_in_as(jane()).await.unwrap();
    assert_eq!(again.user.id, owner.user.id);
}

#[tokio::test]
async fn a_mail_that_was_not_sent_yet_is_dropped_once_a_user_has_the_address() {
    let site = strict();
    assert_mailed(site.site.sign_in_as(jane()).await);
    site.site.sign_in_at_other(trusted()).await.unwrap();

    assert_eq!(site.mails().await, []);
}

#[tokio::test]
async fn lnk_12_the_link_of_one_identity_does_not_admit_another_one_with_the_same_address() {
    let site = strict();
    let token = site.link_of(jane()).await;
    site.follow(&token).await.unwrap();

    let refused = site.site.sign_in_as(other()).await.unwrap_err();

    assert_eq!(refused.code().as_str(), "account_exists");
    assert_invalid_token(site.follow(&token).await);
    assert_eq!(site.mails().await, []);
}
