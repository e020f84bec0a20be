//! Mails, and what their links do.

mod change;
mod deleted;
mod exported;
mod link;
mod notices;
mod pending_sign_up;
mod queue;
mod reset;
mod verify;
mod verify_choosing;

use std::ops::Deref;

use belgie_auth::{AuthBuilder, AuthError, Emails, MailedLink, Policy, Registered, SignedIn};
use belgie_domain::{EmailStatus, EventKind, Mail, OneTimeToken, User, UserId};
use belgie_ports::Users as _;
use belgie_testkit::FakeMailer;

use crate::password_site::{JANE, OTHER, PasswordSite, RIGHT, address, client, password};

/// A site with passwords and mails, where anyone may register.
struct MailSite {
    passwords: PasswordSite,
    mailer: FakeMailer,
}

impl Deref for MailSite {
    type Target = PasswordSite;

    fn deref(&self) -> &PasswordSite {
        &self.passwords
    }
}

impl MailSite {
    fn new() -> Self {
        Self::with(|_| {})
    }

    fn with(change: impl FnOnce(&mut Policy)) -> Self {
        Self::assembled(change, |builder| builder)
    }

    /// Creates one with further parts.
    fn assembled(
        change: impl FnOnce(&mut Policy),
        add: impl FnOnce(AuthBuilder) -> AuthBuilder,
    ) -> Self {
        let mailer = FakeMailer::default();
        let passwords =
            PasswordSite::assembled(change, |builder| add(builder.mailer(mailer.clone())));
        Self { passwords, mailer }
    }

    fn emails(&self) -> Emails<'_> {
        self.site.auth.emails()
    }

    async fn register(&self, email: &str) -> Result<Registered, AuthError> {
        self.passwords.register(email, RIGHT).await
    }

    /// Registers Jane, who follows the link in the same browser.
    async fn proved_jane(&self) -> SignedIn {
        let jane = self.jane().await;
        let token = token_in(&self.one_mail().await);
        self.verify(&token, Some(&jane)).await.unwrap();
        jane
    }

    async fn sign_in(&self, typed: &str) -> Result<SignedIn, AuthError> {
        self.passwords.sign_in(JANE, typed).await
    }

    async fn user(&self, id: UserId) -> User {
        let user = self.site.store.find_user(id).await.unwrap();
        user.unwrap()
    }

    async fn has_event(&self, user: UserId, kind: &EventKind) -> bool {
        let events = self.site.events_of(user).await;
        events.iter().any(|event| event.kind == *kind)
    }

    /// Sends what waits, and returns it.
    async fn mails(&self) -> Vec<Mail> {
        self.site.pass_time();
        self.site.auth.mails().deliver().await.unwrap();
        self.mailer.take_sent()
    }

    async fn one_mail(&self) -> Mail {
        let mut mails = self.mails().await;
        assert_eq!(mails.len(), 1, "{mails:?}");
        mails.remove(0)
    }

    async fn forgot(&self, email: &str) {
        let forgot = self.passwords().forgot(&address(email), &client()).await;
        forgot.unwrap();
    }

    /// Asks for a new password, and returns the token that is mailed.
    async fn reset_token(&self) -> OneTimeToken {
        self.forgot(JANE).await;
        token_in(&self.one_mail().await)
    }

    async fn reset(&self, token: &OneTimeToken, typed: &str) -> Result<(), AuthError> {
        self.site.pass_time();
        let (typed, client) = (password(typed), client());
        self.passwords()
            .reset(token, &typed, &client)
            .await
            .map(drop)
    }

    async fn change_password(&self, of: &SignedIn, old: &str, new: &str) -> Result<(), AuthError> {
        let current = self.current(of).await;
        let (old, new, client) = (password(old), password(new), client());
        let passwords = self.passwords();
        passwords.change(&current, &old, &new, &client).await
    }

    async fn resend(&self, email: &str) {
        let resent = self.emails().resend(&address(email), &client()).await;
        resent.unwrap();
    }

    async fn verify(&self, token: &OneTimeToken, held: Option<&SignedIn>) -> Result<(), AuthError> {
        let held = held.map(|signed_in| &signed_in.token);
        self.emails()
            .verify(token, None, held, &client())
            .await
            .map(drop)
    }

    async fn verify_choosing(
        &self,
        token: &OneTimeToken,
        typed: &str,
        held: Option<&SignedIn>,
    ) -> Result<(), AuthError> {
        let held = held.map(|signed_in| &signed_in.token);
        let (typed, client) = (password(typed), client());
        let emails = self.emails();
        let verified = emails.verify(token, Some(&typed), held, &client).await;
        verified.map(drop)
    }

    async fn link(
        &self,
        token: &OneTimeToken,
        held: Option<&SignedIn>,
    ) -> Result<MailedLink, AuthError> {
        let held = held.map(|signed_in| &signed_in.token);
        self.emails().link(token, held).await
    }

    async fn confirm(&self, token: &OneTimeToken) -> Result<(), AuthError> {
        self.emails().confirm(token, &client()).await.map(drop)
    }

    async fn ask_to_change(&self, signed_in: &SignedIn, email: &str) {
        let current = self.current(signed_in).await;
        let sessions = self.site.auth.sessions();
        let fresh = sessions.fresh(&current).unwrap();
        let (email, client) = (address(email), client());
        let asked = self.emails().change(fresh, &email, &client).await;
        asked.unwrap();
    }
}

/// Returns the token of the link of a mail, which is the same in both bodies.
fn token_in(mail: &Mail) -> OneTimeToken {
    let token = |body: &str| {
        let (_, rest) = body.split_once("?token=").expect("a link");
        OneTimeToken::parse(&rest[..45]).unwrap()
    };
    let both = (token(&mail.text), token(&mail.html));
    assert_eq!(both.0, both.1);
    both.0
}

fn unknown_token() -> OneTimeToken {
    OneTimeToken::from_random([0xee; 32])
}

fn is_proved(user: &User) -> bool {
    user.email_status == EmailStatus::Proved
}

fn assert_invalid_token<T: std::fmt::Debug>(answer: Result<T, AuthError>) {
    let error = answer.unwrap_err();
    assert!(matches!(error, AuthError::InvalidToken), "{error:?}");
}
