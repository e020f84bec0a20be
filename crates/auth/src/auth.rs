use std::fmt;
use std::sync::Arc;

use belgie_domain::{
    ClientInfo, Event, EventKind, Outcome, RedirectRule, SessionPolicy, SessionToken, User, UserId,
};
use belgie_ports::{Clock, Entropy, IdentityProvider, Store};
use chrono::{DateTime, Utc};
use url::Url;

use crate::chance::Chance;
use crate::providers::Providers;
use crate::{
    Admin, AuthError, BuildError, Housekeeping, Policy, ProviderSummary, SessionManager, SignIn,
    default_redirect_uri,
};

/// Everything that an application asks of Belgie. Cheap to clone; clones are one and the same.
#[derive(Clone)]
pub struct Auth {
    parts: Arc<Parts>,
}

struct Parts {
    store: Arc<dyn Store>,
    providers: Providers,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    policy: Policy,
}

/// Puts an [`Auth`] together.
#[derive(Default)]
pub struct AuthBuilder {
    store: Option<Arc<dyn Store>>,
    providers: Vec<Arc<dyn IdentityProvider>>,
    clock: Option<Arc<dyn Clock>>,
    entropy: Option<Arc<dyn Entropy>>,
}

impl Auth {
    /// Begins to put the parts together, with the clock and entropy of the operating system where the feature
    /// `system` is on.
    pub fn builder() -> AuthBuilder {
        let builder = AuthBuilder::default();
        #[cfg(feature = "system")]
        let builder = builder
            .clock(crate::SystemClock)
            .entropy(crate::SystemEntropy);
        builder
    }

    /// Signing in with a provider.
    pub fn sign_in(&self) -> SignIn<'_> {
        SignIn::new(self)
    }

    /// Sessions: who a token belongs to, listing and ending them.
    pub fn sessions(&self) -> SessionManager<'_> {
        SessionManager::new(self)
    }

    /// What an operator or admin does to users.
    pub fn admin(&self) -> Admin<'_> {
        Admin::new(self)
    }

    /// Deleting what has expired.
    pub fn housekeeping(&self) -> Housekeeping<'_> {
        Housekeeping::new(self)
    }

    /// Returns the user whom a session token belongs to; `None` when nobody is signed in with it.
    ///
    /// # Errors
    /// [`AuthError::Store`] when that cannot be told now: never `None`.
    pub async fn user_of(&self, token: &SessionToken) -> Result<Option<User>, AuthError> {
        match self.sessions().authenticate(token).await {
            Ok(authenticated) => Ok(Some(authenticated.user)),
            Err(AuthError::NotAuthenticated | AuthError::SessionExpired) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Returns the providers that one can sign in with.
    pub fn providers(&self) -> Vec<ProviderSummary> {
        self.parts.providers.summaries()
    }

    /// Asks a provider for its metadata and keys afresh.
    ///
    /// # Errors
    /// [`AuthError::ProviderNotFound`], or [`AuthError::Provider`] with what keeps it from working.
    pub async fn probe_provider(&self, id: &str) -> Result<(), AuthError> {
        Ok(self.parts.providers.find(id)?.probe().await?)
    }

    /// Returns when the store answers.
    ///
    /// # Errors
    /// [`AuthError::Store`] when it does not.
    pub async fn ready(&self) -> Result<(), AuthError> {
        Ok(self.parts.store.ping().await?)
    }

    /// Returns where redirects may go, and which origins are trusted.
    pub fn redirects(&self) -> &RedirectRule {
        &self.parts.policy.redirects
    }

    /// Returns where the browser lands after signing in when nobody says otherwise.
    pub fn after_sign_in(&self) -> &str {
        &self.parts.policy.after_sign_in
    }

    /// Returns how long sessions live.
    pub fn session_policy(&self) -> &SessionPolicy {
        &self.parts.policy.sessions
    }

    /// Returns the time now.
    pub fn now(&self) -> DateTime<Utc> {
        self.parts.clock.now()
    }

    pub(crate) fn policy(&self) -> &Policy {
        &self.parts.policy
    }

    pub(crate) fn store(&self) -> &dyn Store {
        self.parts.store.as_ref()
    }

    pub(crate) fn provider(&self, id: &str) -> Result<&dyn IdentityProvider, AuthError> {
        self.parts.providers.find(id)
    }

    /// Returns where this provider sends browsers back to.
    pub(crate) fn redirect_uri(&self, provider: &dyn IdentityProvider) -> Url {
        let configured = provider.redirect_uri().cloned();
        configured.unwrap_or_else(|| default_redirect_uri(self.redirects().base(), provider.id()))
    }

    pub(crate) fn chance(&self, now: DateTime<Utc>) -> Chance<'_> {
        Chance::new(self.parts.entropy.as_ref(), now)
    }

    /// Makes an event of something that succeeded, done by the user itself unless said otherwise.
    pub(crate) fn event(&self, kind: EventKind, user: UserId, client: &ClientInfo) -> Event {
        let now = self.now();
        Event {
            id: self.chance(now).event_id(),
            at: now,
            kind,
            user_id: Some(user),
            actor_id: Some(user),
            provider: None,
            outcome: Outcome::Success,
            client: client.clone(),
        }
    }
}

impl fmt::Debug for Auth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (providers, policy) = (self.providers(), self.policy());
        f.debug_struct("Auth")
            .field("providers", &providers)
            .field("policy", policy)
            .finish_non_exhaustive()
    }
}

impl AuthBuilder {
    /// Sets where everything is kept.
    #[must_use]
    pub fn store(mut self, store: impl Store) -> Self {
        self.store = Some(Arc::new(store));
        self
    }

    /// Sets where everything is kept, when that was chosen at run time.
    #[must_use]
    pub fn shared_store(mut self, store: Arc<dyn Store>) -> Self {
        self.store = Some(store);
        self
    }

    /// Adds a provider.
    #[must_use]
    pub fn provider(self, provider: impl IdentityProvider) -> Self {
        self.shared_provider(Arc::new(provider))
    }

    /// Adds a provider that is also used elsewhere.
    #[must_use]
    pub fn shared_provider(mut self, provider: Arc<dyn IdentityProvider>) -> Self {
        self.providers.push(provider);
        self
    }

    /// Replaces the clock of the operating system.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Some(Arc::new(clock));
        self
    }

    /// Replaces the random source of the operating system.
    #[must_use]
    pub fn entropy(mut self, entropy: impl Entropy) -> Self {
        self.entropy = Some(Arc::new(entropy));
        self
    }

    /// Builds it.
    ///
    /// # Errors
    /// A [`BuildError`] when a part is missing or two do not go together.
    pub fn build(self, policy: Policy) -> Result<Auth, BuildError> {
        if policy.redirects.check(&policy.after_sign_in).is_err() {
            return Err(BuildError::AfterSignIn(policy.after_sign_in));
        }
        policy.sessions.check()?;
        let parts = Parts {
            store: self.store.ok_or(BuildError::Missing("store"))?,
            providers: Providers::new(self.providers)?,
            clock: self.clock.ok_or(BuildError::Missing("clock"))?,
            entropy: self.entropy.ok_or(BuildError::Missing("entropy"))?,
            policy,
        };
        Ok(Auth {
            parts: Arc::new(parts),
        })
    }
}

impl fmt::Debug for AuthBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthBuilder")
            .field("providers", &self.providers.len())
            .finish_non_exhaustive()
    }
}
