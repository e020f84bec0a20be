use belgie_domain::{
    ClientInfo, EventKind, Password, PasswordHash, ProviderId, Refusal, SessionId, SessionPolicy,
    User, UserPassword,
};
use belgie_ports::{Contention, StoreExt as _, Transaction};
use chrono::{DateTime, Utc};

use super::Passwords;
use super::claim::Claim;
use super::verified::Verified;
use crate::event::EventDraft;
use crate::sign_in::{FailedSignIn, find_session_owner};
use crate::{AuthError, Authenticated, FreshSession, Limits, Proof};

impl Passwords<'_> {
    /// Changes the password of the signed-in user, who has to know the current one, and ends all other sessions of the
    /// user.
    ///
    /// # Errors
    /// [`AuthError::InvalidCredentials`] when the current password is wrong or there is none; [`AuthError::WeakPassword`];
    /// [`AuthError::Forbidden`] by access token; [`AuthError::NotAuthenticated`] when the session has ended meanwhile;
    /// [`AuthError::RateLimited`], [`AuthError::Hashing`], [`AuthError::PasswordsOff`], [`AuthError::Store`].
    pub async fn change(
        &self,
        session: &Authenticated,
        current: &Password,
        new: &Password,
        client: &ClientInfo,
    ) -> Result<(), AuthError> {
        let kind = EventKind::PasswordChanged;
        match self.try_change(session, current, new, client).await {
            Ok(()) => Ok(()),
            Err(failed) => Err(self.fail(failed, client, kind).await),
        }
    }

    async fn try_change(
        self,
        session: &Authenticated,
        current: &Password,
        new: &Password,
        client: &ClientInfo,
    ) -> Result<(), FailedSignIn> {
        let user = &session.user;
        let failed = |error: AuthError| FailedSignIn::of(error, Some(user.id));
        let verified = self.verify_own(session, current, client).await?;
        let hash = self.hash_own(user, new).await.map_err(failed)?;
        let ended = self.replace(session, hash, Some(verified), client).await;
        let ended = ended.map_err(failed)?;
        tracing::info!(user = %user.id, ended, "password changed");
        Ok(())
    }

    /// Sets the first password of a user who has none.
    ///
    /// # Errors
    /// [`AuthError::PasswordAlreadySet`]; [`AuthError::WeakPassword`]; [`AuthError::Refused`] with `EmailRequired` when the
    /// user has no address to sign in with; [`AuthError::NotAuthenticated`] when the session has ended meanwhile;
    /// [`AuthError::RateLimited`], [`AuthError::Hashing`], [`AuthError::PasswordsOff`], [`AuthError::Store`].
    pub async fn set(
        &self,
        session: FreshSession<'_>,
        new: &Password,
        client: &ClientInfo,
    ) -> Result<(), AuthError> {
        let session = session.authenticated();
        let user = &session.user;
        self.tools()?;
        if user.email.is_none() {
            return Err(Refusal::EmailRequired.into());
        }
        if self.core.store.find_password(user.id).await?.is_some() {
            return Err(AuthError::PasswordAlreadySet);
        }
        Limits::new(self.core).hash(client).await?;
        let hash = self.hash_own(user, new).await?;
        self.replace(session, hash, None, client).await?;
        tracing::info!(user = %user.id, "password set");
        Ok(())
    }

    /// Compares a password with that of the signed-in user. Access tokens are not accepted, so that a stolen one cannot be used to guess the password.
    pub(super) async fn verify_own(
        self,
        session: &Authenticated,
        typed: &Password,
        client: &ClientInfo,
    ) -> Result<Verified, FailedSignIn> {
        self.tools()?;
        let user = &session.user;
        if session.by == Proof::AccessToken {
            return Err(FailedSignIn::of(AuthError::Forbidden, Some(user.id)));
        }
        let stored = self.core.store.find_password(user.id).await?;
        let claim = Claim {
            email: user.email.as_ref(),
            found: Some((user.clone(), stored)),
            typed,
            client,
        };
        let (verified, guess) = self.verify(claim).await?;
        if let Some(guess) = guess {
            guess.succeeded().await?;
        }
        Ok(verified)
    }

    async fn hash_own(self, user: &User, new: &Password) -> Result<PasswordHash, AuthError> {
        let about = (user.email.as_ref(), user.name.as_deref());
        let tools = self.tools()?;
        tools.hash_new(new, &self.core.policy, about).await
    }

    /// Writes the password in place of the one that was verified, or of none; returns how many sessions ended.
    async fn replace(
        self,
        session: &Authenticated,
        hash: PasswordHash,
        verified: Option<Verified>,
        client: &ClientInfo,
    ) -> Result<u64, AuthError> {
        let (core, user) = (self.core, session.user.id);
        let (now, kind) = match verified {
            Some(_) => (core.now(), EventKind::PasswordChanged),
            None => (core.now(), EventKind::PasswordSet),
        };
        let event = core.event(kind).by_self(user).from(client);
        let replacement = Replacement {
            session: session.session.id,
            password: UserPassword::new(user, hash, now),
            event: event.via(&ProviderId::password()),
            policy: core.policy.sessions.clone(),
            verified,
            now,
        };
        let contention = Contention::on_user(user);
        let replaced = core.store.transaction(contention, replacement, |it, tx| {
            Box::pin(async move { it.run(tx).await.map_err(|failed| failed.error) })
        });
        let ended: Result<u64, AuthError> = replaced.await;
        core.hooks.committed.notify_one();
        ended
    }
}

/// A new password, before it is written.
struct Replacement {
    session: SessionId,
    password: UserPassword,
    /// The password that it replaces; `None` when it is the user's first.
    verified: Option<Verified>,
    event: EventDraft,
    policy: SessionPolicy,
    now: DateTime<Utc>,
}

impl Replacement {
    async fn run(&self, tx: &dyn Transaction) -> Result<u64, FailedSignIn> {
        let (_, user) = find_session_owner(tx, self.session, &self.policy, self.now).await?;
        let ended = match &self.verified {
            Some(verified) => {
                verified.check(tx).await?;
                tx.delete_sessions_of(user.id, Some(self.session)).await?
            }
            None if tx.find_password(user.id).await?.is_some() => {
                return Err(AuthError::PasswordAlreadySet.into());
            }
            None => 0,
        };
        tx.delete_mailed_tokens_of(user.id).await?;
        tx.save_password(&self.password).await?;
        self.event.write(tx).await?;
        Ok(ended)
    }
}
