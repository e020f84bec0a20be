use belgie_domain::{
    Attempt, BrowserBinding, ClientNetwork, CodeVerifier, Delivery, NewAttempt, Nonce, Purpose,
    ReturnTo, SessionToken, State,
};
use belgie_ports::{AuthorizationRequest, IdentityProvider};
use chrono::{DateTime, TimeDelta, Utc};
use url::Url;

use super::reauthentication::max_age;
use super::record::{kind_of, log_failure};
use super::{AuthorizationRedirect, BeginSignIn, SignIn};
use crate::time_limit::in_time;
use crate::{AccessTokens, AuthError, Limits};

/// The most open attempts per browser; beyond that the oldest is deleted.
const ATTEMPTS_PER_BROWSER: u32 = 32;
/// Longest `state` of a front end, in characters.
const MAX_CLIENT_STATE: usize = 512;
/// Longest redirect target and `state` together, in bytes, limited because anyone can have them stored.
const MAX_STORED: usize = 2048;

const NO_ACCESS_TOKENS: &str = "mode=fragment is not available: no access tokens are issued here.";

/// The unguessable values of a sign-in.
struct Secrets {
    state: State,
    nonce: Nonce,
    code_verifier: CodeVerifier,
    binding: BrowserBinding,
}

impl SignIn<'_> {
    /// Starts a sign-in: draws its secrets, stores the attempt, and returns where to redirect the browser.
    ///
    /// # Errors
    /// [`AuthError::ProviderNotFound`], [`AuthError::RedirectNotAllowed`], [`AuthError::InvalidRequest`];
    /// [`AuthError::RateLimited`], [`AuthError::TooManyAttempts`]; [`AuthError::Provider`] when the provider's endpoints cannot be discovered;
    /// [`AuthError::Store`].
    pub async fn begin(
        &self,
        request: BeginSignIn<'_>,
    ) -> Result<AuthorizationRedirect, AuthError> {
        let replaces = request.replaces.as_ref().map(SessionToken::hash);
        self.start(request, Purpose::SignIn { replaces }).await
    }

    /// Starts an attempt for this purpose.
    pub(crate) async fn start(
        &self,
        request: BeginSignIn<'_>,
        purpose: Purpose,
    ) -> Result<AuthorizationRedirect, AuthError> {
        let provider = self.core.provider(request.provider)?;
        if request.delivery == Delivery::Fragment && !AccessTokens::new(self.core).are_offered() {
            return Err(AuthError::InvalidRequest(NO_ACCESS_TOKENS));
        }
        check_length(request.redirect_url, request.client_state)?;
        let return_to = self.return_to(request.redirect_url)?;
        let client_state = checked_client_state(request.client_state, &return_to)?;
        let network = request.client.ip_address.map(ClientNetwork::from);
        let (now, store) = (self.core.now(), self.core.store.as_ref());
        Limits::new(self.core).start(&request.client).await?;
        self.core.attempts.admit(network, store, now).await?;

        let secrets = self.draw(now, request.binding);
        let redirect_uri = self.core.redirect_uri(provider);
        let max_age = max_age(provider, &purpose);
        let url = authorization_url(provider, &secrets, &redirect_uri, max_age);
        let authorization_url = url
            .await
            .inspect_err(|error| log_failure(provider.id(), error, &kind_of(&purpose)))?;
        let mut attempt = Attempt::new(NewAttempt {
            state_hash: secrets.state.hash(),
            binding_hash: secrets.binding.hash(),
            provider: provider.id().clone(),
            nonce: secrets.nonce,
            code_verifier: secrets.code_verifier,
            return_to: return_to.as_str().to_owned(),
            created_at: now,
        });
        (attempt.purpose, attempt.delivery) = (purpose, request.delivery);
        (attempt.client_state, attempt.network) = (client_state, network);
        store.insert_attempt(&attempt, ATTEMPTS_PER_BROWSER).await?;
        Ok(AuthorizationRedirect {
            authorization_url,
            binding: secrets.binding,
        })
    }

    fn return_to(self, wanted: Option<&str>) -> Result<ReturnTo, AuthError> {
        let policy = &self.core.policy;
        let wanted = wanted.unwrap_or(&policy.after_sign_in);
        policy.redirects.check(wanted).map_err(|_| {
            // Only the origin: the rest may contain the caller's secrets.
            let origin = Url::parse(wanted).map(|url| url.origin().ascii_serialization());
            tracing::info!(
                origin = origin.as_deref().unwrap_or("none"),
                "redirect target not allowed"
            );
            AuthError::RedirectNotAllowed
        })
    }

    fn draw(self, now: DateTime<Utc>, binding: Option<BrowserBinding>) -> Secrets {
        let draw = self.core.draw(now);
        Secrets {
            state: State::from_random(draw.bytes()),
            nonce: Nonce::from_random(draw.bytes()),
            code_verifier: CodeVerifier::from_random(draw.bytes()),
            binding: binding.unwrap_or_else(|| BrowserBinding::from_random(draw.bytes())),
        }
    }
}

async fn authorization_url(
    provider: &dyn IdentityProvider,
    secrets: &Secrets,
    redirect_uri: &Url,
    max_age: Option<TimeDelta>,
) -> Result<Url, AuthError> {
    let (state, nonce) = (&secrets.state, &secrets.nonce);
    let mut request = AuthorizationRequest::new(state, nonce, &secrets.code_verifier, redirect_uri);
    request.max_age = max_age;
    Ok(in_time(provider.authorization_url(request)).await?)
}

/// Checks the front end's `state`, and that together with the redirect target it does not exceed [`MAX_STORED`].
/// Returns the `state` to store.
fn checked_client_state(
    state: Option<&str>,
    return_to: &ReturnTo,
) -> Result<Option<String>, AuthError> {
    let text = state.unwrap_or_default();
    if text.chars().count() > MAX_CLIENT_STATE {
        return Err(AuthError::InvalidRequest(
            "state is longer than 512 characters",
        ));
    }
    if text.contains(char::is_control) {
        return Err(AuthError::InvalidRequest(
            "state contains a control character",
        ));
    }
    check_length(Some(return_to.as_str()), state)?;
    Ok(state.map(str::to_owned))
}

/// Checks the length of the redirect target and the `state` together. It is called with the target as it was sent, and
/// again with the target as it is stored, which may be longer.
fn check_length(redirect_url: Option<&str>, state: Option<&str>) -> Result<(), AuthError> {
    let bytes = redirect_url.map_or(0, str::len) + state.map_or(0, str::len);
    match bytes {
        ..=MAX_STORED => Ok(()),
        _ => Err(AuthError::InvalidRequest(
            "redirect_url and state are together longer than 2048 bytes",
        )),
    }
}
