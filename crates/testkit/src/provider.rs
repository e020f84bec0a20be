use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use belgie_domain::{ProviderId, ProviderIdentity};
use belgie_ports::{
    AuthorizationRequest, BoxFuture, CodeGrant, Exchanged, IdentityProvider, ProviderError,
};
use url::Url;

/// A provider that vouches for whomever the test says, without a network.
///
/// Its button shows its initial. Its authorization request goes to `https://provider.example/authorize` with `state`; any code is exchanged.
#[derive(Debug)]
pub struct FakeProvider {
    id: ProviderId,
    identity: Mutex<ProviderIdentity>,
    failures: Mutex<VecDeque<ProviderError>>,
    exchanges: AtomicUsize,
    silent: AtomicBool,
}

impl FakeProvider {
    /// Makes a provider of this name that vouches for [`identity`].
    ///
    /// # Panics
    /// When the text cannot name a provider.
    pub fn new(id: &str) -> Self {
        Self {
            id: id.parse().expect("the test names its provider properly"),
            identity: Mutex::new(identity()),
            failures: Mutex::default(),
            exchanges: AtomicUsize::new(0),
            silent: AtomicBool::new(false),
        }
    }

    /// Lets the provider vouch for this identity from now on.
    pub fn vouch_for(&self, identity: ProviderIdentity) {
        *self.identity.lock().unwrap_or_else(PoisonError::into_inner) = identity;
    }

    /// Lets the next exchange fail.
    pub fn fail_once(&self, error: ProviderError) {
        self.failures
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push_back(error);
    }

    /// Lets every exchange from now on stay without an answer.
    pub fn fall_silent(&self) {
        self.silent.store(true, Ordering::SeqCst);
    }

    /// Returns how often a code was exchanged.
    pub fn exchanges(&self) -> usize {
        self.exchanges.load(Ordering::SeqCst)
    }

    fn issuer(&self) -> String {
        self.identity
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .issuer
            .to_string()
    }
}

/// Returns a person with everything in order: subject `1`, `jane@example.com`, verified, the provider trusted for it.
///
/// # Panics
/// Never: the parts are well-formed.
pub fn identity() -> ProviderIdentity {
    ProviderIdentity {
        issuer: "https://provider.example".parse().expect("well-formed"),
        subject: "1".parse().expect("well-formed"),
        email: Some("jane@example.com".to_owned()),
        email_verified: true,
        email_trusted: true,
        name: Some("Jane Doe".to_owned()),
        picture: Some("https://pictures.example/jane.png".to_owned()),
        hosted_domain: None,
        scope: Some("openid email profile".to_owned()),
    }
}

impl IdentityProvider for FakeProvider {
    fn id(&self) -> &ProviderId {
        &self.id
    }

    fn display_name(&self) -> &'static str {
        "Fake"
    }

    fn authorization_url<'a>(
        &'a self,
        request: AuthorizationRequest<'a>,
    ) -> BoxFuture<'a, Result<Url, ProviderError>> {
        let query = [
            ("state", request.state.secret()),
            ("nonce", request.nonce.secret()),
        ];
        let url = Url::parse_with_params("https://provider.example/authorize", query);
        Box::pin(async { url.map_err(|error| ProviderError::Unavailable(error.into())) })
    }

    fn check_response_issuer<'a>(
        &'a self,
        issuer: Option<&'a str>,
    ) -> BoxFuture<'a, Result<(), ProviderError>> {
        let matches = issuer.is_none_or(|issuer| issuer == self.issuer());
        Box::pin(async move { matches.then_some(()).ok_or(ProviderError::IssuerMismatch) })
    }

    fn exchange<'a>(
        &'a self,
        _grant: CodeGrant<'a>,
    ) -> BoxFuture<'a, Result<Exchanged, ProviderError>> {
        Box::pin(async {
            self.exchanges.fetch_add(1, Ordering::SeqCst);
            if self.silent.load(Ordering::SeqCst) {
                std::future::pending::<()>().await;
            }
            let failure = self
                .failures
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .pop_front();
            let identity = self
                .identity
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .clone();
            failure.map_or(Ok(Exchanged::new(identity)), Err)
        })
    }
}
