//! The provider's access token of an account, refreshed when it is due.

use std::sync::Arc;
use std::time::Duration;

use belgie_domain::{Account, AccountId, SealedTokens};
use belgie_ports::{IdentityProvider, ProviderError};
use chrono::{DateTime, TimeDelta, Utc};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::time::{sleep, timeout};

use super::Accounts;
use super::refresh::Refresh;
use crate::token_vault::TokenVault;
use crate::{AuthError, Authenticated, Proof};

/// A provider's access token, for requests to its API.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct AccountToken {
    access_token: SecretString,
    /// When it expires, if the provider reports that.
    pub expires_at: Option<DateTime<Utc>>,
    /// Its scope, space-separated, if the provider reports it.
    pub scope: Option<String>,
}

impl Accounts<'_> {
    /// Returns the provider's access token of one of the user's own accounts. It is valid for at least a minute, unless
    /// the provider issues shorter ones, and is refreshed when it is due.
    ///
    /// Of any number of concurrent calls, on any number of nodes, one refreshes; the others wait for it. A process that
    /// dies between the provider's answer and the store's may lose a refresh token that the provider has replaced; then
    /// the person has to consent again.
    ///
    /// # Errors
    /// [`AuthError::BearerRequired`] unless the session was proved by its token, [`AuthError::NotFound`] when the user
    /// has no such account, [`AuthError::ConsentRequired`] when only signing in with the provider again helps,
    /// [`AuthError::Provider`] when the provider cannot be reached, [`AuthError::NoTokenCipher`] and
    /// [`AuthError::Undecryptable`] for a misconfiguration, [`AuthError::Store`].
    pub async fn token(
        &self,
        current: &Authenticated,
        id: AccountId,
    ) -> Result<AccountToken, AuthError> {
        if current.by != Proof::SessionToken {
            return Err(AuthError::BearerRequired);
        }
        let accounts = self.core.store.accounts_of(current.user.id).await?;
        let account = accounts.into_iter().find(|account| account.id == id);
        let account = account.ok_or_else(|| AuthError::NotFound(format!("account {id}")))?;
        let vault = self.core.vault()?;
        let valid = timeout(LIMIT, self.valid(&account));
        let tokens = valid.await.unwrap_or(Err(ProviderError::TimedOut.into()))?;
        AccountToken::open(&vault, tokens)
    }

    /// Returns the tokens of an account as soon as they are not due.
    async fn valid(&self, account: &Account) -> Result<SealedTokens, AuthError> {
        let consent_required = || AuthError::ConsentRequired(account.provider.clone());
        let mut awaited: Option<SealedTokens> = None;
        loop {
            let found = self.core.store.find_tokens(account.id).await?;
            let tokens = found.ok_or_else(consent_required)?;
            let now = self.core.now();
            let is_new = |awaited: &SealedTokens| awaited.updated_at < tokens.updated_at;
            if !tokens.is_due(now) || awaited.as_ref().is_some_and(is_new) {
                return Ok(tokens);
            }
            if tokens.refresh_token.is_none() {
                return Err(consent_required());
            }
            if tokens.is_refreshing(now) {
                awaited.get_or_insert(tokens);
                sleep(POLL).await;
                continue;
            }
            if awaited.is_some() && tokens.refreshing_until.is_none() {
                // Who was waited for has given up. Trying again at once would only load a provider that is down.
                return Err(ProviderError::Unavailable(GAVE_UP.into()).into());
            }
            let provider = self.core.shared_provider(account.provider.as_str())?;
            let claimed = tokens.claimed_until(Some(now + LEASE));
            if self.core.store.replace_tokens(&claimed).await? {
                return self.refreshed(provider, account, claimed).await;
            }
        }
    }

    /// Refreshes in a task of its own: if the caller goes away, what the provider returned is stored all the same.
    async fn refreshed(
        &self,
        provider: Arc<dyn IdentityProvider>,
        account: &Account,
        claimed: SealedTokens,
    ) -> Result<SealedTokens, AuthError> {
        let core = Arc::clone(self.core);
        let refresh = Refresh::new(core, provider, account.clone(), claimed);
        let refreshed = tokio::spawn(refresh.run()).await;
        refreshed.unwrap_or_else(|error| Err(ProviderError::Unavailable(error.into()).into()))
    }
}

impl AccountToken {
    /// Returns the token itself. Never log it, and never give it to a browser.
    pub fn access_token(&self) -> &str {
        self.access_token.expose_secret()
    }

    fn open(vault: &TokenVault, tokens: SealedTokens) -> Result<Self, AuthError> {
        Ok(Self {
            access_token: vault.access_token(&tokens)?,
            expires_at: tokens.expires_at,
            scope: tokens.scope,
        })
    }
}

/// How long a claim to refresh lasts when who made it dies: longer than a refresh takes.
const LEASE: TimeDelta = TimeDelta::seconds(15);
/// How long a caller waits in all.
const LIMIT: Duration = Duration::from_secs(12);
/// How often a caller looks whether another has finished refreshing.
const POLL: Duration = Duration::from_millis(50);
const GAVE_UP: &str = "another request could not refresh the token";
