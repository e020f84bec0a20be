use std::sync::Arc;

use belgie_domain::{
    Attempt, AuthorizationCode, BrowserBinding, Delivery, NewPendingSignIn, PendingSignIn,
    ProviderId, ProviderIdentity, Purpose, ReturnTo, SessionId, SessionToken, State, UserId,
};
use belgie_ports::{
    CodeGrant, Exchanged, IdentityProvider, ProviderError, ReportedError, StoreError,
};

use super::connection::Connection;
use super::ending::Ending;
use super::failure::location;
use super::linking::Linking;
use super::reauthentication::max_age;
use super::record::{FailedSignIn, kind_of, record_failure};
use super::resolution::Resolution;
use super::written::Destination;
use super::{Callback, CallbackFailure, Completed, ProviderAnswer, SignIn};
use crate::time_limit::in_time;
use crate::{AuthError, Limits};

/// The error codes by which a provider reports that the person declined (RFC 6749 §4.1.2.1, OpenID Connect Core
/// §3.1.2.6, and codes specific to some providers).
const REFUSALS: [&str; 5] = [
    "access_denied",
    "consent_required",
    "interaction_required",
    "user_cancelled_login",
    "user_cancelled_authorize",
];
/// The maximum number of additional states of one response whose attempts are ended, since each costs a write.
const MAX_STATES: usize = 3;

