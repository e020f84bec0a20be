use std::error::Error;
use std::fmt;
use std::future::Future;
use std::sync::Arc;

use belgie_domain::Event;
use belgie_ports::{
    AccessTokenSigner, BoxFuture, Clock, Entropy, IdentityProvider, Mailer, PasswordHasher,
    PasswordStrength, Store, TokenCipher,
};

use crate::access_token::AccessTokenState;
use crate::attempt_load::AttemptLoad;
use crate::core::Core;
use crate::hooks::Hooks;
use crate::password::PasswordTools;
use crate::providers::Providers;
use crate::{Auth, BuildError, Policy, SignUp, SignUpRefusal};

/// Builds an [`Auth`].
#[derive(Default)]
pub struct AuthBuilder {
    store: Option<Arc<dyn Store>>,
    providers: Vec<Arc<dyn IdentityProvider>>,
    clock: Option<Arc<dyn Clock>>,
    entropy: Option<Arc<dyn Entropy>>,
    cipher: Option<Arc<dyn TokenCipher>>,
    signer: Option<Arc<dyn AccessTokenSigner>>,
    passwords: Option<PasswordTools>,
    mailer: Option<Arc<dyn Mailer>>,
    hooks: Hooks,
}

impl Auth {
    /// Creates a builder, with the operating system's clock and entropy source when the feature `system` is enabled.
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
    /// Sets the store.
    #[must_use]
    pub fn store(mut self, store: impl Store) -> Self {
        self.store = Some(Arc::new(store));
        self
    }

    /// Sets a store that was chosen at run time.
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

    /// Sets the cipher for secrets that the store keeps: providers' tokens, and the private keys of access tokens.
    /// Without one, no provider's tokens are stored, and [`Accounts::token`](crate::Accounts::token) returns an error.
    #[must_use]
    pub fn cipher(mut self, cipher: impl TokenCipher) -> Self {
        self.cipher = Some(Arc::new(cipher));
        self
    }

    /// Offers access tokens (JWT), signed by this signer. They also need a [cipher](Self::cipher), for the private keys.
    #[must_use]
    pub fn access_tokens(mut self, signer: impl AccessTokenSigner) -> Self {
        self.signer = Some(Arc::new(signer));
        self
    }

    /// Lets people sign in with an e-mail address and a password. [`Policy::passwords`] says who may register with one.
    #[must_use]
    pub fn passwords(
        mut self,
        hasher: impl PasswordHasher,
        strength: impl PasswordStrength,
    ) -> Self {
        self.passwords = Some(PasswordTools::new(hasher, strength));
        self
    }

    /// Sends mails: to verify addresses, to choose a new password, and to tell users of changes. [`Auth::mails`] sends them
    /// after the commit of what they are about. Without a mailer, none is written.
    #[must_use]
    pub fn mailer(self, mailer: impl Mailer) -> Self {
        self.shared_mailer(Arc::new(mailer))
    }

    /// Sets a mailer that was chosen at run time.
    #[must_use]
    pub fn shared_mailer(mut self, mailer: Arc<dyn Mailer>) -> Self {
        self.mailer = Some(mailer);
        self
    }

    /// Adds a hook that runs before a first sign-in creates a user; an `Err` refuses the sign-up. Hooks run in order.
    ///
    /// Before a registration with a password it runs whether or not the address belongs to a user already, which must not
    /// show. Otherwise it does not run for existing users, nor for users that an operator creates. A person who has to prove
    /// the address by a mailed link first is asked about twice: before the link is mailed, and before the user is created.
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

    /// Adds a hook that runs after an event has been committed, at least once per event: for mails and metrics.
    /// [`Auth::after_commit`] runs it. When a hook fails or panics, or the process ends before it has finished, the
    /// event is delivered again after a minute, so the order may differ from that of the commits.
    ///
    /// Work that must happen in the same transaction is registered with the store instead: see its `on_event`.
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

    /// Builds the [`Auth`].
    ///
    /// # Errors
    /// A [`BuildError`] when a part is missing or two parts are inconsistent.
    pub fn build(self, policy: Policy) -> Result<Auth, BuildError> {
        if policy.redirects.check(&policy.after_sign_in).is_err() {
            return Err(BuildError::AfterSignIn(policy.after_sign_in));
        }
        policy.sessions.check()?;
        policy.access_tokens.check()?;
        policy.passwords.check()?;
        let access_tokens = AccessTokenState::new(self.signer, &policy);
        Ok(Auth::new(Core {
            store: self.store.ok_or(BuildError::NoStore)?,
            providers: Arc::new(Providers::new(self.providers)?),
            clock: self.clock.ok_or(BuildError::NoClock)?,
            entropy: self.entropy.ok_or(BuildError::NoEntropy)?,
            policy,
            hooks: self.hooks,
            mailer: self.mailer,
            attempts: AttemptLoad::default(),
            cipher: self.cipher,
            access_tokens,
            passwords: self.passwords,
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
