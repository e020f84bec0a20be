use belgie_domain::{
    ClientInfo, EmailAddress, EmailStatus, EventKind, OneTimeToken, Password, ProviderId,
    TokenHash, TokenPurpose, UserId, UserPassword,
};
use belgie_ports::{Contention, StoreExt as _, Transaction};
use chrono::{DateTime, Utc};

use super::Passwords;
use crate::event::EventDraft;
use crate::mail::request_mail;
use crate::mail_job::MailJob;
use crate::mailed::{self, holder_of};
use crate::{AuthError, Limits};

impl Passwords<'_> {
    /// Mails a link for choosing a new password, if the address is that of a user. The result reveals neither that nor
    /// whether the mail exceeded a [limit](Limits::mail).
    ///
    /// # Errors
    /// [`AuthError::PasswordsOff`], [`AuthError::MailsOff`], [`AuthError::Store`].
    pub async fn forgot(&self, email: &EmailAddress, client: &ClientInfo) -> Result<(), AuthError> {
        self.tools()?;
        let job = MailJob::Reset(email.clone());
        request_mail(self.core, job, email, client).await
    }

    /// Uses a mailed link: its user gets this password, and all sessions and all other links of the user end.
    /// Returns the user.
    ///
    /// The address is proved from now on. If it was not before, another person may have opened the user with it: then the
    /// accounts at providers are removed too.
    ///
    /// # Errors
    /// [`AuthError::InvalidToken`]; [`AuthError::WeakPassword`], after which the link can still be used;
    /// [`AuthError::RateLimited`], [`AuthError::Hashing`], [`AuthError::PasswordsOff`], [`AuthError::MailsOff`],
    /// [`AuthError::Store`].
    pub async fn reset(
        &self,
        token: &OneTimeToken,
        new: &Password,
        client: &ClientInfo,
    ) -> Result<UserId, AuthError> {
        let core = self.core;
        self.tools()?;
        let found = mailed::find(core, token, &TokenPurpose::ResetPassword).await?;
        let owner = mailed::user_of(&found)?;
        let password = self.hash_for((owner, &found.email), new, client).await?;
        let event = core.event(EventKind::PasswordReset).by_self(owner);
        let reset = Reset {
            token: token.hash(),
            password,
            event: event.via(&ProviderId::password()).from(client),
            now: core.now(),
        };
        let contention = Contention::on_user(owner).and_address(&found.email);
        let done = core
            .store
            .transaction(contention, reset, |reset, tx| Box::pin(reset.run(tx)));
        let user: UserId = done.await?;
        core.hooks.committed.notify_one();
        tracing::info!(%user, "password reset");
        Ok(user)
    }

    /// Checks and hashes a password that is chosen by a mailed link.
    pub(crate) async fn hash_for(
        self,
        (user, email): (UserId, &EmailAddress),
        new: &Password,
        client: &ClientInfo,
    ) -> Result<UserPassword, AuthError> {
        let (core, tools) = (self.core, self.tools()?);
        Limits::new(core).hash(client).await?;
        let found = core.store.find_user(user).await?;
        let name = found.as_ref().and_then(|user| user.name.as_deref());
        let about = (Some(email), name);
        let hash = tools.hash_new(new, &core.policy, about).await?;
        Ok(UserPassword::new(user, hash, core.now()))
    }
}

/// A new password, before it is written.
struct Reset {
    token: TokenHash,
    password: UserPassword,
    event: EventDraft,
    now: DateTime<Utc>,
}

impl Reset {
    async fn run(&self, tx: &dyn Transaction) -> Result<UserId, AuthError> {
        let purpose = TokenPurpose::ResetPassword;
        let token = mailed::consume(tx, self.token, &purpose, self.now).await?;
        let mut user = holder_of(tx, &token).await?;
        if user.email_status == EmailStatus::Proved {
            tx.delete_sessions_of(user.id, None).await?;
            tx.delete_mailed_tokens_of(user.id).await?;
        } else {
            tx.delete_credentials_of(user.id).await?;
            user.email_status = EmailStatus::Proved;
            user.updated_at = self.now;
            tx.update_user(&user).await?;
        }
        tx.save_password(&self.password).await?;
        self.event.write(tx).await?;
        Ok(user.id)
    }
}
