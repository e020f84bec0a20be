use belgie_domain::{ClientInfo, EventKind, ProviderId, Refusal};
use belgie_ports::StoreExt as _;

use super::claim::Claim;
use super::entry::Entry;
use super::{PasswordSignIn, Passwords};
use crate::sign_in::{FailedSignIn, record_failure};
use crate::{AuthError, SignedIn};

impl Passwords<'_> {
    /// Signs in with an address and a password, and starts a session. An identity that waits in this browser for this very
    /// user joins it.
    ///
    /// An unknown address, a user without a password, a wrong password and an address that has to be verified first are the
    /// same error, after the same work; the events distinguish them. Only the right password reveals more.
    ///
    /// # Errors
    /// [`AuthError::InvalidCredentials`]; [`AuthError::Refused`] when the password is right but its user is disabled;
    /// [`AuthError::RateLimited`], [`AuthError::Hashing`], [`AuthError::PasswordsOff`],
    /// [`AuthError::Store`].
    pub async fn sign_in(&self, request: PasswordSignIn<'_>) -> Result<SignedIn, AuthError> {
        match self.try_sign_in(&request).await {
            Ok(signed_in) => Ok(signed_in),
            Err(failed) => Err(self.fail(failed, request.client, EventKind::SignIn).await),
        }
    }

    async fn try_sign_in(self, request: &PasswordSignIn<'_>) -> Result<SignedIn, FailedSignIn> {
        let (core, typed) = (self.core, request.password);
        self.tools()?;
        let found = core.store.find_user_with_password(request.email).await?;
        let holder = found.as_ref().map(|(user, _)| user.clone());
        let claim = Claim {
            email: Some(request.email),
            found,
            typed,
            client: request.client,
        };
        let (verified, guess) = self.verify(claim).await?;
        let user = verified.user;
        let failed = |error: AuthError| FailedSignIn::of(error, Some(user));
        let entry = Entry::prepare(core, request, verified.clone()).await?;
        if let Some(holder) = &holder {
            entry.check_admission_early(holder).map_err(failed)?;
        }
        let (token, contention) = (entry.session.token().clone(), entry.contention());
        let entered = core
            .store
            .transaction(contention, entry, |entry, tx| Box::pin(entry.run(tx)));
        let entered = entered.await.map_err(failed)?;
        core.hooks.committed.notify_one();
        if let Some(guess) = guess
            && let Err(error) = guess.succeeded().await
        {
            tracing::warn!(%user, %error, "could not return the permit of a right password");
        }
        tracing::info!(%user, session = %entered.session.id, "signed in with a password");
        if let Some(provider) = &entered.connected {
            tracing::info!(%user, %provider, "waiting account connected");
        }
        self.renew(verified, typed).await;
        let location = core.policy.after_sign_in.clone();
        let signed_in = SignedIn::new(token, entered.session, entered.user, location);
        Ok(signed_in.with_connected(entered.connected))
    }

    /// Records a failure, or counts a refusal for its frequency, and returns the error that the person may learn.
    pub(super) async fn fail(
        self,
        failed: FailedSignIn,
        client: &ClientInfo,
        kind: EventKind,
    ) -> AuthError {
        let is_recorded = !matches!(
            failed.error,
            AuthError::Hashing(_) | AuthError::PasswordsOff
        );
        if is_recorded {
            let password = ProviderId::password();
            record_failure(self.core, &password, client, &failed, kind).await;
        }
        disclosed(failed.error)
    }
}

/// Returns the error that may be disclosed. A person who registered an address without owning it knows the password, and
/// any answer other than that to a wrong one would reveal that the address was not known before.
fn disclosed(error: AuthError) -> AuthError {
    match error {
        AuthError::Refused(Refusal::EmailNotVerified) => AuthError::InvalidCredentials,
        error => error,
    }
}
