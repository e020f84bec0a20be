//! People whose provider has not verified the address, where that is required.

mod meanwhile;
mod refused;

use belgie_adapter_crypto::{Es256, SecretCipher};
use belgie_auth::{
    AuthBuilder, AuthError, BeginSignIn, Completed, MailedLink, Policy, PostedProof, SignedIn,
};
use belgie_domain::{CodeVerifier, Delivery, EmailStatus, EventKind, FailureCode};
use belgie_domain::{OneTimeToken, ProviderIdentity, Refusal};
use belgie_ports::{Accounts as _, Users as _};
use belgie_testkit::{SeededEntropy, changed};
use chrono::TimeDelta;

use super::{
    JANE, MailSite, OTHER, address, assert_invalid_token, client, is_proved, password, token_in,
};
use crate::site::{Site, callback, state_of};

/// A site where addresses have to be verified.
fn strict() -> MailSite {
    strict_with(|_| {}, |builder| builder)
}

fn strict_with(
    change: impl FnOnce(&mut Policy),
    change_parts: impl FnOnce(AuthBuilder) -> AuthBuilder,
) -> MailSite {
    let strict = |policy: &mut Policy| {
        policy.joining.verification_required = true;
        change(policy);
    };
    MailSite::assembled(strict, change_parts)
}

/// Jane at the provider `fake`, which has not verified the address.
fn jane() -> ProviderIdentity {
    belgie_testkit::identity().with_email(JANE)
}

/// Another person at the same provider, who claims the same address.
fn other() -> ProviderIdentity {
    changed(jane(), |identity| identity.subject = "2".parse().unwrap())
}

fn assert_mailed(answer: Result<SignedIn, AuthError>) {
    let error = answer.unwrap_err();
    assert_eq!(error.code(), FailureCode::EmailNotVerified);
    let AuthError::VerificationMailed(email) = error else {
        panic!("{error:?}");
    };
    assert_eq!(email, address(JANE));
}

/// The refusal without a mail.
fn assert_unverified(answer: Result<SignedIn, AuthError>) {
    let error = answer.unwrap_err();
    assert!(
        matches!(error, AuthError::Refused(Refusal::EmailNotVerified)),
        "{error:?}"
    );
}

fn assert_refused<T: std::fmt::Debug>(answer: Result<T, AuthError>, code: &str) {
    let error = answer.unwrap_err();
    assert_eq!(error.code().as_str(), code, "{error:?}");
}

impl MailSite {
    /// Tries to sign in, and returns the token that is mailed.
    async fn link_of(&self, identity: ProviderIdentity) -> OneTimeToken {
        assert_mailed(self.site.sign_in_as(identity).await);
        token_in(&self.one_mail().await)
    }

    async fn follow(&self, token: &OneTimeToken) -> Result<(), AuthError> {
        self.site.pass_time();
        self.verify(token, None).await
    }
}

#[tokio::test]
async fn lnk_12_a_mailed_link_creates_the_user_with_the_account_that_signed_in() {
    let site = strict();

    let token = site.link_of(jane()).await;
    assert_eq!(site.site.users().await, 0);
    site.follow(&token).await.unwrap();

    let store = &site.site.store;
    let user = store.find_user_by_email(&address(JANE)).await;
    let user = user.unwrap().unwrap();
    assert!(is_proved(&user));
    assert_eq!(user.name.as_deref(), Some("Jane Doe"));
    let picture = "https://pictures.example/jane.png";
    assert_eq!(user.image.as_deref(), Some(picture));
    let accounts = store.accounts_of(user.id).await.unwrap();
    let [account] = &*accounts else {
        panic!("{accounts:?}");
    };
    let identity = jane();
    assert_eq!(
        (&account.issuer, &account.subject),
        (&identity.issuer, &identity.subject)
    );
    assert_eq!(account.scope, identity.scope);
    let kinds = [EventKind::UserCreated, EventKind::EmailVerified];
    assert_eq!(site.site.event_kinds_of(user.id).await, kinds);
    assert_eq!(user.last_login_at, None, "no one is signed in");
    assert_invalid_token(site.follow(&token).await);
}

#[tokio::test]
async fn the_new_user_signs_in_although_the_provider_still_has_not_verified_the_address() {
    let site = strict();
    let token = site.link_of(jane()).await;
    site.follow(&token).await.unwrap();

    let signed_in = site.site.sign_in_as(jane()).await.unwrap();

    assert!(is_proved(&site.user(signed_in.user.id).await));
    assert_eq!(site.site.users().await, 1);
    assert_eq!(site.mails().await, []);
}

#[tokio::test]
async fn the_mail_names_the_site_the_provider_and_the_address_and_nothing_the_person_chose() {
    let site = strict();
    let named = jane().with_name("Buy at https://evil.example");
    assert_mailed(site.site.sign_in_as(named).await);

    let mail = site.one_mail().await;

    assert_eq!(mail.to, address(JANE));
    assert_eq!(mail.subject, "Confirm your e-mail address for Widgetry");
    for body in [&mail.text, &mail.html] {
        for part in ["Hello,", "Widgetry", "Fake", JANE, "/verify?token="] {
            assert!(body.contains(part), "{part}: {body}");
        }
        assert!(!body.contains("evil.example"), "{body}");
    }
}

