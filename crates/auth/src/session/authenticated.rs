use belgie_domain::{Session, SessionPolicy, User};
use chrono::{DateTime, Utc};

use crate::AuthError;

/// A live session, with its user.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Authenticated {
    /// The session.
    pub session: Session,
    /// The user, who is active.
    pub user: User,
    /// The credential of the request.
    pub by: Proof,
    /// When the credential ends: the access token's own end, or that of the session unless it is used again. A response
    /// that lasts longer, such as a stream, should end then.
    pub expires_at: DateTime<Utc>,
}

/// The credential with which a request proves its session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Proof {
    /// The session cookie, which browsers also send with requests caused by other sites.
    Cookie,
    /// The session token as a bearer token.
    SessionToken,
    /// An access token that was issued for the session, as a bearer token.
    AccessToken,
}

/// Proof that the person authenticated recently enough for a sensitive change. Only
/// [`SessionManager::fresh`](crate::SessionManager::fresh) creates it.
#[derive(Clone, Copy, Debug)]
pub struct FreshSession<'a>(&'a Authenticated);

impl Authenticated {
    pub(super) fn new(
        (session, user): (Session, User),
        by: Proof,
        expires_at: DateTime<Utc>,
    ) -> Self {
        Self {
            session,
            user,
            by,
            expires_at,
        }
    }
}

impl<'a> FreshSession<'a> {
    pub(crate) fn check(
        authenticated: &'a Authenticated,
        policy: &SessionPolicy,
        now: DateTime<Utc>,
    ) -> Result<Self, AuthError> {
        // A stolen access token could otherwise be turned into lasting access.
        if authenticated.by == Proof::AccessToken {
            return Err(AuthError::Forbidden);
        }
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
