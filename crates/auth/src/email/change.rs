use belgie_domain::{
    ClientInfo, EmailAddress, EmailStatus, EventKind, MailedToken, OneTimeToken, OutboxItem,
    SessionId, SessionPolicy, TokenHash, TokenPurpose, User, UserId,
};
use belgie_ports::{Contention, StoreExt as _, Transaction};
use chrono::{DateTime, Utc};

use super::Emails;
use crate::address::release_address;
use crate::core::Core;
use crate::event::EventDraft;
use crate::mail::permits_mail;
use crate::mail_job::MailJob;
use crate::mailed::{self, active_user_of};
use crate::sign_in::{FailedSignIn, find_session_owner};
use crate::{AuthError, FreshSession};

impl Emails<'_> {
    /// Mails a link to another address, by which the user takes it. A link that was mailed before for the same purpose can
    /// no longer be used. The answer does not reveal whether the address belongs to another user.
    ///
    /// # Errors
    /// [`AuthError::NotAuthenticated`] when the session has ended meanwhile; [`AuthError::MailsOff`],
    /// [`AuthError::Store`].
    pub async fn change(
        &self,
        session: FreshSession<'_>,
        email: &EmailAddress,
        client: &ClientInfo,
    ) -> Result<(), AuthError> {
        let (core, session) = (self.core, session.authenticated());
        if !permits_mail(core, email, client).await? {
            return Ok(());
        }
        let (now, user) = (core.now(), session.user.id);
        let draw = core.draw(now);
        // No one has this token: the one that is mailed is drawn when the mail is sent.
        let (id, unknown) = (draw.mailed_token_id(), draw.one_time_token().hash());
        let owner = (user, email.clone());
        let wish = Wish {
            session: session.session.id,
            token: MailedToken::new(id, unknown, TokenPurpose::ChangeEmail, owner, now),
            mail: MailJob::Token(id)
                .item(draw.outbox_id(), now)
                .about(user.to_string()),
            policy: core.policy.sessions.clone(),
            now,
        };
        let contention = Contention::on_user(user);
        let written = core.store.transaction(contention, wish, |wish, tx| {
            Box::pin(async move { wish.run(tx).await.map_err(|failed| failed.error) })
        });
        let written: Result<(), AuthError> = written.await;
        core.hooks.committed.notify_one();
        written
    }

    /// Uses a mailed link: its user takes the address to which it was mailed, which is thereby proved. All other links that
    /// were mailed to the user die, and a mail to the former address reports the change. Returns the user.
    ///
    /// # Errors
    /// [`AuthError::InvalidToken`]; [`AuthError::EmailTaken`] when another user has proved the address meanwhile;
    /// [`AuthError::MailsOff`], [`AuthError::Store`].
    pub async fn confirm(
        &self,
        token: &OneTimeToken,
        client: &ClientInfo,
    ) -> Result<UserId, AuthError> {
        let core = self.core;
        let found = mailed::find(core, token, &TokenPurpose::ChangeEmail).await?;
        let user = mailed::user_of(&found)?;
        let change = Change::new(core, token, user, client);
        let contention = Contention::on_user(user).and_address(&found.email);
        let store = &core.store;
        let changed = store.transaction(contention, change, |it, tx| Box::pin(it.run(tx)));
        let user: UserId = changed.await?;
        core.hooks.committed.notify_one();
        tracing::info!(%user, "address changed");
        Ok(user)
    }
}

/// A wish for another address, before it is written.
struct Wish {
    session: SessionId,
    token: MailedToken,
    mail: OutboxItem,
    policy: SessionPolicy,
    now: DateTime<Utc>,
}

impl Wish {
    async fn run(&self, tx: &dyn Transaction) -> Result<(), FailedSignIn> {
        find_session_owner(tx, self.session, &self.policy, self.now).await?;
        tx.put_mailed_token(&self.token).await?;
        Ok(tx.insert_outbox_item(&self.mail).await?)
    }
}

/// The change of an address, before it is written.
struct Change {
    token: TokenHash,
    claimed: EventDraft,
    changed: EventDraft,
    now: DateTime<Utc>,
}

impl Change {
    fn new(core: &Core, token: &OneTimeToken, user: UserId, client: &ClientInfo) -> Self {
        let now = core.now();
        let draw = core.draw(now);
        let event = |kind| core.event_of(&draw, now, kind).from(client);
        Self {
            token: token.hash(),
            claimed: event(EventKind::AccountClaimed).by(Some(user)),
            changed: event(EventKind::EmailChanged).by_self(user),
            now,
        }
    }

    async fn run(&self, tx: &dyn Transaction) -> Result<UserId, AuthError> {
        let purpose = TokenPurpose::ChangeEmail;
        let token = mailed::consume(tx, self.token, &purpose, self.now).await?;
        let mut user = active_user_of(tx, &token).await?;
        self.make_free(tx, &token.email, user.id).await?;
        let before = user.email.replace(token.email);
        user.email_status = EmailStatus::Proved;
        user.updated_at = self.now;
        tx.update_user(&user).await?;
        tx.delete_mailed_tokens_of(user.id).await?;
        self.changed.clone().told_at(before).write(tx).await?;
        Ok(user.id)
    }

    /// Takes the address from another user who never proved it.
    async fn make_free(
        &self,
        tx: &dyn Transaction,
        email: &EmailAddress,
        own: UserId,
    ) -> Result<(), AuthError> {
        let holder = tx.find_user_by_email(email).await?;
        let Some(holder) = holder.filter(|holder: &User| holder.id != own) else {
            return Ok(());
        };
        if holder.email_status == EmailStatus::Proved || !holder.is_active {
            return Err(AuthError::EmailTaken);
        }
        Ok(release_address(tx, holder, &self.claimed, self.now).await?)
    }
}
