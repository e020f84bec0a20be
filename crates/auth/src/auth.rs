use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use belgie_domain::{ClientInfo, RedirectRule, SessionPolicy, SessionToken, User};
use belgie_ports::StoreError;
use chrono::{DateTime, Utc};

use crate::core::Core;
use crate::{
    Admin, AfterCommit, AuthError, Authenticated, Housekeeping, Proof, ProviderSummary,
    SessionManager, SignIn, UserQuery,
};

/// Everything that an application asks of Belgie. Cheap to clone; clones are one and the same.
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

    /// Signing in with a provider.
    pub fn sign_in(&self) -> SignIn<'_> {
        SignIn::new(&self.core)
    }

    /// Sessions: who a token belongs to, beginning, listing and ending them.
    pub fn sessions(&self) -> SessionManager<'_> {
        SessionManager::new(&self.core)
    }

    /// What the operator does to users, at the command line or in the application's own code: everything.
    pub fn operator(&self) -> Admin<'_> {
        Admin::operator(&self.core)
    }

    /// What an admin who is signed in does to users; each change needs a recent authentication.
    ///
    /// # Errors
    /// [`AuthError::Forbidden`] when the user is no admin.
    pub fn admin<'a>(
        &'a self,
        admin: &'a Authenticated,
        client: &'a ClientInfo,
    ) -> Result<Admin<'a>, AuthError> {
        Admin::signed_in(&self.core, admin, client)
    }

    /// Deleting what has expired.
    pub fn housekeeping(&self) -> Housekeeping<'_> {
        Housekeeping::new(&self.core)
    }

    /// Delivering committed events to the application's hooks.
    pub fn after_commit(&self) -> AfterCommit<'_> {
        AfterCommit::new(&self.core)
    }

    /// Returns the user to whom a session token belongs; `None` when it opens no session.
    ///
    /// # Errors
    /// [`AuthError::Store`] when the store cannot answer now: never `None`.
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

    /// Returns whether there is no other user than this one: it is the first of a new installation.
    ///
    /// # Errors
    /// [`AuthError::Store`].
    pub async fn is_only_user(&self, user: &User) -> Result<bool, AuthError> {
        let first_two = self.core.store.users(UserQuery::first(2)).await?;
        Ok(matches!(&*first_two, [only] if only.id == user.id))
    }

    /// Returns when the store answers.
    ///
    /// # Errors
    /// [`AuthError::Store`] when it does not, or not within the limit.
    pub async fn ready(&self, within: Duration) -> Result<(), AuthError> {
        let asked = tokio::time::timeout(within, self.core.store.ping()).await;
        let elapsed = |elapsed| Err(StoreError::Unavailable(Box::new(elapsed)));
        Ok(asked.unwrap_or_else(elapsed)?)
    }

    /// Returns where redirects may go, and which origins are trusted.
    pub fn redirects(&self) -> &RedirectRule {
        &self.core.policy.redirects
    }

    /// Returns where the browser lands after signing in unless the request says otherwise.
    pub fn after_sign_in(&self) -> &str {
        &self.core.policy.after_sign_in
    }

    /// Returns how long sessions live.
    pub fn session_policy(&self) -> &SessionPolicy {
        &self.core.policy.sessions
    }

    /// Returns the time now.
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
