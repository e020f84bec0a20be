use std::fmt;

use belgie_domain::{
    AccessToken, ClientInfo, EventKind, Session, SessionId, SessionToken, Slide, TokenHash, User,
    UserId, check_admission,
};
use belgie_ports::{Contention, StoreExt as _, Transaction};

use super::{Authenticated, FreshSession, Proof, SessionDraft, SignedIn};
use crate::core::Core;
use crate::event::EventDraft;
use crate::{AccessTokens, AuthError};

/// Authenticates, starts, lists and ends sessions.
#[derive(Clone, Copy)]
pub struct SessionManager<'a> {
    core: &'a Core,
}

impl<'a> SessionManager<'a> {
    pub(crate) fn new(core: &'a Core) -> Self {
        Self { core }
    }

    /// Returns the session with this token, and its user. Also extends the expiry when it is due; if that fails, the
    /// check still succeeds.
    ///
    /// # Errors
    /// [`AuthError::SessionExpired`] when it has recently expired, [`AuthError::NotAuthenticated`] when there is none
    /// or the user is disabled, [`AuthError::Store`] when the store is unavailable.
    pub async fn authenticate(
        &self,
        token: &SessionToken,
        by: Proof,
    ) -> Result<Authenticated, AuthError> {
        let found = self.core.store.find_session_by_token(token.hash()).await?;
        let (mut session, user) = self.live(found)?;
        let (policy, now) = (&self.core.policy.sessions, self.core.now());
        if let Some(slide) = session.slide(policy, now) {
            self.slide(&mut session, slide).await;
        }
        let expires_at = session.ends_at(policy);
        Ok(Authenticated::new((session, user), by, expires_at))
    }

    /// Returns the session that this access token was issued for, and its user, both as they are now: an ended session, a
    /// disabled user and a change of role take effect at once, whatever the token says. The session's expiry is not
    /// extended, so that a token on its own cannot keep a session alive.
    ///
    /// # Errors
    /// As [`Self::authenticate`]; also [`AuthError::NotAuthenticated`] when the token is invalid or has expired.
    pub async fn authenticate_access_token(
        &self,
        token: &AccessToken,
    ) -> Result<Authenticated, AuthError> {
        let verified = AccessTokens::new(self.core).verify(token).await?;
        let found = self.core.store.find_session_by_id(verified.session).await?;
        let found = found.filter(|(_, user)| user.id == verified.user);
        let (session, user) = self.live(found)?;
        let ends_at = session.ends_at(&self.core.policy.sessions);
        let expires_at = verified.expires_at.min(ends_at);
        let found = (session, user);
        Ok(Authenticated::new(found, Proof::AccessToken, expires_at))
    }

    /// Authenticates once more who was authenticated before, for a response that goes on for long, such as a stream of
    /// events: returns the session and its user as they are now. The session's expiry is not extended.
    ///
    /// # Errors
    /// As [`Self::authenticate`]; also [`AuthError::SessionExpired`] when the credential has expired since.
    pub async fn authenticate_again(
        &self,
        earlier: &Authenticated,
    ) -> Result<Authenticated, AuthError> {
        let found = self.core.store.find_session_by_id(earlier.session.id);
        let (session, user) = self.live(found.await?)?;
        let ends_at = session.ends_at(&self.core.policy.sessions);
        let expires_at = match earlier.by {
            Proof::AccessToken => earlier.expires_at.min(ends_at),
            Proof::Cookie | Proof::SessionToken => ends_at,
        };
        if expires_at <= self.core.now() {
            return Err(AuthError::SessionExpired);
        }
        Ok(Authenticated::new((session, user), earlier.by, expires_at))
    }

    /// Checks that a session has been found, has not expired, and that its user is active.
    fn live(self, found: Option<(Session, User)>) -> Result<(Session, User), AuthError> {
        let (session, user) = found.ok_or(AuthError::NotAuthenticated)?;
        if session.is_expired(&self.core.policy.sessions, self.core.now()) {
            return Err(AuthError::SessionExpired);
        }
        if !user.is_active {
            return Err(AuthError::NotAuthenticated);
        }
        Ok((session, user))
    }

    async fn slide(&self, session: &mut Session, slide: Slide) {
        match self.core.store.slide_session(slide).await {
            Ok(true) => {
                session.last_used_at = slide.last_used_at;
                session.expires_at = slide.expires_at;
            }
            Ok(false) => {}
            Err(error) => {
                tracing::warn!(session = %session.id, %error, "could not extend the session's expiry");
            }
        }
    }

