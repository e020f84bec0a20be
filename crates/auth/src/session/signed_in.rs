use std::fmt;

use belgie_domain::{ProviderId, Session, SessionToken, User};

/// A new session, with its user.
#[derive(Clone)]
#[non_exhaustive]
pub struct SignedIn {
    /// The session token. Hand it to the client once; it is not stored.
    pub token: SessionToken,
    /// The session.
    pub session: Session,
    /// The user who signed in.
    pub user: User,
    /// Where to send the browser.
    pub location: String,
    /// The provider whose account had been waiting in this browser for the user, and has joined with this sign-in.
    pub connected: Option<ProviderId>,
}

impl SignedIn {
    pub(crate) fn new(token: SessionToken, session: Session, user: User, location: String) -> Self {
        Self {
            token,
            session,
            user,
            location,
            connected: None,
        }
    }

    pub(crate) fn with_connected(self, connected: Option<ProviderId>) -> Self {
        Self { connected, ..self }
    }
}

/// Omits the location, which may contain an access token.
impl fmt::Debug for SignedIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedIn")
            .field("session", &self.session)
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}
