mod tokens;

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use belgie_domain::{Issuer, ProviderId, ProviderIdentity};
use belgie_ports::{
    AuthorizationRequest, BoxFuture, CodeGrant, Exchanged, IdTokenGrant, IdentityProvider,
    InvalidIdentity, ProviderError, ProviderTokens, RefreshGrant, VerifiedIdToken,
};
use chrono::{DateTime, Utc};
use tokens::FakeTokens;
use url::Url;

/// A provider that authenticates the person specified by the test, without a network.
///
/// Its authorization requests go to `https://provider.example/authorize`. It exchanges any code that does not begin
/// with `unknown`, and does not report when the person authenticated, unless [configured to](Self::report_authentication).
/// It accepts any ID token whose second part is the nonce or its hash, for ever.
#[derive(Debug)]
pub struct FakeProvider {
    id: ProviderId,
    identity: Mutex<ProviderIdentity>,
    only_issuer: Mutex<Option<Issuer>>,
    failures: Mutex<VecDeque<ProviderError>>,
    exchanges: AtomicUsize,
    silent: AtomicBool,
    authenticated_at: Mutex<Option<DateTime<Utc>>>,
    tokens: FakeTokens,
}

impl FakeProvider {
    /// Creates a provider with this id that authenticates [`identity`].
    ///
    /// # Panics
    /// When the text is not a valid provider id.
    pub fn new(id: &str) -> Self {
        Self {
            id: id.parse().expect("the provider id is valid"),
            identity: Mutex::new(identity()),
            only_issuer: Mutex::default(),
            failures: Mutex::default(),
            exchanges: AtomicUsize::new(0),
            silent: AtomicBool::new(false),
            authenticated_at: Mutex::default(),
            tokens: FakeTokens::default(),
        }
    }

    /// Acts as the browser of the person signing in: returns the URL to which the provider redirects it.
    ///
    /// # Panics
    /// When the URL is not an authorization request of this provider.
    pub fn authorize(url: &Url) -> Url {
        let sent: HashMap<_, _> = url.query_pairs().collect();
        let (redirect_uri, state) = (&sent["redirect_uri"], &sent["state"]);
        let query = [("code", "code"), ("state", state)];
        Url::parse_with_params(redirect_uri, query).expect("the redirect URI is an address")
    }

    /// Sets the identity the provider authenticates from now on.
    pub fn set_identity(&self, identity: ProviderIdentity) {
        *self.identity.lock().unwrap_or_else(PoisonError::into_inner) = identity;
    }

    /// Sets the issuer whose identities can sign in from now on. Before that, those of every issuer can.
    pub fn serve_only(&self, issuer: Issuer) {
        *self.only_issuer() = Some(issuer);
    }

    fn only_issuer(&self) -> MutexGuard<'_, Option<Issuer>> {
        let issuer = self.only_issuer.lock();
        issuer.unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes the next exchange fail.
    pub fn fail_once(&self, error: ProviderError) {
        self.failures
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push_back(error);
    }

    /// Makes every call hang from now on.
    pub fn stop_answering(&self) {
        self.silent.store(true, Ordering::SeqCst);
    }

    /// Reports from now on that the person authenticated at this time, and can re-authenticate people.
    pub fn report_authentication(&self, at: DateTime<Utc>) {
        let known = self.authenticated_at.lock();
        *known.unwrap_or_else(PoisonError::into_inner) = Some(at);
    }

    fn authenticated_at(&self) -> Option<DateTime<Utc>> {
        let known = self.authenticated_at.lock();
        *known.unwrap_or_else(PoisonError::into_inner)
    }

    /// Issues these tokens at every sign-in from now on.
    pub fn issue(&self, tokens: ProviderTokens) {
        self.tokens.state().issued = Some(tokens);
    }

    /// Answers the next refresh that has no answer yet. Without an answer, a refresh fails as
    /// [`ProviderError::Unsupported`].
    pub fn refresh_with(&self, answer: Result<ProviderTokens, ProviderError>) {
        self.tokens.state().refreshed.push_back(answer);
    }

    /// Returns the refresh tokens that were sent, in their order.
    pub fn refreshes(&self) -> Vec<String> {
        self.tokens.state().refreshes.clone()
    }

    /// Returns the tokens that were revoked: each refresh token, or access token without one.
    pub fn revoked(&self) -> Vec<String> {
        self.tokens.state().revoked.clone()
    }

