//! A GitHub, a provider that signs people in there, and a person.

use std::sync::Arc;
use std::time::SystemTime;

use belgie_domain::{AuthorizationCode, CodeVerifier, Nonce, ProviderIdentity, State};
use belgie_idp_emulator::{Emulator, Fault, Person};
use belgie_ports::{
    AuthorizationRequest, Clock as _, CodeGrant, Exchanged, IdentityProvider as _, ProviderError,
};
use belgie_provider_github::{GithubConfig, GithubProvider, HttpClient};
use belgie_testkit::TestClock;
use chrono::TimeDelta;
use url::Url;

pub(crate) const REDIRECT_URI: &str = "http://localhost:8000/auth/provider/github/callback";
pub(crate) const SECRET: &str = "canary-client-secret";
/// The person's subject at the emulator, which is a number and thus the id at GitHub.
pub(crate) const JANE: &str = "583231";

pub(crate) struct Party {
    pub(crate) idp: Emulator,
    pub(crate) clock: TestClock,
    pub(crate) provider: GithubProvider,
}

impl Party {
    pub(crate) async fn new() -> Self {
        Self::with(|config| config).await
    }

    pub(crate) async fn with(change: impl FnOnce(GithubConfig) -> GithubConfig) -> Self {
        let clock = TestClock::default();
        let now = clock.clone();
        let idp = Emulator::builder()
            .client("client", SECRET, [REDIRECT_URI])
            .person(jane())
            .clock(move || SystemTime::from(now.now()))
            .start()
            .await
            .unwrap();
        let config = GithubConfig::new("client", SECRET).base_url(idp.issuer());
        let http = HttpClient::new([]).unwrap();
        let provider = change(config).provider(http, Arc::new(clock.clone()));
        Self {
            idp,
            clock,
            provider: provider.unwrap(),
        }
    }

    /// Begins a sign-in and returns where the browser is sent.
    pub(crate) async fn begin(&self, max_age: Option<TimeDelta>) -> Url {
        let (state, nonce) = (State::from_random([1; 32]), nonce());
        let (code_verifier, redirect_uri) = (code_verifier(), redirect_uri());
        let mut request = AuthorizationRequest::new(&state, &nonce, &code_verifier, &redirect_uri);
        request.max_age = max_age;
        self.provider.authorization_url(request).await.unwrap()
    }

    /// Begins a sign-in and returns the callback.
    pub(crate) async fn authorized(&self) -> Url {
        let url = self.begin(None).await;
        self.idp.authorize(&url, JANE).await.unwrap()
    }

    pub(crate) async fn exchange(
        &self,
        code: &str,
        max_age: Option<TimeDelta>,
    ) -> Result<Exchanged, ProviderError> {
        let code = AuthorizationCode::parse(code).unwrap();
        let (nonce, code_verifier, redirect_uri) = (nonce(), code_verifier(), redirect_uri());
        let mut grant = CodeGrant::new(&code, &code_verifier, &nonce, &redirect_uri);
        grant.max_age = max_age;
        self.provider.exchange(grant).await
    }

    /// Signs the person in.
    pub(crate) async fn sign_in(&self) -> Result<Exchanged, ProviderError> {
        let code = parameter(&self.authorized().await, "code").unwrap();
        self.exchange(&code, None).await
    }

    pub(crate) async fn identity(&self) -> ProviderIdentity {
        self.sign_in().await.unwrap().identity
    }

    /// Signs in under a fault.
    pub(crate) async fn outcome(&self, fault: Fault) -> Result<Exchanged, ProviderError> {
        self.idp.fault(fault);
        let outcome = self.sign_in().await;
        self.idp.clear_faults();
        outcome
    }

    /// Signs in under a fault, which must make GitHub unusable. Returns the causes.
    pub(crate) async fn unusable(&self, fault: Fault) -> String {
        match self.outcome(fault.clone()).await {
            Err(ProviderError::Unavailable(source)) => causes(source.as_ref()),
            outcome => panic!("{outcome:?} under {fault:?}"),
        }
    }
}

pub(crate) fn jane() -> Person {
    Person::new(JANE)
        .email("jane@example.com")
        .name("Jane Doe")
        .picture("https://avatars.example/u/583231?v=4")
}

fn nonce() -> Nonce {
    Nonce::from_random([2; 32])
}

pub(crate) fn code_verifier() -> CodeVerifier {
    CodeVerifier::from_random([3; 32])
}

pub(crate) fn redirect_uri() -> Url {
    Url::parse(REDIRECT_URI).unwrap()
}

pub(crate) fn parameter(url: &Url, name: &str) -> Option<String> {
    let mut pairs = url.query_pairs();
    pairs
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}

pub(crate) fn causes(error: &(dyn std::error::Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |&error| error.source());
    let texts: Vec<String> = causes.map(ToString::to_string).collect();
    texts.join(": ")
}
