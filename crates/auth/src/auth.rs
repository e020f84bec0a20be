use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use belgie_domain::{ClientInfo, RedirectRule, SessionPolicy, SessionToken, User};
use belgie_ports::StoreError;
use chrono::{DateTime, Utc};

use crate::core::Core;
use crate::{
    AccessTokens, Accounts, Admin, AfterCommit, AuthError, Authenticated, Emails, Housekeeping,
    Limits, Mails, Me, Passwords, Pending, Proof, ProviderSummary, SessionManager, SignIn,
    UserQuery,
};

/// The entry point to all use cases. Cheap to clone; clones share everything.
#[derive(Clone)]
pub struct Auth {
    core: Arc<Core>,
}

impl Auth {
    pub(crate) fn new(core: Core) -> Self {
        Self {
            core: Arc::new(core),
        }
    }

    /// Returns the sign-in flow.
    pub fn sign_in(&self) -> SignIn<'_> {
        SignIn::new(&self.core)
    }

    /// Returns what waits for a person's choice after a sign-in: see [`CallbackFailure::is_pending`].
    ///
    /// [`CallbackFailure::is_pending`]: crate::CallbackFailure::is_pending
    pub fn pending(&self) -> Pending<'_> {
        Pending::new(&self.core)
    }

    /// Returns the accounts by which users sign in: listing, adding and removing them.
    pub fn accounts(&self) -> Accounts<'_> {
        Accounts::new(&self.core)
    }

    /// Returns signing in with a password.
    pub fn passwords(&self) -> Passwords<'_> {
        Passwords::new(&self.core)
    }

    /// Returns the e-mail addresses of users: verifying and changing them.
    pub fn emails(&self) -> Emails<'_> {
        Emails::new(&self.core)
    }

    /// Returns what signed-in users do with the data about themselves.
    pub fn me(&self) -> Me<'_> {
        Me::new(&self.core)
    }

    /// Returns the access tokens: issuing and verifying them, and the keys that sign them.
    pub fn access_tokens(&self) -> AccessTokens<'_> {
        AccessTokens::new(&self.core)
    }

    /// Returns the session manager: authenticating, starting, listing and ending sessions.
    pub fn sessions(&self) -> SessionManager<'_> {
        SessionManager::new(&self.core)
    }

    /// Returns the limits of how often things may happen.
    pub fn limits(&self) -> Limits<'_> {
        Limits::new(&self.core)
    }

    /// Returns unrestricted user administration, for the command line or the application's own code.
    pub fn operator(&self) -> Admin<'_> {
        Admin::operator(&self.core)
    }

    /// Returns user administration for a signed-in admin. Changing a user requires a recent authentication; ending
    /// sessions does not.
    ///
    /// # Errors
    /// [`AuthError::Forbidden`] when the user is not an admin.
    pub fn admin<'a>(
        &'a self,
        admin: &'a Authenticated,
        client: &'a ClientInfo,
    ) -> Result<Admin<'a>, AuthError> {
        Admin::signed_in(&self.core, admin, client)
    }

    /// Returns the housekeeping, which deletes expired rows once; [`Self::spawn_housekeeping`] does so regularly.
    pub fn housekeeping(&self) -> Housekeeping<'_> {
        Housekeeping::new(&self.core)
    }

    /// Returns the delivery of committed events to the application's hooks.
    pub fn after_commit(&self) -> AfterCommit<'_> {
        AfterCommit::new(&self.core)
    }

    /// Returns the sending of mails.
    pub fn mails(&self) -> Mails<'_> {
        Mails::new(&self.core)
    }

    /// Returns the user a session token belongs to; `None` when there is no live session.
    ///
    /// # Errors
    /// [`AuthError::Store`] when the store is unavailable; this is never reported as `None`.
    pub async fn user_of(&self, token: &SessionToken) -> Result<Option<User>, AuthError> {
        match self
            .sessions()
            .authenticate(token, Proof::SessionToken)
            .await
        {
            Ok(authenticated) => Ok(Some(authenticated.user)),
            Err(AuthError::NotAuthenticated | AuthError::SessionExpired) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Returns the configured providers.
    pub fn providers(&self) -> Vec<ProviderSummary> {
        self.core.providers.summaries()
    }

    /// Returns whether this is the only user, as in a new installation.
    ///
    /// # Errors
    /// [`AuthError::Store`].
    pub async fn is_only_user(&self, user: &User) -> Result<bool, AuthError> {
        let first_two = self.core.store.users(UserQuery::first(2)).await?;
        Ok(matches!(&*first_two, [only] if only.id == user.id))
    }

    /// Waits until the store responds, for at most the duration `within`.
    ///
    /// # Errors
    /// [`AuthError::Store`] when it does not respond in that time, or responds with an error.
    pub async fn ready(&self, within: Duration) -> Result<(), AuthError> {
        let asked = tokio::time::timeout(within, self.core.store.ping()).await;
        let elapsed = |elapsed| Err(StoreError::Unavailable(Box::new(elapsed)));
        Ok(asked.unwrap_or_else(elapsed)?)
    }

    /// Returns where redirects may go, and which origins are trusted.
    pub fn redirects(&self) -> &RedirectRule {
        &self.core.policy.redirects
    }

    /// Returns where the browser goes after signing in, unless the request names a target.
    pub fn after_sign_in(&self) -> &str {
        &self.core.policy.after_sign_in
    }

    /// Returns the session policy.
    pub fn session_policy(&self) -> &SessionPolicy {
        &self.core.policy.sessions
    }

    /// Returns a random number from 0 to 1, to vary pauses.
    pub(crate) fn random_fraction(&self) -> f64 {
        let mut bytes = [0; 4];
        self.core.entropy.fill(&mut bytes);
        f64::from(u32::from_ne_bytes(bytes)) / f64::from(u32::MAX)
    }

    /// Returns the current time.
    pub fn now(&self) -> DateTime<Utc> {
        self.core.now()
    }
}

impl fmt::Debug for Auth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Auth")
            .field("providers", &self.providers())
            .field("policy", &self.core.policy)
            .finish_non_exhaustive()
    }
}
