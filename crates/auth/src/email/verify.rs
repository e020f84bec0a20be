use belgie_domain::{
    ClientInfo, EmailStatus, EventKind, OneTimeToken, SessionId, SessionToken, TokenHash,
    TokenPurpose, User, UserId,
};
use belgie_ports::{Contention, StoreError, StoreExt as _, Transaction};
use chrono::{DateTime, Utc};

use super::Emails;
use crate::AuthError;
use crate::event::EventDraft;
use crate::mailed::{self, holder_of};

impl Emails<'_> {
    /// Uses a mailed link: the address of its user is proved from now on, if the user still has that address.
    ///
    /// The person who follows the link may be another than the one who registered. So all sessions end, except the one of
    /// this browser (`held`); without such a session, the password and the accounts at providers are removed as well, and
    /// the person chooses a password by [`Passwords::reset`](crate::Passwords::reset).
    ///
    /// # Errors
    /// [`AuthError::InvalidToken`], [`AuthError::Store`].
    pub async fn verify(
        &self,
        token: &OneTimeToken,
        held: Option<&SessionToken>,
        client: &ClientInfo,
    ) -> Result<(), AuthError> {
        let core = self.core;
        let found = mailed::find(core, token, &TokenPurpose::VerifyEmail).await?;
        let now = core.now();
        let event = core.event(EventKind::EmailVerified);
        let verification = Verification {
            token: token.hash(),
            held: held.map(SessionToken::hash),
            event: event.by_self(found.user_id).from(client),
            now,
        };
        let contention = Contention::on_user(found.user_id).and_address(&found.email);
        let verified = core
            .store
            .transaction(contention, verification, |it, tx| Box::pin(it.run(tx)));
        let user: UserId = verified.await?;
        core.hooks.committed.notify_one();
        tracing::info!(%user, "address verified");
        Ok(())
    }
}

struct Verification {
    token: TokenHash,
    held: Option<TokenHash>,
    event: EventDraft,
    now: DateTime<Utc>,
}

impl Verification {
    async fn run(&self, tx: &dyn Transaction) -> Result<UserId, AuthError> {
        let purpose = TokenPurpose::VerifyEmail;
        let token = mailed::consume(tx, self.token, &purpose, self.now).await?;
        let mut user = holder_of(tx, &token).await?;
        if user.email_status == EmailStatus::Proved {
            return Ok(user.id);
        }
        self.remove_what_was_before(tx, &user).await?;
        user.email_status = EmailStatus::Proved;
        user.updated_at = self.now;
        tx.update_user(&user).await?;
        self.event.write(tx).await?;
        Ok(user.id)
    }

    async fn remove_what_was_before(
        &self,
        tx: &dyn Transaction,
        user: &User,
    ) -> Result<(), StoreError> {
        let own = self.own_session(tx, user).await?;
        if own.is_none() {
            for account in tx.accounts_of(user.id).await? {
                tx.delete_account(account.id).await?;
            }
            tx.delete_password(user.id).await?;
        }
        tx.delete_sessions_of(user.id, own).await?;
        tx.delete_mailed_tokens_of(user.id).await
    }

    /// Returns the session of this browser, if it is one of the user.
    async fn own_session(
        &self,
        tx: &dyn Transaction,
        user: &User,
    ) -> Result<Option<SessionId>, StoreError> {
        let Some(held) = self.held else {
            return Ok(None);
        };
        let session = tx.find_session_by_token(held).await?;
        let own = session.filter(|(session, _)| session.user_id == user.id);
        Ok(own.map(|(session, _)| session.id))
    }
}