    /// Returns how many codes were exchanged.
    pub fn exchanges(&self) -> usize {
        self.exchanges.load(Ordering::SeqCst)
    }

    /// Completes at once, or never after [`Self::stop_answering`].
    async fn answer(&self) {
        if self.silent.load(Ordering::SeqCst) {
            std::future::pending::<()>().await;
        }
    }

    fn issuer(&self) -> String {
        self.identity
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .issuer
            .to_string()
    }
}

/// Returns a complete identity: subject `1`, `jane@example.com`, verified, with the provider trusted for it.
///
/// # Panics
/// Never: the parts are well-formed.
pub fn identity() -> ProviderIdentity {
    ProviderIdentity::new(
        "https://provider.example".parse().expect("well-formed"),
        "1".parse().expect("well-formed"),
    )
    .with_trusted_email("jane@example.com")
    .with_name("Jane Doe")
    .with_picture("https://pictures.example/jane.png")
    .with_scope("openid email profile")
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
        let challenge = request.code_verifier.s256_challenge();
        let max_age = request.max_age.map(|age| age.num_seconds().to_string());
        let query = [
            ("response_type", "code"),
            ("redirect_uri", request.redirect_uri.as_str()),
            ("state", request.state.secret()),
            ("nonce", request.nonce.secret()),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ];
        let query = query
            .into_iter()
            .chain(max_age.as_deref().map(|age| ("max_age", age)));
        let url = Url::parse_with_params("https://provider.example/authorize", query);
        Box::pin(async {
            self.answer().await;
            url.map_err(|error| ProviderError::Unavailable(error.into()))
        })
    }

    fn serves_issuer(&self, issuer: &Issuer) -> bool {
        let only = self.only_issuer();
        only.as_ref().is_none_or(|only| only == issuer)
    }

    fn can_reauthenticate(&self) -> bool {
        self.authenticated_at().is_some()
    }

    fn check_response_issuer<'a>(
        &'a self,
        issuer: Option<&'a str>,
    ) -> BoxFuture<'a, Result<(), ProviderError>> {
        let matches = issuer.is_none_or(|issuer| issuer == self.issuer());
        Box::pin(async move {
            self.answer().await;
            matches.then_some(()).ok_or(ProviderError::IssuerMismatch)
        })
    }

    fn verify_id_token<'a>(
        &'a self,
        grant: IdTokenGrant<'a>,
    ) -> BoxFuture<'a, Result<VerifiedIdToken, ProviderError>> {
        let claim = grant.id_token.secret().split('.').nth(1);
        let is_of_nonce = claim.is_some_and(|claim| grant.nonce.is_claimed_by(claim));
        Box::pin(async move {
            self.answer().await;
            if !is_of_nonce {
                let reason = InvalidIdentity::new("it has the nonce of another request");
                return Err(ProviderError::InvalidIdentity(reason));
            }
            let identity = self
                .identity
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .clone();
            Ok(VerifiedIdToken::new(identity, DateTime::<Utc>::MAX_UTC))
        })
    }

    fn exchange<'a>(
        &'a self,
        grant: CodeGrant<'a>,
    ) -> BoxFuture<'a, Result<Exchanged, ProviderError>> {
        Box::pin(async move {
            self.exchanges.fetch_add(1, Ordering::SeqCst);
            self.answer().await;
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
            if let Some(error) = failure {
                return Err(error);
            }
            if grant.code.secret().starts_with("unknown") {
                return Err(ProviderError::CodeRejected(None));
            }
            if let Some(at) = self.authenticated_at() {
                return Ok(Exchanged::new(identity).with_authenticated_at(at));
            }
            if grant.max_age.is_some() {
                let reason = InvalidIdentity::new("it does not say when the person authenticated");
                return Err(ProviderError::InvalidIdentity(reason));
            }
            let exchanged = Exchanged::new(identity);
            Ok(match self.tokens.issued() {
                Some(tokens) => exchanged.with_tokens(tokens),
                None => exchanged,
            })
        })
    }

    fn refresh<'a>(
        &'a self,
        grant: RefreshGrant<'a>,
    ) -> BoxFuture<'a, Result<ProviderTokens, ProviderError>> {
        Box::pin(async move {
            self.answer().await;
            self.tokens.refresh(grant).await
        })
    }

    fn revoke<'a>(
        &'a self,
        tokens: &'a ProviderTokens,
    ) -> BoxFuture<'a, Result<(), ProviderError>> {
        Box::pin(async move {
            self.answer().await;
            self.tokens.revoke(tokens)
        })
    }
}