#[tokio::test]
async fn every_way_to_sign_in_mails_the_link() {
    let site = strict_with(
        |_| {},
        |builder| {
            let secret = "a secret of at least 32 characters".into();
            let cipher = SecretCipher::new(&secret, SeededEntropy::default());
            builder.cipher(cipher).access_tokens(Es256)
        },
    );
    site.site.provider.set_identity(jane());
    let challenge = CodeVerifier::from_random([3; 32]).s256_challenge();
    let challenge = challenge.parse().unwrap();

    for delivery in [
        Delivery::Cookie,
        Delivery::Fragment,
        Delivery::Code { challenge },
    ] {
        assert_mailed(come_back(&site, delivery).await);
        site.one_mail().await;
    }
    for proof in [
        PostedProof::Code {
            code: "code",
            code_verifier: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
            redirect_uri: "https://app.example/callback",
            nonce: Some("n-1"),
        },
        PostedProof::IdToken {
            id_token: "header.n-1.signature",
            nonce: "n-1",
        },
    ] {
        site.site.clock.advance(TimeDelta::hours(1));
        let sign_in = site.site.auth.sign_in();
        assert_mailed(sign_in.with_posted("fake", proof, &client()).await);
        site.one_mail().await;
    }
}

/// Signs in with this delivery, for another origin.
async fn come_back(site: &MailSite, delivery: Delivery) -> Result<SignedIn, AuthError> {
    let sign_in = site.site.auth.sign_in();
    let request = BeginSignIn::new("fake")
        .with_redirect_url("https://app.example/in")
        .with_delivery(delivery);
    let begun = sign_in.begin(request).await.unwrap();
    let state = state_of(&begun);
    let states = [&*state];
    let failure = match sign_in
        .complete(callback(&states, Some(begun.binding)))
        .await
    {
        Ok(Completed::SignedIn(signed_in)) => return Ok(*signed_in),
        Ok(other) => panic!("{other:?}"),
        Err(failure) => failure,
    };
    assert!(!failure.is_pending);
    let expected = "https://app.example/in?error=email_not_verified";
    assert_eq!(failure.location.as_deref(), Some(expected));
    Err(failure.error)
}

#[tokio::test]
async fn an_address_that_need_not_be_verified_gets_no_mail() {
    let site = MailSite::new();

    let signed_in = site.site.sign_in_as(jane()).await.unwrap();

    assert_eq!(signed_in.user.email_status, EmailStatus::Unverified);
    assert_eq!(site.mails().await, []);
}

#[tokio::test]
async fn pwd_11_the_link_of_a_pending_sign_up_is_used_once_by_20_at_once() {
    let site = strict();
    let token = site.link_of(jane()).await;
    let uses = (0..20).map(|_| {
        let (auth, token) = (site.site.auth.clone(), token.clone());
        tokio::spawn(async move { auth.emails().verify(&token, None, None, &client()).await })
    });

    let mut succeeded = 0;
    for used in uses.collect::<Vec<_>>() {
        match used.await.unwrap() {
            Ok(_) => succeeded += 1,
            refused => assert!(
                matches!(
                    refused,
                    Err(AuthError::InvalidToken | AuthError::Refused(Refusal::AccountExists))
                ),
                "{refused:?}"
            ),
        }
    }

    assert_eq!((succeeded, site.site.users().await), (1, 1));
}

#[tokio::test]
async fn pwd_11_the_link_of_a_pending_sign_up_lives_for_a_day_and_does_nothing_else() {
    let site = MailSite::with(|policy| policy.joining.verification_required = true);
    let token = site.link_of(jane()).await;

    let (new, client) = (password(OTHER), client());
    assert_invalid_token(site.passwords().reset(&token, &new, &client).await);
    assert_invalid_token(site.confirm(&token).await);
    site.site.clock.advance(TimeDelta::hours(24));

    assert_invalid_token(site.follow(&token).await);
    assert_eq!(site.site.users().await, 0);
}

#[tokio::test]
async fn pwd_07_a_newer_link_replaces_the_older_one_of_the_same_identity() {
    let site = strict();
    let oldest = site.link_of(jane()).await;
    let others = site.link_of(other()).await;
    assert_mailed(site.site.sign_in_as(jane()).await);

    assert_invalid_token(site.follow(&oldest).await);
    let newest = token_in(&site.one_mail().await);
    site.follow(&newest).await.unwrap();

    assert_refused(site.follow(&others).await, "account_exists");
    assert_eq!(site.site.users().await, 1);
}

#[tokio::test]
async fn pwd_11_looking_at_the_link_of_a_pending_sign_up_changes_nothing() {
    let site = MailSite::with(|policy| policy.joining.verification_required = true);
    let token = site.link_of(jane()).await;

    for _ in 0..2 {
        let link = site.emails().link(&token, None).await.unwrap();
        let (email, provider) = (address(JANE), "fake".parse().unwrap());
        assert_eq!(link, MailedLink::CreateUser { email, provider });
    }
    site.follow(&token).await.unwrap();

    assert_invalid_token(site.emails().link(&token, None).await.map(drop));
}
