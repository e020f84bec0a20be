use belgie_domain::{Attempt, BrowserBinding, CodeVerifier, Nonce, ReturnTo, SessionToken, State};
use belgie_ports::AuthorizationRequest;
use chrono::{DateTime, Utc};

use super::complete::log_failure;
use super::{BeginSignIn, Begun, SignIn};
use crate::AuthError;

/// Open attempts that one browser has at most; the oldest goes.
const ATTEMPTS_PER_BROWSER: u32 = 32;
/// Longest `state` of a front end, in characters.
const MAX_CLIENT_STATE: usize = 512;

/// What a sign-in is made of that nobody may guess.
struct Secrets {
    state: State,
    nonce: Nonce,
    code_verifier: CodeVerifier,
    binding: BrowserBinding,
}

impl SignIn<'_> {
    /// Begins a sign-in: draws its secrets, keeps the attempt, and says where to send the browser.
    ///
    /// # Errors
    /// [`AuthError::ProviderNotFound`], [`AuthError::RedirectNotAllowed`], [`AuthError::InvalidRequest`];
    /// [`AuthError::Provider`] when the provider cannot be asked for its endpoints; [`AuthError::Store`].
    pub async fn begin(&self, request: BeginSignIn<'_>) -> Result<Begun, AuthError> {
        let provider = self.auth.provider(request.provider)?;
        let return_to = self.return_to(request.redirect_url)?;
        let client_state = checked_client_state(request.client_state)?;

        let now = self.auth.now();
        let secrets = self.draw(now, request.binding);
        let authorization_url = provider
            .authorization_url(AuthorizationRequest {
                state: &secrets.state,
                nonce: &secrets.nonce,
                code_verifier: &secrets.code_verifier,
            })
            .await
            .map_err(AuthError::from)
            .inspect_err(|error| log_failure(provider, error))?;

        self.keep(Attempt {
            state_hash: secrets.state.hash(),
            binding_hash: secrets.binding.hash(),
            provider: provider.id().clone(),
            nonce: secrets.nonce,
            code_verifier: secrets.code_verifier,
            return_to: return_to.as_str().to_owned(),
            client_state,
            replaces: request.replaces.as_ref().map(SessionToken::hash),
            created_at: now,
            expires_at: now + Attempt::MAX_AGE,
        })
        .await?;
        Ok(Begun {
            authorization_url,
            binding: secrets.binding,
        })
    }

    fn return_to(self, wanted: Option<&str>) -> Result<ReturnTo, AuthError> {
        let policy = self.auth.policy();
        let wanted = wanted.unwrap_or(&policy.after_sign_in);
        policy.redirects.check(wanted).map_err(|_| {
            // Not the whole of it, which may hold what is secret to others.
            let origin = url::Url::parse(wanted).map(|url| url.origin().ascii_serialization());
            tracing::info!(
                origin = origin.as_deref().unwrap_or("none"),
                "redirect not allowed: its origin is not among the trusted ones (TRUSTED_ORIGINS)"
            );
            AuthError::RedirectNotAllowed
        })
    }

    fn draw(self, now: DateTime<Utc>, binding: Option<BrowserBinding>) -> Secrets {
        let chance = self.auth.chance(now);
        Secrets {
            state: State::from_random(chance.bytes()),
            nonce: Nonce::from_random(chance.bytes()),
            code_verifier: CodeVerifier::from_random(chance.bytes()),
            binding: binding.unwrap_or_else(|| BrowserBinding::from_random(chance.bytes())),
        }
    }

    async fn keep(&self, attempt: Attempt) -> Result<(), AuthError> {
        self.auth
            .store()
            .transaction(move |tx| {
                let attempt = attempt.clone();
                Box::pin(async move {
                    tx.insert_attempt(&attempt).await?;
                    tx.trim_attempts_of(attempt.binding_hash, ATTEMPTS_PER_BROWSER)
                        .await?;
                    Ok(())
                })
            })
            .await
    }
}

fn checked_client_state(state: Option<&str>) -> Result<Option<String>, AuthError> {
    if state.is_some_and(|state| state.chars().count() > MAX_CLIENT_STATE) {
        return Err(AuthError::InvalidRequest(
            "state is longer than 512 characters",
        ));
    }
    if state.is_some_and(|state| state.contains(char::is_control)) {
        return Err(AuthError::InvalidRequest(
            "state contains a control character",
        ));
    }
    Ok(state.map(str::to_owned))
}
