use belgie_domain::{Session, SessionToken, User};

/// A new session, with its user.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SignedIn {
    /// What opens the session: shown this once.
    pub token: SessionToken,
    /// The session.
    pub session: Session,
    /// Whose it is.
    pub user: User,
    /// Where the browser lands.
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
