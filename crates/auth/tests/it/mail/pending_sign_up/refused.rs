//! Sign-ups for which no mail is sent.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use belgie_auth::{Auth, BeginSignIn, SignUpRefusal};
use belgie_domain::{ClientInfo, RedirectRule, Registration};
use belgie_testkit::{FakeMailer, FakeProvider, SeededEntropy, changed};

use super::{
    JANE, Policy, Site, assert_invalid_token, assert_mailed, assert_refused, assert_unverified,
    callback, jane, state_of, strict, strict_with,
};
use crate::mail::client;

#[tokio::test]
async fn without_a_mailer_the_person_has_to_verify_the_address_at_the_provider() {
    let site = Site::with(|policy| policy.joining.verification_required = true);

    assert_unverified(site.sign_in_as(jane()).await);
}

#[tokio::test]
async fn a_person_without_a_usable_address_gets_no_mail() {
    let site = strict_with(
        |policy| policy.joining.allow_no_email = true,
        |builder| builder,
    );
    for email in [None, Some("not an address".to_owned())] {
        let identity = changed(jane(), |identity| identity.email = email);

        assert_unverified(site.site.sign_in_as(identity).await);
    }
    assert_eq!(site.mails().await, []);
}

#[tokio::test]
async fn rat_11_the_links_to_one_address_are_limited_and_the_last_one_stays() {
    let site = strict();
    for number in 0..5 {
        let identity = changed(jane(), |identity| {
            identity.subject = number.to_string().parse().unwrap();
        });
        assert_mailed(site.site.sign_in_as(identity).await);
    }
    assert_eq!(site.mails().await.len(), 5);

    assert_unverified(site.site.sign_in_as(jane()).await);

    assert_eq!(site.mails().await, []);
}

#[tokio::test]
async fn rat_11_the_links_that_one_network_has_mailed_are_limited() {
    let site = strict();
    let client = ClientInfo::default().with_ip_address("192.0.2.1".parse().unwrap());
    let mut answers = Vec::new();
    for number in 0..101 {
        let identity = changed(jane(), |identity| {
            identity.subject = number.to_string().parse().unwrap();
            identity.email = Some(format!("user-{number}@example.com"));
        });
        site.site.provider.set_identity(identity);
        let begun = site.site.begin().await;
        let state = state_of(&begun);
        let states = [&*state];
        let arrival = callback(&states, Some(begun.binding)).with_client(client.clone());
        answers.push(site.site.come_back(arrival).await.unwrap_err().error);
    }

    assert_unverified(Err(answers.remove(100)));
    assert_eq!(site.mails().await.len(), 100);
}

#[tokio::test]
async fn an_address_that_a_user_holds_gets_no_mail() {
    let site = strict();
    let owner = changed(belgie_testkit::identity(), |identity| {
        identity.issuer = "https://other.example".parse().unwrap();
    });
    site.site.sign_in_at_other(owner).await.unwrap();

    let refused = site.site.sign_in_as(jane()).await.unwrap_err();

    assert_eq!(refused.code().as_str(), "account_exists");
    assert_eq!(site.mails().await, []);
}

#[tokio::test]
async fn closed_registration_stays_closed() {
    let site = strict_with(
        |policy| policy.joining.registration = Registration::Closed,
        |builder| builder,
    );

    let refused = site.site.sign_in_as(jane()).await.unwrap_err();

    assert_eq!(refused.code().as_str(), "registration_closed");
    assert_eq!(site.mails().await, []);
}

#[tokio::test]
async fn the_application_refuses_before_the_mail_and_once_more_at_the_link() {
    for (accepted, mails) in [(0, 0), (1, 1)] {
        let asked = Arc::new(AtomicUsize::new(0));
        let site = strict_with(
            |_| {},
            |builder| {
                builder.before_sign_up(move |sign_up| {
                    assert_eq!(
                        sign_up.email.map(ToString::to_string).as_deref(),
                        Some(JANE)
                    );
                    assert!(!sign_up.identity.unwrap().email_verified);
                    let refuses = asked.fetch_add(1, Ordering::SeqCst) >= accepted;
                    Box::pin(async move {
                        let refusal = || SignUpRefusal::with_code("not_invited", "Ask first.");
                        if refuses { Err(refusal()) } else { Ok(()) }
                    })
                })
            },
        );
        let answer = site.site.sign_in_as(jane()).await;
        let sent = site.mails().await;
        assert_eq!(sent.len(), mails);

        if let Some(mail) = sent.first() {
            assert_mailed(answer);
            let token = crate::mail::token_in(mail);
            assert_refused(site.follow(&token).await, "not_invited");
        } else {
            assert_eq!(answer.unwrap_err().code().as_str(), "not_invited");
        }
        assert_eq!(site.site.users().await, 0);
    }
}

/// The same site after a restart with this provider alone, and with other rules.
fn restarted(site: &Site, provider: &Arc<FakeProvider>, change: impl FnOnce(&mut Policy)) -> Auth {
    let mut policy = Policy::new(RedirectRule::new(
        "https://site.example".parse().unwrap(),
        ["https://app.example".parse().unwrap()],
    ));
    change(&mut policy);
    let builder = Auth::builder().store(site.store.clone());
    let builder = builder.shared_provider(provider.clone());
    let builder = builder.clock(site.clock.clone());
    let builder = builder.entropy(SeededEntropy::default());
    builder.mailer(FakeMailer::default()).build(policy).unwrap()
}

#[tokio::test]
async fn the_rules_for_new_users_are_those_at_the_time_of_the_link() {
    let site = strict();
    let token = site.link_of(jane()).await;
    let client = client();

    let closed = restarted(&site.site, &site.site.provider, |policy| {
        policy.joining.registration = Registration::Closed;
    });
    let refused = closed.emails().verify(&token, None, None, &client).await;
    assert_refused(refused, "registration_closed");
    let removed = restarted(&site.site, &site.site.other, |_| {});
    assert_invalid_token(removed.emails().verify(&token, None, None, &client).await);
    let begun = removed.sign_in().begin(BeginSignIn::new("fake")).await;
    assert!(begun.is_err());
    assert_eq!(site.site.users().await, 0);

    site.follow(&token).await.unwrap();
}

#[tokio::test]
async fn a_link_of_an_issuer_that_the_provider_no_longer_is_creates_no_user() {
    let site = strict();
    let token = site.link_of(jane()).await;

    let issuer = "https://elsewhere.example".parse().unwrap();
    site.site.provider.serve_only(issuer);

    assert_invalid_token(site.follow(&token).await);
}
