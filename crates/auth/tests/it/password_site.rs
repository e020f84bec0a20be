//! A site on which people register and sign in with a password.

use belgie_adapter_memory::MemoryStore;
use belgie_auth::{
    AuthBuilder, AuthError, Authenticated, PasswordSignIn, Passwords, Policy, Proof, Registered,
    Registering, SignedIn,
};
use belgie_domain::{ClientInfo, EmailAddress, Password};
use belgie_testkit::FakeHasher;

use crate::site::Site;

pub(crate) const RIGHT: &str = "correct horse battery staple";
pub(crate) const OTHER: &str = "a second password of Jane";
pub(crate) const JANE: &str = "jane@example.com";

/// A site with passwords, where anyone may register.
pub(crate) struct PasswordSite {
    pub(crate) site: Site,
    pub(crate) hasher: FakeHasher,
}

impl PasswordSite {
    pub(crate) fn new() -> Self {
        Self::with(|_| {})
    }

    pub(crate) fn with(change: impl FnOnce(&mut Policy)) -> Self {
        Self::assembled(change, |builder| builder)
    }

    /// Creates one with further parts.
    pub(crate) fn assembled(
        change: impl FnOnce(&mut Policy),
        add: impl FnOnce(AuthBuilder) -> AuthBuilder,
    ) -> Self {
        let hasher = FakeHasher::default();
        let site = Site::assembled(
            MemoryStore::default(),
            |policy| {
                policy.passwords.registration = true;
                policy.site_name = Some("Widgetry".to_owned());
                change(policy);
            },
            |builder| add(builder.passwords(hasher.clone(), hasher.clone())),
        );
        Self { site, hasher }
    }

    pub(crate) fn passwords(&self) -> Passwords<'_> {
        self.site.auth.passwords()
    }

    pub(crate) async fn register(&self, email: &str, typed: &str) -> Result<Registered, AuthError> {
        self.site.pass_time();
        let (email, typed, client) = (address(email), password(typed), client());
        let person = Registering::new(&email, &typed, &client);
        self.passwords().register(person).await
    }

    /// Registers Jane, who is signed in.
    pub(crate) async fn jane(&self) -> SignedIn {
        match self.register(JANE, RIGHT).await.unwrap() {
            Registered::SignedIn(signed_in) => *signed_in,
            Registered::Unverified => panic!("nothing has to be verified"),
        }
    }

    pub(crate) async fn sign_in(&self, email: &str, typed: &str) -> Result<SignedIn, AuthError> {
        self.site.pass_time();
        let (email, typed, client) = (address(email), password(typed), client());
        let request = PasswordSignIn::new(&email, &typed, &client);
        self.passwords().sign_in(request).await
    }

    pub(crate) async fn current(&self, signed_in: &SignedIn) -> Authenticated {
        let sessions = self.site.auth.sessions();
        let current = sessions.authenticate(&signed_in.token, Proof::SessionToken);
        current.await.unwrap()
    }

    pub(crate) async fn is_signed_in(&self, signed_in: &SignedIn) -> bool {
        let user = self.site.auth.user_of(&signed_in.token).await;
        user.unwrap().is_some()
    }
}

pub(crate) fn address(text: &str) -> EmailAddress {
    text.parse().unwrap()
}

pub(crate) fn password(typed: &str) -> Password {
    Password::parse(typed).unwrap()
}

pub(crate) fn client() -> ClientInfo {
    ClientInfo::default().with_user_agent("test")
}