    /// Checks that the person authenticated recently enough for a sensitive change.
    ///
    /// # Errors
    /// [`AuthError::FreshSignInRequired`].
    pub fn fresh<'s>(
        &self,
        authenticated: &'s Authenticated,
    ) -> Result<FreshSession<'s>, AuthError> {
        FreshSession::check(authenticated, &self.core.policy.sessions, self.core.now())
    }

    /// Starts a session for a user whom the application has authenticated itself: by a mailed link, by its own password
    /// check, or in a test. Everything else is as after any sign-in, including the `sign_in` event.
    ///
    /// # Errors
    /// [`AuthError::NotFound`], [`AuthError::Refused`] when the user may not sign in, [`AuthError::Store`].
    pub async fn begin(&self, user: UserId, client: &ClientInfo) -> Result<SignedIn, AuthError> {
        let now = self.core.now();
        let draw = self.core.draw(now);
        let session = SessionDraft::new(&draw, now, client);
        let event = self.core.event_of(&draw, now, EventKind::SignIn);
        let token = session.token().clone();
        let policy = self.core.policy.clone();
        let state = (session, event.by_self(user).from(client), policy);
        let begun =
            self.core
                .store
                .transaction(Contention::on_user(user), state, move |state, tx| {
                    Box::pin(async move {
                        let (session, event, policy) = state;
                        let mut found = find_user(tx, user).await?;
                        check_admission(&found, policy.joining)?;
                        found.last_login_at = Some(now);
                        tx.update_user(&found).await?;
                        let session = session.open(tx, &found, &policy.sessions).await?;
                        event.write(tx).await?;
                        Ok::<_, AuthError>((session, found))
                    })
                });
        let (session, user) = begun.await?;
        self.core.hooks.committed.notify_one();
        tracing::info!(user = %user.id, session = %session.id, "signed in by the application");
        let location = self.core.policy.after_sign_in.clone();
        Ok(SignedIn::new(token, session, user, location))
    }

    /// Returns a user's live sessions, newest first.
    ///
    /// # Errors
    /// [`AuthError::Store`].
    pub async fn list(&self, user: UserId) -> Result<Vec<Session>, AuthError> {
        let (policy, now) = (&self.core.policy.sessions, self.core.now());
        let mut sessions = self.core.store.sessions_of(user).await?;
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
        let event = self.core.event(EventKind::SessionRevoked);
        let event = event.by_self(user).from(client);
        let ended =
            self.core
                .store
                .transaction(Contention::on_user(user), event, move |event, tx| {
                    Box::pin(revoke_own(tx, user, session, event))
                });
        if ended.await? {
            self.core.hooks.committed.notify_one();
            tracing::info!(%user, %session, "session revoked");
            return Ok(());
        }
        Err(AuthError::NotFound(format!("session {session}")))
    }

    /// Ends all sessions of the user except this one; returns how many.
    ///
    /// # Errors
    /// [`AuthError::Store`].
    pub async fn revoke_others(
        &self,
        current: &Session,
        client: &ClientInfo,
    ) -> Result<u64, AuthError> {
        let (user, keep) = (current.user_id, current.id);
        let event = self.core.event(EventKind::SessionsRevoked);
        let event = event.by_self(user).from(client);
        let ended = self.revoke_all(user, Some(keep), event).await?;
        if ended > 0 {
            tracing::info!(%user, ended, "other sessions revoked");
        }
        Ok(ended)
    }

    /// Ends a user's sessions except `except`, and writes an event if there were any.
    pub(crate) async fn revoke_all(
        &self,
        user: UserId,
        except: Option<SessionId>,
        event: EventDraft,
    ) -> Result<u64, AuthError> {
        let ended =
            self.core
                .store
                .transaction(Contention::on_user(user), event, move |event, tx| {
                    Box::pin(async move {
                        let ended = tx.delete_sessions_of(user, except).await?;
                        if ended > 0 {
                            event.write(tx).await?;
                        }
                        Ok::<_, AuthError>(ended)
                    })
                });
        let ended = ended.await?;
        self.core.hooks.committed.notify_one();
        Ok(ended)
    }

    /// Ends the session with this token, if there is one. Once this returns, the token is invalid on every node.
    ///
    /// # Errors
    /// [`AuthError::Store`].
    pub async fn sign_out(
        &self,
        token: &SessionToken,
        client: &ClientInfo,
    ) -> Result<(), AuthError> {
        let hash = token.hash();
        // Anyone can send any token, so an invalid one costs no transaction.
        let Some((session, _)) = self.core.store.find_session_by_token(hash).await? else {
            return Ok(());
        };
        let user = session.user_id;
        let event = self.core.event(EventKind::SignOut);
        let event = event.by_self(user).from(client);
        let ended =
            self.core
                .store
                .transaction(Contention::on_user(user), event, move |event, tx| {
                    Box::pin(sign_out(tx, hash, event))
                });
        if ended.await? {
            self.core.hooks.committed.notify_one();
            tracing::info!(%user, session = %session.id, "signed out");
        }
        Ok(())
    }
}

async fn find_user(tx: &dyn Transaction, id: UserId) -> Result<User, AuthError> {
    let found = tx.find_user(id).await?;
    found.ok_or_else(|| AuthError::NotFound(format!("user {id}")))
}

async fn revoke_own(
    tx: &dyn Transaction,
    user: UserId,
    session: SessionId,
    event: &EventDraft,
) -> Result<bool, AuthError> {
    let found = tx.find_session_by_id(session).await?;
    let own = found.is_some_and(|(found, _)| found.user_id == user);
    if own {
        tx.delete_session(session).await?;
        event.write(tx).await?;
    }
    Ok(own)
}

async fn sign_out(
    tx: &dyn Transaction,
    hash: TokenHash,
    event: &EventDraft,
) -> Result<bool, AuthError> {
    let ended = tx.consume_session(hash).await?.is_some();
    if ended {
        event.write(tx).await?;
    }
    Ok(ended)
}

impl fmt::Debug for SessionManager<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionManager").finish_non_exhaustive()
    }
}
