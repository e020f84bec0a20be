use belgie_domain::{Session, SessionPolicy, User};
use chrono::{DateTime, Utc};

use crate::AuthError;

/// A session that works, with its user.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Authenticated {
    /// The session.
    pub session: Session,
    /// Whose it is: active.
    pub user: User,
    /// What the request proved it with.
    pub by: Proof,
}

/// What a request proves with that it belongs to a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Proof {
    /// The session cookie, which browsers also send along when another site asks.
    Cookie,
    /// The session token as bearer token.
    SessionToken,
}

/// Proof that a session's person was authenticated recently enough for a sensitive change: only
/// [`SessionManager::fresh`](crate::SessionManager::fresh) gives it.
#[derive(Clone, Copy, Debug)]
pub struct FreshSession<'a>(&'a Authenticated);

impl Authenticated {
    pub(super) fn new(session: Session, user: User, by: Proof) -> Self {
        Self { session, user, by }
    }
}

impl<'a> FreshSession<'a> {
    pub(crate) fn check(
        authenticated: &'a Authenticated,
        policy: &SessionPolicy,
        now: DateTime<Utc>,
    ) -> Result<Self, AuthError> {
        if !authenticated.session.is_fresh(policy, now) {
            return Err(AuthError::FreshSignInRequired);
        }
        Ok(Self(authenticated))
    }

    /// Returns the session and its user.
    pub fn authenticated(&self) -> &'a Authenticated {
        self.0
    }
}
