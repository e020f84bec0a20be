use std::sync::Arc;

use belgie_domain::{AccountId, ProviderId, SealedTokens, UserId};
use belgie_ports::{CipherError, ProviderTokens};
use futures_util::future::join_all;
use secrecy::ExposeSecret as _;

use crate::core::Core;
use crate::token_vault::TokenVault;

/// The tokens of an account that is about to be removed.
pub(crate) struct Revocation {
    core: Arc<Core>,
    tokens: Option<SealedTokens>,
}

/// The most accounts whose tokens are revoked when a user is deleted, since a user may have any number of accounts.
const MOST_OF_USER: usize = 20;

impl Revocation {
    /// Reads the tokens of the account. If that fails, they will not be revoked.
    pub(super) async fn prepare(core: &Arc<Core>, account: AccountId) -> Self {
        let tokens = core.store.find_tokens(account).await.ok().flatten();
        let core = Arc::clone(core);
        Self { core, tokens }
    }

    /// Reads the tokens of all accounts of a user. What cannot be read will not be revoked.
    pub(crate) async fn prepare_all(core: &Arc<Core>, user: UserId) -> Vec<(ProviderId, Self)> {
        let accounts = core.store.accounts_of(user).await.unwrap_or_default();
        let mut prepared = Vec::new();
        for account in accounts.into_iter().take(MOST_OF_USER) {
            let revocation = Self::prepare(core, account.id).await;
            prepared.push((account.provider, revocation));
        }
        prepared
    }

    /// Revokes the tokens of several accounts at once, as [`Self::run`].
    pub(crate) async fn run_all(revocations: Vec<(ProviderId, Self)>) {
        let all = revocations
            .into_iter()
            .map(|(provider, revocation)| async move { revocation.run(&provider).await });
        join_all(all).await;
    }

    /// Revokes the tokens at the provider, after the account was removed. It continues if the caller goes away.
    pub(super) async fn run(self, provider: &ProviderId) {
        let Ok(provider) = self.core.shared_provider(provider.as_str()) else {
            return;
        };
        let (Ok(vault), Some(tokens)) = (self.core.vault(), &self.tokens) else {
            return;
        };
        match open(&vault, tokens) {
            Ok(tokens) => {
                let core = Arc::clone(&self.core);
                let revoke = async move { core.revoke(&*provider, &tokens).await };
                // The only error is that the runtime ends.
                let _ = tokio::spawn(revoke).await;
            }
            Err(error) => tracing::warn!(%error, "could not revoke the provider's tokens"),
        }
    }
}

fn open(vault: &TokenVault, tokens: &SealedTokens) -> Result<ProviderTokens, CipherError> {
    let opened = ProviderTokens::new(vault.access_token(tokens)?.expose_secret());
    Ok(match vault.refresh_token(tokens)? {
        Some(token) => opened.with_refresh_token(token.expose_secret()),
        None => opened,
    })
}
