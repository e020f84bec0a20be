//! Mails, and what their links do.

mod change;
mod queue;
mod reset;
mod told;
mod verify;

use belgie_adapter_memory::MemoryStore;
use belgie_auth::{
    AuthError, Authenticated, Emails, PasswordSignIn, Passwords, Policy, Proof, Registered,
    Registering, SignedIn,
};
use belgie_domain::{
    ClientInfo, EmailAddress, EmailStatus, EventKind, Mail, OneTimeToken, Password, User, UserId,
};
use belgie_ports::Users as _;
use belgie_testkit::{FakeHasher, FakeMailer};

use crate::site::Site;

const RIGHT: &str = "correct horse battery staple";
const OTHER: &str = "a second password of Jane";
const JANE: &str = "jane@example.com";

/// A site with passwords and mails, where anybody may register.
struct MailSite {
    site: Site,
    mailer: FakeMailer,
}

impl MailSite {
    fn new() -> Self {
        Self::with(|_| {})
    }

    fn with(change: impl FnOnce(&mut Policy)) -> Self {
        let (hasher, mailer) = (FakeHasher::default(), FakeMailer::default());
        let site = Site::assembled(
            MemoryStore::default(),
            |policy| {
                policy.passwords.registration = true;
                policy.site_name = Some("Widgetry".to_owned());
                change(policy);
            },
            |builder| {
                let builder = builder.passwords(hasher.clone(), hasher.clone());
                builder.mailer(mailer.clone())
            },
        );
        Self { site, mailer }
    }

    fn passwords(&self) -> Passwords<'_> {
        self.site.auth.passwords()
    }

    fn emails(&self) -> Emails<'_> {
        self.site.auth.emails()
    }

    async fn register(&self, email: &str) -> Result<Registered, AuthError> {
        self.site.pass_time();
        let (email, typed, client) = (address(email), password(RIGHT), client());
        let person = Registering::new(&email, &typed, &client);
        self.passwords().register(person).await
    }

    /// Registers Jane, who is signed in, and whose address is not proved.
    async fn jane(&self) -> SignedIn {
        match self.register(JANE).await.unwrap() {
            Registered::SignedIn(signed_in) => *signed_in,
            Registered::Unverified => panic!("nothing has to be verified"),
        }
    }

    /// Registers Jane, who follows the link in the same browser.
    async fn proved_jane(&self) -> SignedIn {
        let jane = self.jane().await;
        let token = token_in(&self.one_mail().await);
        self.verify(&token, Some(&jane)).await.unwrap();
        jane
    }

    async fn sign_in(&self, typed: &str) -> Result<SignedIn, AuthError> {
        self.site.pass_time();
        let (email, typed, client) = (address(JANE), password(typed), client());
        let request = PasswordSignIn::new(&email, &typed, &client);
        self.passwords().sign_in(request).await
    }

    async fn is_signed_in(&self, signed_in: &SignedIn) -> bool {
        let user = self.site.auth.user_of(&signed_in.token).await;
        user.unwrap().is_some()
    }

    async fn current(&self, signed_in: &SignedIn) -> Authenticated {
        let sessions = self.site.auth.sessions();
        let current = sessions.authenticate(&signed_in.token, Proof::SessionToken);
        current.await.unwrap()
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
        self.passwords().reset(token, &typed, &client).await
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
        self.emails().verify(token, held, &client()).await
    }

    async fn confirm(&self, token: &OneTimeToken) -> Result<(), AuthError> {
        self.emails().confirm(token, &client()).await
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

fn address(text: &str) -> EmailAddress {
    text.parse().unwrap()
}

fn password(typed: &str) -> Password {
    Password::parse(typed).unwrap()
}

fn client() -> ClientInfo {
    ClientInfo::default().with_user_agent("test")
}

fn is_proved(user: &User) -> bool {
    user.email_status == EmailStatus::Proved
}

fn assert_invalid_token<T: std::fmt::Debug>(answer: Result<T, AuthError>) {
    let error = answer.unwrap_err();
    assert!(matches!(error, AuthError::InvalidToken), "{error:?}");
}
