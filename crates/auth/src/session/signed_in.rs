use belgie_domain::{Session, SessionToken, User};

/// A new session, with its user.
#[derive(Clone, Debug)]
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
}

impl SignedIn {
    pub(crate) fn new(token: SessionToken, session: Session, user: User, location: String) -> Self {
        Self {
            token,
            session,
            user,
            location,
        }
    }
}
