use belgie_domain::ProviderId;

/// The paths of our own routes and pages, including the base path.
#[derive(Clone, Debug)]
pub(crate) struct Paths {
    base: String,
}

impl Paths {
    /// Creates the paths below this base path; empty for the root.
    pub(crate) fn below(base: &str) -> Self {
        Self {
            base: base.to_owned(),
        }
    }

    /// Returns a path of the route table with the base path.
    pub(crate) fn below_base(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// Returns the path of the home page.
    pub(crate) fn home(&self) -> String {
        self.below_base("/")
    }

    /// Returns the path that starts a sign-in with a provider.
    pub(crate) fn sign_in_with(&self, provider: &ProviderId) -> String {
        format!("{}/auth/provider/{provider}/signin", self.base)
    }

    /// Returns the path that starts adding an account at a provider.
    pub(crate) fn link_with(&self, provider: &ProviderId) -> String {
        format!("{}/auth/provider/{provider}/link", self.base)
    }

    /// Returns the path of our own sign-in page, which exists if the pages are mounted.
    pub(crate) fn sign_in_page(&self) -> String {
        self.below_base("/signin")
    }

    /// Returns the path of the page on which one registers, which exists if the pages are mounted.
    pub(crate) fn sign_up_page(&self) -> String {
        self.below_base("/signup")
    }

    /// Returns the path of the page for a forgotten password, which exists if the pages are mounted.
    pub(crate) fn forgot_page(&self) -> String {
        self.below_base("/forgot")
    }

    /// Returns the path of the page that verifies addresses, which exists if the pages are mounted.
    pub(crate) fn verify_page(&self) -> String {
        self.below_base("/verify")
    }

    /// Returns the path of the page to which sign-ins lead, which exists if the pages are mounted.
    pub(crate) fn dashboard(&self) -> String {
        self.below_base("/dashboard")
    }

    /// Returns the path of the account page, which exists if the pages are mounted.
    pub(crate) fn account(&self) -> String {
        self.below_base("/account")
    }

    /// Returns the path at which one authenticates again while signed in.
    pub(crate) fn reauthentication(&self) -> String {
        self.below_base("/auth/reauthenticate")
    }

    /// Returns the path of a style sheet or icon.
    pub(crate) fn asset(&self, file: &str) -> String {
        format!("{}/auth/assets/{file}", self.base)
    }
}
