use belgie_auth::ProviderSummary;

/// How a signed-in person can authenticate again.
#[derive(Clone, Debug)]
pub(crate) struct WaysToConfirm {
    /// Whether there is a password.
    pub has_password: bool,
    /// The address, for password managers.
    pub email: Option<String>,
    /// The providers of the person's accounts, that of the session first.
    pub providers: Vec<ProviderSummary>,
}

impl WaysToConfirm {
    /// Returns whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        !self.has_password && self.providers.is_empty()
    }
}
