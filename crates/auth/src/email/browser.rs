use belgie_domain::{SessionId, SessionPolicy, SessionToken, TokenHash, User};
use belgie_ports::{Sessions, StoreError};
use chrono::{DateTime, Utc};

use crate::core::Core;

/// The browser in which a mailed link is opened.
pub(super) struct Browser {
    held: Option<TokenHash>,
    policy: SessionPolicy,
    now: DateTime<Utc>,
}

impl Browser {
    pub(super) fn new(core: &Core, held: Option<&SessionToken>) -> Self {
        Self {
            held: held.map(SessionToken::hash),
            policy: core.policy.sessions.clone(),
            now: core.now(),
        }
    }

    /// Returns the session that the browser holds, if it is one of this user and still live.
    pub(super) async fn session_of(
        &self,
        sessions: &(impl Sessions + Sync + ?Sized),
        user: &User,
    ) -> Result<Option<SessionId>, StoreError> {
        let Some(held) = self.held else {
            return Ok(None);
        };
        let found = sessions.find_session_by_token(held).await?;
        let own = found.map(|(session, _)| session).filter(|session| {
            session.user_id == user.id && !session.is_expired(&self.policy, self.now)
        });
        Ok(own.map(|session| session.id))
    }
}
