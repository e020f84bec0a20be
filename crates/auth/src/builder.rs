use std::error::Error;
use std::fmt;
use std::future::Future;
use std::sync::Arc;

use belgie_domain::Event;
use belgie_ports::{BoxFuture, Clock, Entropy, IdentityProvider, Store};

use crate::attempt_load::AttemptLoad;
use crate::core::Core;
use crate::hooks::Hooks;
use crate::providers::Providers;
use crate::{Auth, BuildError, Policy, SignUp, SignUpRefusal};

/// Puts an [`Auth`] together.
#[derive(Default)]
pub struct AuthBuilder {
    store: Option<Arc<dyn Store>>,
    providers: Vec<Arc<dyn IdentityProvider>>,
    clock: Option<Arc<dyn Clock>>,
    entropy: Option<Arc<dyn Entropy>>,
    hooks: Hooks,
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

    /// Asks the application before a first sign-in creates a user; an `Err` refuses it. Several are asked in turn.
    ///
    /// Users that an operator creates are not asked about, and a sign-in whose user exists is not either.
    #[must_use]
    pub fn before_sign_up<H>(mut self, hook: H) -> Self
    where
        H: for<'a> Fn(&'a SignUp<'a>) -> BoxFuture<'a, Result<(), SignUpRefusal>>
            + Send
            + Sync
            + 'static,
    {
        self.hooks.before_sign_up.push(Arc::new(hook));
        self
    }

    /// Calls the application after the commit of each event, at least once: for mails and metrics. It is called by
    /// [`Auth::after_commit`]; an event whose call fails is delivered again after a minute.
    ///
    /// What must happen in the same transaction, or not at all, is registered with the store: see its `on_event`.
    #[must_use]
    pub fn after_commit<H, F>(mut self, hook: H) -> Self
    where
        H: Fn(Event) -> F + Send + Sync + 'static,
        F: Future<Output = Result<(), Box<dyn Error + Send + Sync>>> + Send + 'static,
    {
        let hook = move |event| -> BoxFuture<'static, _> { Box::pin(hook(event)) };
        self.hooks.after_commit.push(Arc::new(hook));
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
        Ok(Auth::new(Core {
            store: self.store.ok_or(BuildError::Missing("store"))?,
            providers: Providers::new(self.providers)?,
            clock: self.clock.ok_or(BuildError::Missing("clock"))?,
            entropy: self.entropy.ok_or(BuildError::Missing("entropy"))?,
            policy,
            hooks: self.hooks,
            attempts: AttemptLoad::default(),
        }))
    }
}

impl fmt::Debug for AuthBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthBuilder")
            .field("providers", &self.providers.len())
            .finish_non_exhaustive()
    }
}
