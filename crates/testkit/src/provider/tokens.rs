use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use belgie_ports::{ProviderError, ProviderTokens, RefreshGrant};

use super::FakeProvider;

/// The tokens that a fake provider issues.
#[derive(Debug, Default)]
pub(super) struct FakeTokens(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    issued: Option<ProviderTokens>,
    refreshed: VecDeque<Result<ProviderTokens, ProviderError>>,
    refreshes: Vec<String>,
    revoked: Vec<String>,
}

impl FakeProvider {
    /// Issues these tokens at every sign-in from now on.
    pub fn issue(&self, tokens: ProviderTokens) {
        self.tokens.state().issued = Some(tokens);
    }

    /// Answers the next refresh that has no answer yet. Without an answer, a refresh fails as
    /// [`ProviderError::Unsupported`].
    pub fn refresh_with(&self, answer: Result<ProviderTokens, ProviderError>) {
        self.tokens.state().refreshed.push_back(answer);
    }

    /// Returns the refresh tokens that were sent, in their order.
    pub fn refreshes(&self) -> Vec<String> {
        self.tokens.state().refreshes.clone()
    }

    /// Returns the tokens that were revoked: each refresh token, or access token without one.
    pub fn revoked(&self) -> Vec<String> {
        self.tokens.state().revoked.clone()
    }
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

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
