use belgie_domain::{
    EmailAddress, EmailStatus, EventId, Mail, MailedToken, MailedTokenId, OneTimeToken,
    PendingSignUp, ProviderId, TokenOwner, TokenPurpose, User, UserId,
};
use belgie_ports::{Contention, IdentityProvider, StoreExt as _};

use super::render::render;
use super::text::{Content, Texts};
use crate::AuthError;
use crate::core::Core;
use crate::mail_job::{MailJob, Notice};

/// Composes mails from what is true when they are sent.
pub(super) struct Composer<'a> {
    core: &'a Core,
    texts: Texts<'a>,
}

impl<'a> Composer<'a> {
    pub(super) fn new(core: &'a Core) -> Self {
        let base = core.policy.redirects.base();
        let name = core.policy.site_name.as_deref();
        let site = name.or_else(|| base.host_str()).unwrap_or_default();
        let texts = Texts { site, base };
        Self { core, texts }
    }

    /// Returns the mail; `None` when there is no recipient, or no longer a reason to send it.
    pub(super) async fn compose(&self, job: MailJob) -> Result<Option<Mail>, AuthError> {
        match job {
            MailJob::Event(id, recipient) => self.event(id, recipient).await,
            MailJob::Reset(email) => self.link(&email, TokenPurpose::ResetPassword).await,
            MailJob::Verify(email) => self.link(&email, TokenPurpose::VerifyEmail).await,
            MailJob::Token(id) => self.token(id).await,
        }
    }

    async fn event(
        &self,
        id: EventId,
        recipient: Option<EmailAddress>,
    ) -> Result<Option<Mail>, AuthError> {
        let store = &self.core.store;
        let Some(event) = store.find_event(id).await? else {
            return Ok(None);
        };
        let (Some(notice), Some(user)) = (Notice::of(&event), event.user_id) else {
            return Ok(None);
        };
        let Some(user) = store.find_user(user).await? else {
            return Ok(None);
        };
        let Some(to) = recipient.or_else(|| user.email.clone()) else {
            return Ok(None);
        };
        let (texts, name) = (&self.texts, name_of(&user));
        let content = match notice {
            Notice::Registered => return self.link(&to, TokenPurpose::VerifyEmail).await,
            Notice::AlreadyRegistered => texts.already_registered(name),
            Notice::Password => texts.password_changed(name),
            Notice::Account => {
                let provider = event.provider.as_ref();
                texts.account_linked(name, provider.map(|id| self.provider_name(id)))
            }
            Notice::Email => texts.email_changed(name),
        };
        render(texts, to, &content).map(Some)
    }

    /// Composes a mail with a new token for the user who has this address, in place of an older one for the same purpose.
    async fn link(
        &self,
        email: &EmailAddress,
        purpose: TokenPurpose,
    ) -> Result<Option<Mail>, AuthError> {
        let now = self.core.now();
        let draw = self.core.draw(now);
        let (id, token) = (draw.mailed_token_id(), draw.one_time_token());
        let state = (email.clone(), purpose.clone(), token.hash());
        let contention = Contention::none().and_address(email);
        let store = &self.core.store;
        let holder = store.transaction(contention, state, move |(email, purpose, hash), tx| {
            Box::pin(async move {
                let holder = tx.find_user_by_email(email).await?;
                let Some(user) = holder.filter(|user| needs(user, purpose)) else {
                    return Ok::<_, AuthError>(None);
                };
                let owner = (user.id, email.clone());
                let token = MailedToken::new(id, *hash, purpose.clone(), owner, now);
                tx.put_mailed_token(&token).await?;
                Ok(Some(user))
            })
        });
        let Some(user) = holder.await? else {
            return Ok(None);
        };
        let content = self.content(&purpose, name_of(&user), &token);
        render(&self.texts, email.clone(), &content).map(Some)
    }

    /// Composes the mail of a token that exists since it was asked for. The token that is mailed is drawn now.
    async fn token(&self, id: MailedTokenId) -> Result<Option<Mail>, AuthError> {
        let (store, now) = (&self.core.store, self.core.now());
        let token = self.core.draw(now).one_time_token();
        let expires_at = now + TokenPurpose::ChangeEmail.max_age();
        let reissued = store.reissue_mailed_token(id, token.hash(), expires_at);
        let Some(stored) = reissued.await? else {
            return Ok(None);
        };
        let content = match &stored.owner {
            TokenOwner::User(user) => self.to_user(*user, &stored, &token).await?,
            TokenOwner::PendingSignUp(pending) => {
                self.for_sign_up(pending, &stored.email, &token).await?
            }
        };
        let mail = content.map(|content| render(&self.texts, stored.email, &content));
        mail.transpose()
    }

    async fn to_user(
        &self,
        user: UserId,
        stored: &MailedToken,
        token: &OneTimeToken,
    ) -> Result<Option<Content>, AuthError> {
        let store = &self.core.store;
        let holder = store.find_user_by_email(&stored.email).await?;
        let other = holder.filter(|holder| holder.id != user && is_proved(holder));
        if let Some(holder) = other {
            return Ok(Some(self.texts.already_registered(name_of(&holder))));
        }
        let user = store.find_user(user).await?;
        Ok(user.map(|user| self.content(&stored.purpose, name_of(&user), token)))
    }

    /// Returns the mail for a pending sign-up; `None` when the address or the account belongs to a user by now, or the person could
    /// not sign in afterwards.
    async fn for_sign_up(
        &self,
        pending: &PendingSignUp,
        email: &EmailAddress,
        token: &OneTimeToken,
    ) -> Result<Option<Content>, AuthError> {
        let store = &self.core.store;
        let account = store.find_account(&pending.issuer, &pending.subject);
        let is_known = account.await?.is_some() || store.find_user_by_email(email).await?.is_some();
        let provider = self.core.provider(pending.provider.as_str());
        let provider = provider.ok().filter(|_| !is_known);
        let name = provider.map(IdentityProvider::display_name);
        Ok(name.map(|provider| self.texts.confirm_sign_up(provider, email, token)))
    }

    /// Returns the name of a provider, or its id if it is no longer configured.
    fn provider_name<'b>(&'b self, id: &'b ProviderId) -> &'b str {
        let provider = self.core.provider(id.as_str());
        provider.map_or(id.as_str(), IdentityProvider::display_name)
    }

    fn content(&self, purpose: &TokenPurpose, name: Option<&str>, token: &OneTimeToken) -> Content {
        match purpose {
            TokenPurpose::ResetPassword => self.texts.reset(name, token),
            TokenPurpose::ChangeEmail => self.texts.change(name, token),
            _ => self.texts.verify(name, token),
        }
    }
}

/// Returns whether a user may get such a link at the own address.
fn needs(user: &User, purpose: &TokenPurpose) -> bool {
    user.is_active && (*purpose != TokenPurpose::VerifyEmail || !is_proved(user))
}

fn is_proved(user: &User) -> bool {
    user.email_status == EmailStatus::Proved
}

/// Returns the name of a user who has proved the address. Otherwise anyone could choose a name and have it mailed to a stranger.
fn name_of(user: &User) -> Option<&str> {
    user.name.as_deref().filter(|_| is_proved(user))
}