impl SignIn<'_> {
    /// Completes an attempt: consumes it, checks that this browser started it, exchanges the code, and decides and
    /// records in one transaction who signs in.
    ///
    /// # Errors
    /// A [`CallbackFailure`]; no session, user or account was created. The attempt is consumed, unless another browser
    /// started it, or the store is unavailable. One whose provider is no longer configured has ended, too.
    pub async fn complete(&self, callback: Callback<'_>) -> Result<Completed, CallbackFailure> {
        let provider = self.core.provider(callback.provider);
        let attempt = match self.consume_states(&callback).await {
            Ok(attempt) => attempt,
            Err(error) => {
                let error = provider.err().unwrap_or(error);
                return Err(CallbackFailure::unknown(error));
            }
        };
        let kind = kind_of(&attempt.purpose);
        let return_to = match self.check(&attempt, &callback) {
            Ok(return_to) => return_to,
            Err(error) => {
                let failed = match provider {
                    Ok(provider) => {
                        let failed = error.into();
                        record_failure(self.core, provider.id(), &callback.client, &failed, kind)
                            .await;
                        failed.error
                    }
                    Err(unknown) => unknown,
                };
                return Err(CallbackFailure::ended(&attempt, failed));
            }
        };
        let provider =
            provider.map_err(|error| CallbackFailure::of(&attempt, &return_to, error))?;

        let completed = self.carry_out(provider, &attempt, &callback, &return_to);
        let completed = completed.await;
        match completed {
            Ok(completed) => Ok(completed),
            Err(failed) => {
                record_failure(self.core, provider.id(), &callback.client, &failed, kind).await;
                let is_pending = failed.holder.is_some();
                let failure = CallbackFailure::of(&attempt, &return_to, failed.error);
                Err(CallbackFailure {
                    is_pending,
                    ..failure
                })
            }
        }
    }

    /// Does what the attempt is for.
    async fn carry_out(
        &self,
        provider: &dyn IdentityProvider,
        attempt: &Attempt,
        callback: &Callback<'_>,
        return_to: &ReturnTo,
    ) -> Result<Completed, FailedSignIn> {
        Limits::new(self.core)
            .callback(&callback.client, attempt.network)
            .await?;
        match (&attempt.purpose, &attempt.delivery) {
            (Purpose::SignIn { .. }, delivery)
            | (Purpose::Reauthenticate { .. }, delivery @ Delivery::Cookie) => {
                let held = callback.replaces.as_ref().map(SessionToken::hash);
                let ending = Ending::of(delivery, attempt.purpose.replaces(), held);
                let ending = ending.ok_or(AuthError::InvalidState)?;
                self.sign_in(provider, attempt, callback, return_to, ending)
                    .await
            }
            (Purpose::Link { session }, Delivery::Cookie) => {
                self.link(provider, attempt, callback, *session).await?;
                let location = location(return_to, attempt.client_state.as_deref(), None);
                Ok(Completed::Linked { location })
            }
            // Its purpose or delivery is known only to a newer version.
            _ => Err(AuthError::InvalidState.into()),
        }
    }

    /// Consumes the attempt of the first state. With several states it is unclear which one is meant, so the attempts
    /// of the others are ended too.
    async fn consume_states(&self, callback: &Callback<'_>) -> Result<Attempt, AuthError> {
        let mut states = callback.states.iter();
        let first = states.next().copied().unwrap_or_default();
        for state in states.take(MAX_STATES) {
            match self.consume(state, callback).await {
                Ok(_) | Err(AuthError::InvalidState) => {}
                Err(error) => return Err(error),
            }
        }
        let consumed = self.consume(first, callback).await;
        consumed.map_err(|error| match error {
            AuthError::InvalidState => unknown_state(callback),
            error => error,
        })
    }

    /// Checks that the attempt belongs to this provider and has not expired, and returns where the browser goes, if it
    /// still may.
    fn check(self, attempt: &Attempt, callback: &Callback<'_>) -> Result<ReturnTo, AuthError> {
        let asked = attempt.provider.as_str() == callback.provider;
        if !asked || attempt.is_expired(self.core.now()) {
            return Err(unknown_state(callback));
        }
        let return_to = self.core.policy.redirects.check(&attempt.return_to);
        return_to.map_err(|_| AuthError::RedirectNotAllowed)
    }

    /// Consumes the attempt, at most once, if it belongs to this browser.
    async fn consume(&self, state: &str, callback: &Callback<'_>) -> Result<Attempt, AuthError> {
        let state = State::parse(state).map_err(|_| AuthError::InvalidState)?;
        let binding = callback.binding.as_ref().map(BrowserBinding::hash);
        let binding = binding.ok_or(AuthError::InvalidState)?;
        let attempt = self.core.store.consume_attempt(state.hash(), binding);
        attempt.await?.ok_or(AuthError::InvalidState)
    }

    async fn sign_in(
        &self,
        provider: &dyn IdentityProvider,
        attempt: &Attempt,
        callback: &Callback<'_>,
        return_to: &ReturnTo,
        ending: Ending,
    ) -> Result<Completed, FailedSignIn> {
        let destination = Destination {
            delivery: &attempt.delivery,
            return_to,
            client_state: attempt.client_state.as_deref(),
        };
        destination.prepare(self.core).await?;
        let exchanged = self.exchanged(provider, attempt, callback).await?;
        let (browser, client) = (attempt.binding_hash, &callback.client);
        let connection = Connection::find(self.core, browser, client).await?;
        // Otherwise the provider was not asked to authenticate the person again.
        let authenticated_at = max_age(provider, &attempt.purpose).and(exchanged.authenticated_at);
        let resolution = Resolution::new(self.core, provider.id(), exchanged, client, ending);
        let resolution = resolution.connecting(connection);
        let resolution = Arc::new(match attempt.purpose {
            Purpose::Reauthenticate { session } => {
                resolution.reauthenticating(session, authenticated_at)
            }
            _ => resolution,
        });
        let written = resolution.commit(self.core).await;
        if let Err(failed) = &written
            && let Some(holder) = failed.holder
        {
            let identity = resolution.identity.clone();
            self.wait(provider.id(), attempt, identity, holder).await?;
        }
        let completed = written?.completed(self.core, provider.id(), destination);
        Ok(completed.await?)
    }

    /// Lets the identity wait in this browser until the person has chosen, in place of what may wait there already.
    async fn wait(
        &self,
        provider: &ProviderId,
        attempt: &Attempt,
        identity: ProviderIdentity,
        holder: UserId,
    ) -> Result<(), StoreError> {
        let mut pending = PendingSignIn::new(NewPendingSignIn {
            binding_hash: attempt.binding_hash,
            provider: provider.clone(),
            identity,
            holder,
            return_to: attempt.return_to.clone(),
            created_at: self.core.now(),
        });
        pending.client_state.clone_from(&attempt.client_state);
        pending.delivery = attempt.delivery.clone();
        pending.replaces = attempt.purpose.replaces();
        self.core.store.put_pending_sign_in(&pending).await
    }

    async fn link(
        &self,
        provider: &dyn IdentityProvider,
        attempt: &Attempt,
        callback: &Callback<'_>,
        session: SessionId,
    ) -> Result<(), FailedSignIn> {
        let exchanged = self.exchanged(provider, attempt, callback).await?;
        let linking = Linking::new(self.core, provider.id(), exchanged, session, callback);
        let account = linking.commit(self.core).await?;
        let (user, account) = (account.user_id, account.id);
        tracing::info!(%user, %account, provider = %provider.id(), "account linked");
        Ok(())
    }

    /// Returns the verified identity of the person and what else the provider issued.
    async fn exchanged(
        &self,
        provider: &dyn IdentityProvider,
        attempt: &Attempt,
        callback: &Callback<'_>,
    ) -> Result<Exchanged, AuthError> {
        in_time(Box::pin(self.exchange(provider, attempt, callback))).await
    }

    /// Exchanges the code, after checking that the response comes from this provider.
    async fn exchange(
        &self,
        provider: &dyn IdentityProvider,
        attempt: &Attempt,
        callback: &Callback<'_>,
    ) -> Result<Exchanged, AuthError> {
        if matches!(callback.answer, ProviderAnswer::Malformed) {
            return Err(MALFORMED);
        }
        provider.check_response_issuer(callback.issuer).await?;
        let code = match callback.answer {
            ProviderAnswer::Code(code) => code,
            ProviderAnswer::Error { code, description } => {
                return Err(reported(attempt, callback, code, description));
            }
            ProviderAnswer::Malformed => return Err(MALFORMED),
        };
        // A code that no provider can have issued need not be sent.
        let code = AuthorizationCode::parse(code).map_err(|_| ProviderError::CodeRejected(None))?;
        let redirect_uri = self.core.redirect_uri(provider);
        let (verifier, nonce) = (&attempt.code_verifier, &attempt.nonce);
        let mut grant = CodeGrant::new(&code, verifier, nonce, &redirect_uri);
        grant.max_age = max_age(provider, &attempt.purpose);
        Ok(provider.exchange(grant).await?)
    }
}

/// Returns the error for a response to no open attempt: a malformed response has an error of its own.
fn unknown_state(callback: &Callback<'_>) -> AuthError {
    match callback.answer {
        ProviderAnswer::Malformed => MALFORMED,
        _ => AuthError::InvalidState,
    }
}

const MALFORMED: AuthError = AuthError::InvalidRequest(
    "The provider's answer is malformed: it has neither a code nor an error, or a parameter twice.",
);

/// Returns the error that the provider reported, without the secrets of the attempt.
fn reported(
    attempt: &Attempt,
    callback: &Callback<'_>,
    code: &str,
    description: Option<&str>,
) -> AuthError {
    let secrets = [attempt.nonce.secret(), attempt.code_verifier.secret()];
    let secrets = secrets.into_iter().chain(callback.states.iter().copied());
    let error = ReportedError::new(code, description, secrets);
    if REFUSALS.contains(&code) {
        return AuthError::AccessDenied(error);
    }
    AuthError::ProviderReturnedError(error)
}
