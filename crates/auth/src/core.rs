use std::sync::Arc;

use belgie_domain::EventKind;
use belgie_ports::{Clock, Entropy, IdentityProvider, Mailer, ProviderTokens, Store, TokenCipher};
use chrono::{DateTime, Utc};
use url::Url;

use crate::access_token::AccessTokenState;
use crate::attempt_load::AttemptLoad;
use crate::draw::Draw;
use crate::event::EventDraft;
use crate::hooks::Hooks;
use crate::password::PasswordTools;
use crate::providers::Providers;
use crate::token_vault::{IssuedTokens, TokenVault};
use crate::ways_in::WaysIn;
use crate::{AuthError, Policy, default_redirect_uri};

/// The parts that every use case needs.
pub(crate) struct Core {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) providers: Arc<Providers>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) policy: Policy,
    pub(crate) hooks: Hooks,
    /// Without one, no mails are written.
    pub(crate) mailer: Option<Arc<dyn Mailer>>,
    pub(crate) attempts: AttemptLoad,
    /// Without one, no provider's tokens are stored and no access tokens issued.
    pub(crate) cipher: Option<Arc<dyn TokenCipher>>,
    pub(crate) access_tokens: AccessTokenState,
    /// Without them, no one signs in with a password.
    pub(crate) passwords: Option<PasswordTools>,
}

impl Core {
    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    pub(crate) fn draw(&self, now: DateTime<Utc>) -> Draw<'_> {
        Draw::new(self.entropy.as_ref(), now)
    }

    pub(crate) fn provider(&self, id: &str) -> Result<&dyn IdentityProvider, AuthError> {
        self.providers.find(id)
    }

    /// Returns a provider for work that outlives the call.
    pub(crate) fn shared_provider(&self, id: &str) -> Result<Arc<dyn IdentityProvider>, AuthError> {
        self.providers.shared(id).map(Arc::clone)
    }

    pub(crate) fn ways_in(&self) -> WaysIn {
        WaysIn::new(Arc::clone(&self.providers), self.passwords.is_some())
    }

    /// Returns the tokens of a sign-in that are to be stored, if this installation stores any.
    pub(crate) fn issued(&self, tokens: Option<ProviderTokens>) -> Option<IssuedTokens> {
        Some(self.vault().ok()?.issued(tokens?, self.now()))
    }

    /// Returns what encrypts providers' tokens.
    ///
    /// # Errors
    /// [`AuthError::NoTokenCipher`].
    pub(crate) fn vault(&self) -> Result<TokenVault, AuthError> {
        let cipher = self.cipher.as_ref().ok_or(AuthError::NoTokenCipher)?;
        Ok(TokenVault::new(Arc::clone(cipher)))
    }

    /// Returns the redirect URI of a provider.
    pub(crate) fn redirect_uri(&self, provider: &dyn IdentityProvider) -> Url {
        let configured = provider.redirect_uri().cloned();
        let base_url = self.policy.redirects.base();
        configured.unwrap_or_else(|| default_redirect_uri(base_url, provider.id()))
    }

    /// Drafts the single event of a use case.
    pub(crate) fn event(&self, kind: EventKind) -> EventDraft {
        let now = self.now();
        self.event_of(&self.draw(now), now, kind)
    }

    /// Drafts one of several events of a use case. They are listed in the order in which they were drafted.
    pub(crate) fn event_of(
        &self,
        draw: &Draw<'_>,
        now: DateTime<Utc>,
        kind: EventKind,
    ) -> EventDraft {
        let mut draft = EventDraft::new(draw.event_id(), now, kind);
        if !self.hooks.after_commit.is_empty() {
            draft = draft.with_outbox_id(draw.outbox_id());
        }
        if self.mailer.is_some() {
            draft = draft.with_mail_id(draw.outbox_id());
        }
        draft
    }
}
