use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use belgie_ports::{ProviderError, ProviderTokens, RefreshGrant};

/// The tokens that a fake provider issues.
#[derive(Debug, Default)]
pub(super) struct FakeTokens(Mutex<State>);

#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) issued: Option<ProviderTokens>,
    /// The answers to refreshes that are still to come.
    pub(super) refreshed: VecDeque<Result<ProviderTokens, ProviderError>>,
    /// The refresh tokens that were sent.
    pub(super) refreshes: Vec<String>,
    pub(super) revoked: Vec<String>,
}

impl FakeTokens {
    pub(super) fn issued(&self) -> Option<ProviderTokens> {
        self.state().issued.clone()
    }

    /// Refreshes, after others had a chance to run.
    pub(super) async fn refresh(
        &self,
        grant: RefreshGrant<'_>,
    ) -> Result<ProviderTokens, ProviderError> {
        self.state().refreshes.push(grant.refresh_token.to_owned());
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        let answer = self.state().refreshed.pop_front();
        answer.unwrap_or(Err(ProviderError::Unsupported))
    }

    #[expect(
        clippy::unnecessary_wraps,
        reason = "it is the answer of the port's method"
    )]
    pub(super) fn revoke(&self, tokens: &ProviderTokens) -> Result<(), ProviderError> {
        let token = tokens.refresh_token().unwrap_or(tokens.access_token());
        self.state().revoked.push(token.to_owned());
        Ok(())
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
