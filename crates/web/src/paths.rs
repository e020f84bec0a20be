use belgie_domain::ProviderId;

/// The paths of our own routes and pages, each with the base path before it.
#[derive(Clone, Debug)]
pub(crate) struct Paths {
    base: String,
}

impl Paths {
    /// Returns the paths below this base path, empty for the root.
    pub(crate) fn below(base: &str) -> Self {
        Self {
            base: base.to_owned(),
        }
    }

    /// Returns a path of the table of routes as this site has it.
    pub(crate) fn below_base(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// Where the site begins.
    pub(crate) fn home(&self) -> String {
        self.below_base("/")
    }

    /// Where signing in with a provider begins.
    pub(crate) fn sign_in_with(&self, provider: &ProviderId) -> String {
        format!("{}/auth/provider/{provider}/signin", self.base)
    }

    /// Our own sign-in page, when it is mounted.
    pub(crate) fn sign_in_page(&self) -> String {
        self.below_base("/signin")
    }

    /// The page of one's own sessions, when it is mounted.
    pub(crate) fn dashboard(&self) -> String {
        self.below_base("/dashboard")
    }

    /// A style sheet or icon.
    pub(crate) fn asset(&self, file: &str) -> String {
        format!("{}/auth/assets/{file}", self.base)
    }
}
