use belgie_domain::{ClientInfo, EventKind, Session, SessionId, SessionToken, Slide, User, UserId};

use crate::{Auth, AuthError};

/// Who is signed in, and until when.
#[derive(Clone, Copy, Debug)]
pub struct SessionManager<'a> {
    auth: &'a Auth,
}

/// A session that works, with its user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authenticated {
    /// The session.
    pub session: Session,
    /// Whose it is: active.
    pub user: User,
}

impl<'a> SessionManager<'a> {
    pub(crate) fn new(auth: &'a Auth) -> Self {
        Self { auth }
    }

    /// Returns the session that a token opens, and its user. Slides the expiry when enough of it is used; that is
    /// best effort, and its failure does not fail the check.
    ///
    /// # Errors
    /// [`AuthError::SessionExpired`] when it has just ended by age, [`AuthError::NotAuthenticated`] when there is none
    /// or the user is not active, [`AuthError::Store`] when that cannot be told now.
    pub async fn authenticate(&self, token: &SessionToken) -> Result<Authenticated, AuthError> {
        let found = self.auth.store().find_session(token.hash()).await?;
        let (mut session, user) = found.ok_or(AuthError::NotAuthenticated)?;
        let (policy, now) = (self.auth.session_policy(), self.auth.now());
        if session.is_expired(policy, now) {
            return Err(AuthError::SessionExpired);
        }
        if !user.is_active {
            return Err(AuthError::NotAuthenticated);
        }
        if let Some(slide) = session.slide(policy, now) {
            self.slide(&mut session, slide).await;
        }
        Ok(Authenticated { session, user })
    }

    async fn slide(&self, session: &mut Session, slide: Slide) {
        match self.auth.store().slide_session(slide).await {
            Ok(true) => {
                session.last_used_at = slide.last_used_at;
                session.expires_at = slide.expires_at;
            }
            Ok(false) => {}
            Err(error) => {
                tracing::warn!(session = %session.id, %error, "the session's expiry did not slide");
            }
        }
    }

    /// Returns the sessions of a user that still work, newest first.
    ///
    /// # Errors
    /// [`AuthError::Store`].
    pub async fn list(&self, user: UserId) -> Result<Vec<Session>, AuthError> {
        let (policy, now) = (self.auth.session_policy(), self.auth.now());
        let mut sessions = self.auth.store().sessions_of(user).await?;
        sessions.retain(|session| !session.is_expired(policy, now));
        Ok(sessions)
    }

    /// Ends one of the user's own sessions.
    ///
    /// # Errors
    /// [`AuthError::NotFound`] when the user has no such session, [`AuthError::Store`].
    pub async fn revoke(
        &self,
        user: UserId,
        session: SessionId,
        client: &ClientInfo,
    ) -> Result<(), AuthError> {
        let event = self.auth.event(EventKind::SessionRevoked, user, client);
        let ended = self.auth.store().transaction(move |tx| {
            let event = event.clone();
            Box::pin(async move {
                let own = tx
                    .find_session(session)
                    .await?
                    .is_some_and(|found| found.user_id == user);
                if own {
                    tx.delete_session(session).await?;
                    tx.insert_event(&event).await?;
                }
                Ok::<_, AuthError>(own)
            })
        });
        if ended.await? {
            tracing::info!(%user, %session, "session revoked");
            return Ok(());
        }
        Err(AuthError::NotFound(format!("session {session}")))
    }

    /// Ends all sessions of the user but this one; returns how many.
    ///
    /// # Errors
    /// [`AuthError::Store`].
    pub async fn revoke_others(
        &self,
        current: &Session,
        client: &ClientInfo,
    ) -> Result<u64, AuthError> {
        let (user, keep) = (current.user_id, current.id);
        let event = self.auth.event(EventKind::SessionsRevoked, user, client);
        let ended = self.auth.store().transaction(move |tx| {
            let event = event.clone();
            Box::pin(async move {
                let ended = tx.delete_sessions_of(user, Some(keep)).await?;
                if ended > 0 {
                    tx.insert_event(&event).await?;
                }
                Ok::<_, AuthError>(ended)
            })
        });
        let ended = ended.await?;
        if ended > 0 {
            tracing::info!(%user, ended, "other sessions revoked");
        }
        Ok(ended)
    }

    /// Ends the session that a token opens, if there is one. When this has answered, the token opens nothing anywhere.
    ///
    /// # Errors
    /// [`AuthError::Store`].
    pub async fn sign_out(
        &self,
        token: &SessionToken,
        client: &ClientInfo,
    ) -> Result<(), AuthError> {
        let (hash, client, auth) = (token.hash(), client.clone(), self.auth.clone());
        // Anybody can make up tokens: those that open nothing are to cost no transaction.
        if self.auth.store().find_session(hash).await?.is_none() {
            return Ok(());
        }
        let ended = self.auth.store().transaction(move |tx| {
            let (auth, client) = (auth.clone(), client.clone());
            Box::pin(async move {
                let ended = tx.take_session(hash).await?;
                if let Some(session) = &ended {
                    tx.insert_event(&auth.event(EventKind::SignOut, session.user_id, &client))
                        .await?;
                }
                Ok::<_, AuthError>(ended)
            })
        });
        if let Some(session) = ended.await? {
            tracing::info!(user = %session.user_id, session = %session.id, "signed out");
        }
        Ok(())
    }
}
