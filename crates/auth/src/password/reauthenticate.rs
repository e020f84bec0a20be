use belgie_domain::{ClientInfo, EventKind, Password, ProviderId, SessionId, SessionPolicy};
use belgie_ports::{Contention, StoreExt as _, Transaction};
use chrono::{DateTime, Utc};

use super::Passwords;
use super::verified::Verified;
use crate::event::EventDraft;
use crate::sign_in::{FailedSignIn, find_session_owner};
use crate::{AuthError, Authenticated};

impl Passwords<'_> {
    /// Makes the session fresh, as the person knows the password. The session keeps its token, since it is neither a new
    /// one nor gains any right but that.
    ///
    /// # Errors
    /// [`AuthError::InvalidCredentials`] when the password is wrong or there is none; [`AuthError::Forbidden`] by access
    /// token; [`AuthError::NotAuthenticated`] when the session has ended meanwhile; [`AuthError::RateLimited`],
    /// [`AuthError::Hashing`], [`AuthError::PasswordsOff`], [`AuthError::Store`].
    pub async fn reauthenticate(
        &self,
        session: &Authenticated,
        password: &Password,
        client: &ClientInfo,
    ) -> Result<(), AuthError> {
        let kind = EventKind::Reauthenticated;
        match self.try_reauthenticate(session, password, client).await {
            Ok(()) => Ok(()),
            Err(failed) => Err(self.fail(failed, client, kind).await),
        }
    }

    async fn try_reauthenticate(
        self,
        session: &Authenticated,
        password: &Password,
        client: &ClientInfo,
    ) -> Result<(), FailedSignIn> {
        let (core, user) = (self.core, session.user.id);
        let verified = self.verify_own(session, password, client).await?;
        let event = core.event(EventKind::Reauthenticated).by_self(user);
        let renewal = Renewal {
            session: session.session.id,
            event: event.via(&ProviderId::password()).from(client),
            policy: core.policy.sessions.clone(),
            now: core.now(),
            verified,
        };
        let contention = Contention::on_user(user);
        let renewed = core
            .store
            .transaction(contention, renewal, |renewal, tx| Box::pin(renewal.run(tx)));
        renewed.await?;
        core.hooks.committed.notify_one();
        tracing::info!(%user, session = %session.session.id, "authenticated again with the password");
        Ok(())
    }
}

/// A session that becomes fresh, before it is written.
struct Renewal {
    session: SessionId,
    verified: Verified,
    event: EventDraft,
    policy: SessionPolicy,
    now: DateTime<Utc>,
}

impl Renewal {
    async fn run(&self, tx: &dyn Transaction) -> Result<(), FailedSignIn> {
        let owner = find_session_owner(tx, self.session, &self.policy, self.now).await?;
        let (mut session, user) = owner;
        let failed = |error: AuthError| FailedSignIn::of(error, Some(user.id));
        self.verified.check(tx).await.map_err(failed)?;
        tx.consume_session(session.token_hash).await?;
        session.authenticated_at = self.now;
        tx.insert_session(&session).await?;
        Ok(self.event.write(tx).await?)
    }
}
