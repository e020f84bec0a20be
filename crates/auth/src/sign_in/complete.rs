use std::time::Duration;

use belgie_domain::{Attempt, AuthorizationCode, Event, EventKind, Outcome, ReturnTo, State};
use belgie_ports::{CodeGrant, Exchanged, IdentityProvider, ProviderError, with_causes};
use tokio::time::timeout;

use super::settle::{Settlement, Unsettled};
use super::{Callback, CallbackFailure, ProviderAnswer, SignIn, SignedIn};
use crate::AuthError;

/// How long a browser waits for the provider in all, less a moment for our own part: the promise is 10 seconds.
const PROVIDER_LIMIT: Duration = Duration::from_millis(9_500);

impl SignIn<'_> {
    /// Completes a sign-in: uses up the attempt, checks that this browser began it, exchanges the code, and settles in
    /// one transaction who the identity is to us.
    ///
    /// # Errors
    /// A [`CallbackFailure`]; then there is no session, no user and no account, and the attempt is used up.
    pub async fn complete(&self, callback: Callback<'_>) -> Result<SignedIn, CallbackFailure> {
        let provider = self
            .auth
            .provider(callback.provider)
            .map_err(CallbackFailure::here)?;
        let attempt = self
            .consume(&callback)
            .await
            .map_err(CallbackFailure::here)?;
        let return_to = self.auth.redirects().check(&attempt.return_to);
        let return_to =
            return_to.map_err(|_| CallbackFailure::here(AuthError::RedirectNotAllowed))?;

        match self
            .establish(provider, &attempt, &callback, &return_to)
            .await
        {
            Ok(signed_in) => Ok(signed_in),
            Err(unsettled) => {
                self.record_failure(provider, &callback, &unsettled).await;
                Err(CallbackFailure::at(unsettled.error, &return_to, &attempt))
            }
        }
    }

    /// Takes the attempt, at most once, and checks that it is this provider's, this browser's and still open.
    async fn consume(&self, callback: &Callback<'_>) -> Result<Attempt, AuthError> {
        let state = State::parse(callback.state).map_err(|_| AuthError::InvalidState)?;
        let attempt = self.auth.store().consume_attempt(state.hash()).await?;
        let attempt = attempt.ok_or(AuthError::InvalidState)?;
        let bound = callback
            .binding
            .as_ref()
            .is_some_and(|binding| attempt.is_bound_to(binding));
        let asked = attempt.provider.as_str() == callback.provider;
        if !bound || !asked || attempt.is_expired(self.auth.now()) {
            return Err(AuthError::InvalidState);
        }
        Ok(attempt)
    }

    async fn establish(
        &self,
        provider: &dyn IdentityProvider,
        attempt: &Attempt,
        callback: &Callback<'_>,
        return_to: &ReturnTo,
    ) -> Result<SignedIn, Unsettled> {
        let exchanged = self.exchanged(provider, attempt, callback);
        let exchanged = timeout(PROVIDER_LIMIT, exchanged).await;
        let identity = exchanged
            .unwrap_or(Err(ProviderError::TimedOut.into()))?
            .identity;
        let settlement = Settlement::new(self.auth, provider.id(), identity, attempt, callback);
        let (session, user, token) = settlement.carry_out(self.auth).await?;
        tracing::info!(user = %user.id, session = %session.id, provider = %provider.id(), "signed in");
        let state = attempt
            .client_state
            .as_deref()
            .map(|state| ("state", state));
        let location = return_to.with_query(state.as_slice());
        Ok(SignedIn {
            token,
            session,
            user,
            location,
        })
    }

    /// Asks the provider who it is, once the response is known to be the provider's own.
    async fn exchanged(
        &self,
        provider: &dyn IdentityProvider,
        attempt: &Attempt,
        callback: &Callback<'_>,
    ) -> Result<Exchanged, AuthError> {
        provider.check_response_issuer(callback.issuer).await?;
        let code = match callback.answer {
            ProviderAnswer::Code(code) => code,
            ProviderAnswer::Error("access_denied") => return Err(AuthError::AccessDenied),
            ProviderAnswer::Error(_) => return Err(AuthError::ProviderReturnedError),
        };
        // What no provider can have issued needs no provider to refuse it.
        let code = AuthorizationCode::parse(code).map_err(|_| ProviderError::CodeRejected)?;
        let redirect_uri = self.auth.redirect_uri(provider);
        let (verifier, nonce) = (&attempt.code_verifier, &attempt.nonce);
        let grant = CodeGrant::new(&code, verifier, nonce, &redirect_uri);
        Ok(provider.exchange(grant).await?)
    }

    /// Keeps the event of a sign-in that failed; that it cannot be kept does not change the answer.
    async fn record_failure(
        &self,
        provider: &dyn IdentityProvider,
        callback: &Callback<'_>,
        unsettled: &Unsettled,
    ) {
        log_failure(provider, &unsettled.error);
        let now = self.auth.now();
        let event = Event {
            id: self.auth.chance(now).event_id(),
            at: now,
            kind: EventKind::SignIn,
            user_id: unsettled.user_id,
            actor_id: unsettled.user_id,
            provider: Some(provider.id().clone()),
            outcome: Outcome::Failure(unsettled.error.code()),
            client: callback.client.clone(),
        };
        if let Err(error) = self.auth.store().record_event(event).await {
            tracing::warn!(%error, "the event of a failed sign-in was not kept");
        }
    }
}

/// Says in the log what clients are not told.
pub(super) fn log_failure(provider: &dyn IdentityProvider, error: &AuthError) {
    let reason = with_causes(error);
    tracing::info!(provider = %provider.id(), code = %error.code(), reason, "sign-in failed");
}

impl CallbackFailure {
    /// A failure that is told on our own page.
    fn here(error: AuthError) -> Self {
        Self {
            error,
            location: None,
        }
    }

    /// A failure that is told where the sign-in began, when that is another origin.
    fn at(error: AuthError, return_to: &ReturnTo, attempt: &Attempt) -> Self {
        if return_to.is_same_origin() {
            return Self::here(error);
        }
        let code = ("error", error.code().as_str());
        let state = attempt
            .client_state
            .as_deref()
            .map(|state| ("state", state));
        let parameters: Vec<_> = [code].into_iter().chain(state).collect();
        Self {
            location: Some(return_to.with_query(&parameters)),
            error,
        }
    }
}
