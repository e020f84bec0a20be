//! Registering and signing in with a password.

mod change;
mod connect;
mod guess;
mod limits;
mod meanwhile;
mod register;

use belgie_adapter_memory::MemoryStore;
use belgie_auth::{
    AuthError, Authenticated, PasswordSignIn, Passwords, Policy, Proof, Registered, Registering,
    SignedIn,
};
use belgie_domain::{
    ClientInfo, EmailAddress, Event, FailureCode, Outcome, Password, PasswordHash, UserId,
    UserPassword,
};
use belgie_ports::{Contention, StoreError, StoreExt as _};
use belgie_testkit::FakeHasher;

use crate::site::Site;

const RIGHT: &str = "correct horse battery staple";
const WRONG: &str = "correct horse battery stapl";
const OTHER: &str = "a second password of Jane";

/// A site with passwords, where anybody may register.
struct PasswordSite {
    site: Site,
    hasher: FakeHasher,
}

impl PasswordSite {
    fn new() -> Self {
        Self::with(|_| {})
    }

    fn with(change: impl FnOnce(&mut Policy)) -> Self {
        let hasher = FakeHasher::default();
        let site = Site::assembled(
            MemoryStore::default(),
            |policy| {
                policy.passwords.registration = true;
                policy.site_name = Some("Widgetry".to_owned());
                change(policy);
            },
            |builder| builder.passwords(hasher.clone(), hasher.clone()),
        );
        Self { site, hasher }
    }

    fn passwords(&self) -> Passwords<'_> {
        self.site.auth.passwords()
    }

    async fn register(&self, email: &str, typed: &str) -> Result<Registered, AuthError> {
        self.site.pass_time();
        let (email, typed, client) = (address(email), password(typed), client());
        let person = Registering::new(&email, &typed, &client);
        self.passwords().register(person).await
    }

    /// Registers Jane, who is signed in.
    async fn jane(&self) -> SignedIn {
        match self.register("jane@example.com", RIGHT).await.unwrap() {
            Registered::SignedIn(signed_in) => *signed_in,
            Registered::Unverified => panic!("nothing has to be verified"),
        }
    }

    async fn sign_in(&self, email: &str, typed: &str) -> Result<SignedIn, AuthError> {
        self.site.pass_time();
        let (email, typed, client) = (address(email), password(typed), client());
        let request = PasswordSignIn::new(&email, &typed, &client);
        self.passwords().sign_in(request).await
    }

    /// Stores a hash as if another program had written it.
    async fn store_hash(&self, user: UserId, hash: PasswordHash) {
        let stored = UserPassword::new(user, hash, self.site.auth.now());
        let store = &self.site.store;
        let saved = store.transaction(Contention::none(), stored, |stored, tx| {
            Box::pin(tx.save_password(stored))
        });
        let saved: Result<(), StoreError> = saved.await;
        saved.unwrap();
    }

    async fn current(&self, signed_in: &SignedIn) -> Authenticated {
        let sessions = self.site.auth.sessions();
        let current = sessions.authenticate(&signed_in.token, Proof::SessionToken);
        current.await.unwrap()
    }

    async fn is_signed_in(&self, signed_in: &SignedIn) -> bool {
        let user = self.site.auth.user_of(&signed_in.token).await;
        user.unwrap().is_some()
    }

    /// Returns kind, outcome, provider and whether the user acted, of each event, oldest first.
    async fn history(&self, signed_in: &SignedIn) -> Vec<String> {
        let mut events = self.site.events_of(signed_in.user.id).await;
        events.reverse();
        events.iter().map(described).collect()
    }
}

fn described(event: &Event) -> String {
    let provider = event.provider.as_ref().map_or("", |id| id.as_str());
    match &event.outcome {
        Outcome::Success => format!("{} {provider}", event.kind),
        outcome => format!("{} {provider}: {outcome}", event.kind),
    }
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

fn assert_invalid_credentials<T: std::fmt::Debug>(answer: Result<T, AuthError>) {
    let error = answer.unwrap_err();
    assert!(matches!(error, AuthError::InvalidCredentials), "{error:?}");
    assert_eq!(error.code(), FailureCode::InvalidCredentials);
}
