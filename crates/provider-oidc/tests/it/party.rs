//! A relying party with an emulator, a clock that stands still, and people.

use std::sync::Arc;
use std::time::SystemTime;

use belgie_domain::{AuthorizationCode, CodeVerifier, Nonce, ProviderIdentity, State};
use belgie_idp_emulator::{Emulator, EmulatorBuilder, Fault, Person};
use belgie_ports::{
    AuthorizationRequest, Clock as _, CodeGrant, Entropy as _, Exchanged, IdentityProvider as _,
    ProviderError,
};
use belgie_provider_oidc::{ClientCredentials, HttpClient, OidcConfig, OidcProvider};
use belgie_testkit::{SeededEntropy, TestClock};
use chrono::TimeDelta;
use url::Url;

pub(crate) const REDIRECT_URI: &str = "http://localhost:8000/auth/provider/sso/callback";
pub(crate) const JANE: &str = "subject-1";

pub(crate) struct Party {
    pub(crate) idp: Emulator,
    pub(crate) clock: TestClock,
    pub(crate) provider: OidcProvider,
    entropy: SeededEntropy,
}

/// A sign-in whose browser has come back.
pub(crate) struct StartedSignIn {
    pub(crate) url: Url,
    pub(crate) callback: Url,
    pub(crate) state: State,
    pub(crate) nonce: Nonce,
    pub(crate) code_verifier: CodeVerifier,
    pub(crate) max_age: Option<TimeDelta>,
}

impl Party {
    pub(crate) async fn new() -> Self {
        Self::with(|config| config).await
    }

    pub(crate) async fn with(change: impl FnOnce(OidcConfig) -> OidcConfig) -> Self {
        let clock = TestClock::default();
        let builder = emulator(&clock).client("client", "secret", [REDIRECT_URI]);
        let idp = builder.start().await.unwrap();
        let provider = provider(change(config(idp.issuer(), "client", "secret")), &clock);
        Self::of(idp, clock, provider)
    }

    pub(crate) fn of(idp: Emulator, clock: TestClock, provider: OidcProvider) -> Self {
        Self {
            idp,
            clock,
            provider,
            entropy: SeededEntropy::default(),
        }
    }

    pub(crate) async fn begin(&self) -> Result<StartedSignIn, ProviderError> {
        self.begin_with(None).await
    }

    /// Begins a sign-in in which the person must have authenticated this lately.
    pub(crate) async fn begin_with(
        &self,
        max_age: Option<TimeDelta>,
    ) -> Result<StartedSignIn, ProviderError> {
        let (state, nonce) = (
            State::from_random(self.draw()),
            Nonce::from_random(self.draw()),
        );
        let code_verifier = CodeVerifier::from_random(self.draw());
        let redirect_uri = redirect_uri();
        let mut request = AuthorizationRequest::new(&state, &nonce, &code_verifier, &redirect_uri);
        request.max_age = max_age;
        let url = self.provider.authorization_url(request).await?;
        let callback = self.idp.authorize(&url, JANE).await.unwrap();
        Ok(StartedSignIn {
            url,
            callback,
            state,
            nonce,
            code_verifier,
            max_age,
        })
    }

    pub(crate) async fn complete(
        &self,
        begun: &StartedSignIn,
    ) -> Result<ProviderIdentity, ProviderError> {
        self.complete_with(begun, &begun.nonce).await
    }

    /// Completes a sign-in though another nonce is expected.
    pub(crate) async fn complete_with(
        &self,
        begun: &StartedSignIn,
        nonce: &Nonce,
    ) -> Result<ProviderIdentity, ProviderError> {
        let outcome = self.exchange(begun, nonce).await;
        outcome.map(|exchanged| exchanged.identity)
    }

