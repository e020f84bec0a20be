mod refresh;
mod revocation;
mod token;

use std::fmt;
use std::sync::Arc;

use belgie_domain::{Account, AccountId, ClientInfo, EventKind, Purpose, UserId, check_unlink};
use belgie_ports::{Contention, StoreExt as _};

use crate::core::Core;
use crate::{AuthError, AuthorizationRedirect, BeginSignIn, FreshSession, SignIn};

pub use token::AccountToken;

pub(crate) use revocation::Revocation;

/// The accounts by which a user signs in (besides a [password](crate::Passwords)): listing, adding and removing them, and the provider's tokens.
#[derive(Clone, Copy)]
pub struct Accounts<'a> {
    core: &'a Arc<Core>,
}

impl<'a> Accounts<'a> {
    pub(crate) fn new(core: &'a Arc<Core>) -> Self {
        Self { core }
    }

    /// Returns a user's accounts, oldest first.
    ///
    /// # Errors
    /// [`AuthError::Store`].
    pub async fn list(&self, user: UserId) -> Result<Vec<Account>, AuthError> {
        Ok(self.core.store.accounts_of(user).await?)
    }

    /// Returns whether the account can be used to sign in: its provider is still configured, with the same issuer.
    pub fn is_usable(&self, account: &Account) -> bool {
        self.core.ways_in().include(account)
    }

    /// Starts adding an account to the user who is signed in: draws the secrets, stores the attempt, and returns where
    /// to redirect the browser. [`SignIn::complete`](crate::SignIn::complete) completes it, provided that the session
    /// still exists. No address has to match, since the person authenticates on both sides.
    ///
    /// # Errors
    /// As [`SignIn::begin`](crate::SignIn::begin).
    pub async fn begin_link(
        &self,
        session: FreshSession<'_>,
        request: BeginSignIn<'_>,
    ) -> Result<AuthorizationRedirect, AuthError> {
        let session = session.authenticated().session.id;
        let sign_in = SignIn::new(self.core);
        sign_in.start(request, Purpose::Link { session }).await
    }

    /// Removes one of the user's own accounts and erases its provider's tokens. They are also revoked at the provider,
    /// where that is possible, but the account is removed all the same.
    ///
    /// # Errors
    /// [`AuthError::NotFound`] when the user has no such account, [`AuthError::Refused`] with `LastSignInMethod` when
    /// the user could not sign in any more, [`AuthError::Store`].
    pub async fn unlink(
        &self,
        session: FreshSession<'_>,
        account: AccountId,
        client: &ClientInfo,
    ) -> Result<(), AuthError> {
        let user = session.authenticated().user.id;
        let event = self.core.event(EventKind::AccountUnlinked);
        let event = event.by_self(user).from(client);
        let state = (event, self.core.ways_in());
        let revocation = Revocation::prepare(self.core, account).await;
        let removed =
            self.core
                .store
                .transaction(Contention::on_user(user), state, move |state, tx| {
                    Box::pin(async move {
                        let (event, ways_in) = state;
                        let accounts = tx.accounts_of(user).await?;
                        let is_usable = |account: &Account| ways_in.include(account);
                        let has_password = ways_in.include_password_of(user, tx).await?;
                        let found = check_unlink(&accounts, account, has_password, is_usable)?;
                        let found = found
                            .ok_or_else(|| AuthError::NotFound(format!("account {account}")))?;
                        tx.delete_account(account).await?;
                        event.clone().via(&found.provider).write(tx).await?;
                        Ok::<_, AuthError>(found.provider.clone())
                    })
                });
        let provider = removed.await?;
        self.core.hooks.committed.notify_one();
        tracing::info!(%user, %account, %provider, "account unlinked");
        revocation.run(&provider).await;
        Ok(())
    }
}

impl fmt::Debug for Accounts<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Accounts").finish_non_exhaustive()
    }
}
