use belgie_domain::{JoinPolicy, RedirectRule, SessionPolicy};

/// What the operator decides about sign-ins and sessions.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Policy {
    /// Where redirects may go, and which origins are trusted.
    pub redirects: RedirectRule,
    /// Where the browser lands after signing in when nobody says otherwise.
    pub after_sign_in: String,
    /// Whom a verified identity may become.
    pub joining: JoinPolicy,
    /// How long sessions live.
    pub sessions: SessionPolicy,
}

impl Policy {
    /// Returns the defaults for a site with these redirects: everybody may register, accounts join by proved address,
    /// sessions live 7 days unused and 30 in all, and sign-ins end at `/dashboard`.
    pub fn new(redirects: RedirectRule) -> Self {
        Self {
            redirects,
            after_sign_in: "/dashboard".to_owned(),
            joining: JoinPolicy::default(),
            sessions: SessionPolicy::default(),
        }
    }

    /// Sets where the browser lands after signing in: a path of the site, or an address on a trusted origin.
    #[must_use]
    pub fn after_sign_in(mut self, location: impl Into<String>) -> Self {
        self.after_sign_in = location.into();
        self
    }
}