    pub(crate) async fn exchange(
        &self,
        begun: &StartedSignIn,
        nonce: &Nonce,
    ) -> Result<Exchanged, ProviderError> {
        let (code, redirect_uri) = (begun.code(), redirect_uri());
        let mut grant = CodeGrant::new(&code, &begun.code_verifier, nonce, &redirect_uri);
        grant.max_age = begun.max_age;
        self.provider.exchange(grant).await
    }

    pub(crate) async fn sign_in(&self) -> Result<ProviderIdentity, ProviderError> {
        let begun = self.begin().await?;
        self.complete(&begun).await
    }

    /// Signs in under a fault, which must end in the refusal of the identity. Returns the reason.
    pub(crate) async fn refusal(&self, faults: impl IntoIterator<Item = Fault>) -> String {
        let faults: Vec<Fault> = faults.into_iter().collect();
        match self.outcome(faults.clone()).await {
            Err(ProviderError::InvalidIdentity(reason)) => reason.as_str().to_owned(),
            outcome => panic!("{outcome:?} under {faults:?}"),
        }
    }

    /// The same, for a reason with this word.
    pub(crate) async fn refused_for(&self, word: &str, faults: impl IntoIterator<Item = Fault>) {
        let faults: Vec<Fault> = faults.into_iter().collect();
        let reason = self.refusal(faults.clone()).await;
        assert!(reason.contains(word), "{reason} under {faults:?}");
    }

    /// Signs in under a fault, which must make the provider unusable. Returns the causes.
    pub(crate) async fn unusable(&self, faults: impl IntoIterator<Item = Fault>) -> String {
        let faults: Vec<Fault> = faults.into_iter().collect();
        match self.outcome(faults.clone()).await {
            Err(ProviderError::Unavailable(source)) => causes(source.as_ref()),
            outcome => panic!("{outcome:?} under {faults:?}"),
        }
    }

    pub(crate) async fn outcome(
        &self,
        faults: impl IntoIterator<Item = Fault>,
    ) -> Result<ProviderIdentity, ProviderError> {
        for fault in faults {
            self.idp.fault(fault);
        }
        let outcome = self.sign_in().await;
        self.idp.clear_faults();
        outcome
    }

    pub(crate) fn advance(&self, seconds: i64) {
        self.clock.advance(TimeDelta::seconds(seconds));
    }

    pub(crate) fn draw(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        self.entropy.fill(&mut bytes);
        bytes
    }
}

impl StartedSignIn {
    pub(crate) fn code(&self) -> AuthorizationCode {
        AuthorizationCode::parse(&self.parameter("code").unwrap()).unwrap()
    }

    /// Returns a parameter of the callback.
    pub(crate) fn parameter(&self, name: &str) -> Option<String> {
        parameter(&self.callback, name)
    }
}

pub(crate) fn parameter(url: &Url, name: &str) -> Option<String> {
    let mut pairs = url.query_pairs();
    pairs
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}

pub(crate) fn emulator(clock: &TestClock) -> EmulatorBuilder {
    let clock = clock.clone();
    Emulator::builder()
        .person(jane())
        .clock(move || SystemTime::from(clock.now()))
}

pub(crate) fn jane() -> Person {
    Person::new(JANE)
        .email("jane@example.com")
        .name("Jane Doe")
        .picture("https://example.com/jane.png")
}

pub(crate) fn config(issuer: &str, client_id: &str, secret: &str) -> OidcConfig {
    let client = ClientCredentials::new(client_id, secret);
    OidcConfig::new("sso".parse().unwrap(), issuer, client).unwrap()
}

pub(crate) fn redirect_uri() -> Url {
    Url::parse(REDIRECT_URI).unwrap()
}

pub(crate) fn provider(config: OidcConfig, clock: &TestClock) -> OidcProvider {
    let http = HttpClient::new([]).unwrap();
    OidcProvider::new(config, http, Arc::new(clock.clone()))
}

pub(crate) fn causes(error: &(dyn std::error::Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |&error| error.source());
    let texts: Vec<String> = causes.map(ToString::to_string).collect();
    texts.join(": ")
}
