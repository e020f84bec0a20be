use std::sync::Arc;

use belgie_adapter_memory::MemoryStore;
use belgie_auth::{
    Auth, AuthError, BeginSignIn, Begun, Callback, CallbackFailure, Policy, ProviderAnswer,
    SignedIn,
};
use belgie_domain::{
    BrowserBinding, ClientInfo, EventKind, Outcome, ProviderIdentity, RedirectRule, UserId,
};
use belgie_ports::{Reads as _, UserPage};
use belgie_testkit::{FakeProvider, SeededEntropy, TestClock};
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
        let (store, clock) = (MemoryStore::default(), TestClock::default());
        let provider = Arc::new(FakeProvider::new("fake"));
        let other = Arc::new(FakeProvider::new("other"));
        let url = |text| Url::parse(text).unwrap();
        let mut policy = Policy::new(RedirectRule::new(
            url("https://site.example"),
            [url("https://app.example")],
        ));
        change(&mut policy);
        let auth = Auth::builder()
            .store(store.clone())
            .shared_provider(provider.clone())
            .shared_provider(other.clone())
            .clock(clock.clone())
            .entropy(SeededEntropy::default())
            .build(policy)
            .unwrap();
        Self {
            auth,
            store,
            clock,
            provider,
            other,
        }
    }

    pub(crate) async fn begin(&self) -> Begun {
        self.pass_time();
        let request = BeginSignIn {
            provider: "fake",
            ..BeginSignIn::default()
        };
        self.auth.sign_in().begin(request).await.unwrap()
    }

    pub(crate) async fn complete(&self, begun: &Begun) -> Result<SignedIn, CallbackFailure> {
        let state = state_of(begun);
        self.auth
            .sign_in()
            .complete(callback(&state, Some(begun.binding.clone())))
            .await
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
        self.provider.vouch_for(identity);
        self.sign_in().await
    }

    /// Signs in as this identity at the other provider.
    pub(crate) async fn sign_in_at_other(
        &self,
        identity: ProviderIdentity,
    ) -> Result<SignedIn, AuthError> {
        self.other.vouch_for(identity);
        let request = BeginSignIn {
            provider: "other",
            ..BeginSignIn::default()
        };
        let begun = self.auth.sign_in().begin(request).await.unwrap();
        let state = state_of(&begun);
        let callback = Callback {
            provider: "other",
            ..callback(&state, Some(begun.binding))
        };
        self.auth
            .sign_in()
            .complete(callback)
            .await
            .map_err(|failure| failure.error)
    }

    pub(crate) async fn users(&self) -> usize {
        self.store
            .users(UserPage {
                after: None,
                limit: 100,
            })
            .await
            .unwrap()
            .len()
    }

    /// Lets a moment pass, so that what happens next is told as later.
    pub(crate) fn pass_time(&self) {
        self.clock.advance(TimeDelta::milliseconds(1));
    }

    /// The kinds of a user's events, oldest first.
    pub(crate) async fn told_of(&self, user: UserId) -> Vec<EventKind> {
        let mut events = self.store.events_of(user, 100).await.unwrap();
        events.reverse();
        assert!(events.iter().all(|event| event.outcome == Outcome::Success));
        events.into_iter().map(|event| event.kind).collect()
    }
}

pub(crate) fn callback(state: &str, binding: Option<BrowserBinding>) -> Callback<'_> {
    Callback {
        provider: "fake",
        state,
        answer: ProviderAnswer::Code("code"),
        issuer: None,
        binding,
        replaces: None,
        client: ClientInfo::default(),
    }
}

pub(crate) fn state_of(begun: &Begun) -> String {
    let mut query = begun.authorization_url.query_pairs();
    query
        .find(|(name, _)| name == "state")
        .unwrap()
        .1
        .into_owned()
}
