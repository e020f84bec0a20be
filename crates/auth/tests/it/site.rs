use std::sync::Arc;

use belgie_adapter_memory::MemoryStore;
use belgie_auth::{
    Auth, AuthBuilder, AuthError, AuthorizationRedirect, BeginSignIn, Callback, CallbackFailure,
    Completed, Policy, ProviderAnswer, SignedIn, UserQuery,
};
use belgie_domain::{
    BrowserBinding, Event, EventKind, Outcome, ProviderIdentity, RedirectRule, UserId,
};
use belgie_ports::{EventQuery, Events as _, Users as _};
use belgie_testkit::{FakeProvider, SeededEntropy, TestClock, changed};
use chrono::TimeDelta;
use url::Url;

/// A site with two providers, and everything about it that a test looks at.
pub(crate) struct Site {
    pub(crate) auth: Auth,
    pub(crate) store: MemoryStore,
    pub(crate) clock: TestClock,
    pub(crate) provider: Arc<FakeProvider>,
    pub(crate) other: Arc<FakeProvider>,
}

impl Site {
    pub(crate) fn new() -> Self {
        Self::with(|_| {})
    }

    pub(crate) fn with(change: impl FnOnce(&mut Policy)) -> Self {
        Self::assembled(MemoryStore::default(), change, |builder| builder)
    }

    pub(crate) fn built(change_parts: impl FnOnce(AuthBuilder) -> AuthBuilder) -> Self {
        Self::assembled(MemoryStore::default(), |_| {}, change_parts)
    }

    pub(crate) fn kept_in(store: MemoryStore) -> Self {
        Self::assembled(store, |_| {}, |builder| builder)
    }

    pub(crate) fn kept_in_with(
        store: MemoryStore,
        change_parts: impl FnOnce(AuthBuilder) -> AuthBuilder,
    ) -> Self {
        Self::assembled(store, |_| {}, change_parts)
    }

    pub(crate) fn assembled(
        store: MemoryStore,
        change: impl FnOnce(&mut Policy),
        change_parts: impl FnOnce(AuthBuilder) -> AuthBuilder,
    ) -> Self {
        let clock = TestClock::default();
        let provider = Arc::new(FakeProvider::new("fake"));
        let other = Arc::new(FakeProvider::new("other"));
        let url = |text| Url::parse(text).unwrap();
        let mut policy = Policy::new(RedirectRule::new(
            url("https://site.example"),
            [url("https://app.example")],
        ));
        change(&mut policy);
        let builder = Auth::builder()
            .store(store.clone())
            .shared_provider(provider.clone())
            .shared_provider(other.clone())
            .clock(clock.clone())
            .entropy(SeededEntropy::default());
        let auth = change_parts(builder).build(policy).unwrap();
        Self {
            auth,
            store,
            clock,
            provider,
            other,
        }
    }

    pub(crate) async fn begin(&self) -> AuthorizationRedirect {
        self.pass_time();
        let request = BeginSignIn::new("fake");
        self.auth.sign_in().begin(request).await.unwrap()
    }

    pub(crate) async fn complete(
        &self,
        begun: &AuthorizationRedirect,
    ) -> Result<SignedIn, CallbackFailure> {
        let state = state_of(begun);
        self.come_back(callback(&[&state], Some(begun.binding.clone())))
            .await
    }

    pub(crate) async fn come_back(
        &self,
        callback: Callback<'_>,
    ) -> Result<SignedIn, CallbackFailure> {
        match self.auth.sign_in().complete(callback).await? {
            Completed::SignedIn(signed_in) => Ok(*signed_in),
            other => panic!("{other:?}"),
        }
    }

    /// Signs in with whatever identity the provider vouches for now.
    pub(crate) async fn sign_in(&self) -> Result<SignedIn, AuthError> {
        let begun = self.begin().await;
        self.complete(&begun).await.map_err(|failure| failure.error)
    }

    /// Signs in as this identity.
    pub(crate) async fn sign_in_as(
        &self,
        identity: ProviderIdentity,
    ) -> Result<SignedIn, AuthError> {
        self.provider.set_identity(identity);
        self.sign_in().await
    }

    /// Signs in as this identity at the other provider.
    pub(crate) async fn sign_in_at_other(
        &self,
        identity: ProviderIdentity,
    ) -> Result<SignedIn, AuthError> {
        self.other.set_identity(identity);
        let request = BeginSignIn::new("other");
        let begun = self.auth.sign_in().begin(request).await.unwrap();
        let state = state_of(&begun);
        let states = [&*state];
        let callback = changed(callback(&states, Some(begun.binding)), |callback| {
            callback.provider = "other";
        });
        let completed = self.come_back(callback).await;
        completed.map_err(|failure| failure.error)
    }

    pub(crate) async fn users(&self) -> usize {
        let users = self.store.users(UserQuery::first(100)).await;
        users.unwrap().len()
    }

    /// Lets a moment pass, so that what happens next has a later time.
    pub(crate) fn pass_time(&self) {
        self.clock.advance(TimeDelta::milliseconds(1));
    }

    /// A user's events, newest first.
    pub(crate) async fn events_of(&self, user: UserId) -> Vec<Event> {
        let query = EventQuery::newest(100).of_user(user);
        self.store.events(query).await.unwrap()
    }

    /// The kinds of a user's events, oldest first.
    pub(crate) async fn event_kinds_of(&self, user: UserId) -> Vec<EventKind> {
        let mut events = self.events_of(user).await;
        events.reverse();
        assert!(events.iter().all(|event| event.outcome == Outcome::Success));
        events.into_iter().map(|event| event.kind).collect()
    }
}

pub(crate) fn callback<'a>(states: &'a [&'a str], binding: Option<BrowserBinding>) -> Callback<'a> {
    Callback::new("fake", states, ProviderAnswer::Code("code")).with_binding(binding)
}

pub(crate) fn state_of(begun: &AuthorizationRedirect) -> String {
    let mut query = begun.authorization_url.query_pairs();
    query
        .find(|(name, _)| name == "state")
        .unwrap()
        .1
        .into_owned()
}
