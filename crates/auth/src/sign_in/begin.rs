use belgie_domain::{Attempt, BrowserBinding, CodeVerifier, Nonce, State};
use belgie_ports::AuthorizationRequest;

use super::{BeginSignIn, Begun, SignIn};
use crate::AuthError;

/// Open attempts that one browser has at most; the oldest goes.
const ATTEMPTS_PER_BROWSER: u32 = 32;
/// Longest `state` of a front end, in characters.
const MAX_CLIENT_STATE: usize = 512;

impl SignIn<'_> {
    /// Begins a sign-in: draws its secrets, keeps the attempt, and says where to send the browser.
    ///
    /// # Errors
    /// [`AuthError::ProviderNotFound`], [`AuthError::RedirectNotAllowed`], [`AuthError::InvalidRequest`];
    /// [`AuthError::Provider`] when the provider cannot be asked for its endpoints; [`AuthError::Store`].
    pub async fn begin(&self, request: BeginSignIn<'_>) -> Result<Begun, AuthError> {
        let provider = self.auth.provider(request.provider)?;
        let policy = self.auth.policy();
        let wanted = request.redirect_url.unwrap_or(&policy.after_sign_in);
        let return_to = policy.redirects.check(wanted).map_err(|_| {
            tracing::info!(redirect_url = ?wanted.chars().take(200).collect::<String>(),
                "redirect not allowed: its origin is not among the trusted ones (TRUSTED_ORIGINS)");
            AuthError::RedirectNotAllowed
        })?;
        if request
            .client_state
            .is_some_and(|state| state.chars().count() > MAX_CLIENT_STATE)
        {
            return Err(AuthError::InvalidRequest(
                "state is longer than 512 characters",
            ));
        }

        let now = self.auth.now();
        let chance = self.auth.chance(now);
        let (state, nonce) = (
            State::from_random(chance.bytes()),
            Nonce::from_random(chance.bytes()),
        );
        let code_verifier = CodeVerifier::from_random(chance.bytes());
        let binding = request
            .binding
            .unwrap_or_else(|| BrowserBinding::from_random(chance.bytes()));
        let asked = AuthorizationRequest {
            state: &state,
            nonce: &nonce,
            code_verifier: &code_verifier,
        };
        let authorization_url = provider.authorization_url(asked).await?;

        self.keep(Attempt {
            state_hash: state.hash(),
            binding_hash: binding.hash(),
            provider: provider.id().clone(),
            nonce,
            code_verifier,
            return_to: return_to.as_str().to_owned(),
            client_state: request.client_state.map(str::to_owned),
            created_at: now,
            expires_at: now + Attempt::MAX_AGE,
        })
        .await?;
        Ok(Begun {
            authorization_url,
            binding,
        })
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
