use belgie_domain::{Refusal, Session, SessionId, SessionPolicy, User};
use belgie_ports::Transaction;
use chrono::{DateTime, Utc};

use super::record::FailedSignIn;
use crate::AuthError;

/// Returns the session that an attempt depends on, which must still be valid, and its user.
pub(crate) async fn find_session_owner(
    tx: &dyn Transaction,
    session: SessionId,
    policy: &SessionPolicy,
    now: DateTime<Utc>,
) -> Result<(Session, User), FailedSignIn> {
    let found = tx.find_session_by_id(session).await?;
    let (session, user) = found.ok_or(AuthError::NotAuthenticated)?;
    let failed = |error: AuthError| FailedSignIn::of(error, Some(user.id));
    if session.is_expired(policy, now) {
        return Err(failed(AuthError::SessionExpired));
    }
    if !user.is_active {
        return Err(failed(Refusal::AccountDisabled.into()));
    }
    Ok((session, user))
}
