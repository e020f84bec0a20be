use std::sync::Arc;
use std::time::Duration;

use belgie_domain::{Account, SealedTokens};
use belgie_ports::{
    IdentityProvider, ProviderError, ProviderTokens, RefreshGrant, StoreError, with_causes,
};
use secrecy::ExposeSecret as _;
use tokio::time::{sleep, timeout};

use crate::AuthError;
use crate::core::Core;
use crate::time_limit::in_time;

/// One refresh of the tokens of an account, after it was claimed.
pub(super) struct Refresh {
    core: Arc<Core>,
    provider: Arc<dyn IdentityProvider>,
    account: Account,
    claimed: SealedTokens,
}

impl Refresh {
    pub(super) fn new(
        core: Arc<Core>,
        provider: Arc<dyn IdentityProvider>,
        account: Account,
        claimed: SealedTokens,
    ) -> Self {
        Self {
            core,
            provider,
            account,
            claimed,
        }
    }

    /// Refreshes the tokens and stores them; if that is not possible, ends the claim.
    pub(super) async fn run(self) -> Result<SealedTokens, AuthError> {
        match self.requested().await {
            Ok(tokens) => self.store(tokens).await,
            Err(AuthError::Provider(ProviderError::RefreshRejected(_))) => self.erase().await,
            Err(error) => {
                let released = self.claimed.claimed_until(None);
                self.core.store.replace_tokens(&released).await?;
                Err(match error {
                    AuthError::Provider(ProviderError::Unsupported) => self.consent_required(),
                    // No one is signing in, so this is a fault of the provider rather than an invalid identity.
                    AuthError::Provider(ProviderError::InvalidIdentity(reason)) => {
                        ProviderError::Unavailable(Box::new(reason)).into()
                    }
                    error => error,
                })
            }
        }
    }

    /// Asks the provider. The request is sent once: a repeated one could make it revoke what it issued.
    async fn requested(&self) -> Result<ProviderTokens, AuthError> {
        let vault = self.core.vault()?;
        let refresh_token = vault.refresh_token(&self.claimed)?;
        let refresh_token = refresh_token.ok_or_else(|| self.consent_required())?;
        let (issuer, subject) = (&self.account.issuer, &self.account.subject);
        let grant = RefreshGrant::new(refresh_token.expose_secret(), issuer, subject);
        let refreshed = in_time(self.provider.refresh(grant)).await;
        refreshed.map_err(|error| {
            let error = AuthError::from(error);
            let (account, provider) = (self.account.id, &self.account.provider);
            let reason = with_causes(&error);
            tracing::warn!(%account, %provider, reason, "could not refresh the provider's token");
            error
        })
    }

    /// Stores the new tokens; what the provider did not replace stays. If the user signed in meanwhile, those tokens
    /// are newer.
    async fn store(&self, tokens: ProviderTokens) -> Result<SealedTokens, AuthError> {
        let vault = self.core.vault()?;
        let known = self.claimed.claimed_until(None);
        let mut sealed = vault.seal(&tokens, self.account.id, self.core.now());
        sealed.revision = known.revision;
        sealed.refresh_token = sealed.refresh_token.or(known.refresh_token);
        sealed.id_token = sealed.id_token.or(known.id_token);
        sealed.scope = sealed.scope.or(known.scope);
        if self.replace(&sealed).await? {
            return Ok(sealed);
        }
        while let Some(newer) = self.core.store.find_tokens(self.account.id).await? {
            let rotated = sealed.refresh_token.clone();
            if newer.refresh_token != self.claimed.refresh_token || newer.refresh_token == rotated {
                return Ok(newer);
            }
            // The sign-in kept the refresh token that the provider has just replaced.
            let mut corrected = newer.claimed_until(newer.refreshing_until);
            corrected.refresh_token = rotated;
            if self.replace(&corrected).await? {
                return Ok(corrected);
            }
        }
        // The account was removed meanwhile.
        self.core.revoke(&*self.provider, &tokens).await;
        Err(AuthError::NotFound(format!("account {}", self.account.id)))
    }

    /// Stores tokens, more than once if the store is not available: the old refresh token may be worthless by now.
    async fn replace(&self, sealed: &SealedTokens) -> Result<bool, StoreError> {
        for _ in 1..STORE_ATTEMPTS {
            match self.core.store.replace_tokens(sealed).await {
                Err(StoreError::Unavailable(_)) => sleep(PAUSE).await,
                outcome => return outcome,
            }
        }
        self.core.store.replace_tokens(sealed).await
    }

    /// Erases tokens that the provider no longer accepts.
    async fn erase(&self) -> Result<SealedTokens, AuthError> {
        let (id, revision) = (self.account.id, self.claimed.revision);
        if self.core.store.delete_tokens(id, revision).await? {
            return Err(self.consent_required());
        }
        let newer = self.core.store.find_tokens(id).await?;
        newer.ok_or_else(|| self.consent_required())
    }

    fn consent_required(&self) -> AuthError {
        AuthError::ConsentRequired(self.account.provider.clone())
    }
}

impl Core {
    /// Revokes tokens at the provider where that is possible. A failure is logged only.
    pub(crate) async fn revoke(&self, provider: &dyn IdentityProvider, tokens: &ProviderTokens) {
        let revoked = timeout(REVOCATION_LIMIT, provider.revoke(tokens)).await;
        let provider = provider.id();
        match revoked.unwrap_or(Err(ProviderError::TimedOut)) {
            Ok(()) => tracing::info!(%provider, "the provider's tokens are revoked"),
            Err(ProviderError::Unsupported) => {}
            Err(error) => {
                let reason = with_causes(&error);
                tracing::warn!(%provider, reason, "could not revoke the provider's tokens");
            }
        }
    }
}

/// How long the provider may take to revoke, while a person waits for the account to be removed.
const REVOCATION_LIMIT: Duration = Duration::from_secs(5);
/// How often new tokens are written when the store is not available.
const STORE_ATTEMPTS: u32 = 3;
const PAUSE: Duration = Duration::from_millis(300);
