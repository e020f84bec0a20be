use belgie_domain::{AccessTokenPolicy, JoinPolicy, PasswordPolicy, RedirectRule, SessionPolicy};
use chrono::TimeDelta;

/// The operator's rules for sign-ins and sessions.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Policy {
    /// Where redirects may go, and which origins are trusted.
    pub redirects: RedirectRule,
    /// Where the browser goes after signing in, unless the request names a target.
    pub after_sign_in: String,
    /// The rules for new users and for joining.
    pub joining: JoinPolicy,
    /// How long sessions live.
    pub sessions: SessionPolicy,
    /// How long access tokens live, and for whom they are.
    pub access_tokens: AccessTokenPolicy,
    /// The rule for new passwords, and who may register with one.
    pub passwords: PasswordPolicy,
    /// The name of the site, of which no password may be made.
    pub site_name: Option<String>,
    /// How long events keep the IP address and user agent of their request.
    pub event_retention: TimeDelta,
    /// Whether there are limits of how often things may happen; off only in tests.
    pub rate_limits: bool,
}

impl Policy {
    /// Returns the defaults for a site with these redirects: anyone may sign up, accounts join by proved address,
    /// sessions live 7 days unused and 30 days in all, sign-ins end at `/dashboard`, and events lose IP address and user agent
    /// after 90 days.
    pub fn new(redirects: RedirectRule) -> Self {
        Self {
            redirects,
            after_sign_in: "/dashboard".to_owned(),
            joining: JoinPolicy::default(),
            sessions: SessionPolicy::default(),
            access_tokens: AccessTokenPolicy::default(),
            passwords: PasswordPolicy::default(),
            site_name: None,
            event_retention: TimeDelta::days(90),
            rate_limits: true,
        }
    }

    /// Sets the rules for new users and for joining.
    #[must_use]
    pub fn joining(mut self, joining: JoinPolicy) -> Self {
        self.joining = joining;
        self
    }

    /// Sets how long sessions live.
    #[must_use]
    pub fn sessions(mut self, sessions: SessionPolicy) -> Self {
        self.sessions = sessions;
        self
    }

    /// Sets how long access tokens live, and for whom they are.
    #[must_use]
    pub fn access_tokens(mut self, access_tokens: AccessTokenPolicy) -> Self {
        self.access_tokens = access_tokens;
        self
    }

    /// Sets the rule for new passwords, and who may register with one.
    #[must_use]
    pub fn passwords(mut self, passwords: PasswordPolicy) -> Self {
        self.passwords = passwords;
        self
    }

    /// Sets the name of the site, of which no password may be made.
    #[must_use]
    pub fn site_name(mut self, name: impl Into<String>) -> Self {
        self.site_name = Some(name.into());
        self
    }

    /// Sets how long events keep the IP address and user agent of their request. [Housekeeping](crate::Housekeeping) erases
    /// them then.
    #[must_use]
    pub fn event_retention(mut self, event_retention: TimeDelta) -> Self {
        self.event_retention = event_retention;
        self
    }

    /// Sets whether there are [limits](crate::Limits) of how often things may happen. Turn them off only in tests.
    #[must_use]
    pub fn rate_limits(mut self, rate_limits: bool) -> Self {
        self.rate_limits = rate_limits;
        self
    }

    /// Sets where the browser goes after signing in: a path of the site, or a URL on a trusted origin.
    #[must_use]
    pub fn after_sign_in(mut self, location: impl Into<String>) -> Self {
        self.after_sign_in = location.into();
        self
    }
}
