use std::error::Error;

use belgie_domain::printable;

/// Why a provider vouches for nobody. No text carries what the provider sent beyond a bounded, printable reason.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProviderError {
    /// So many are signing in with it already that one more has to wait.
    #[error("too many sign-ins with the provider are under way")]
    Busy,
    /// The authorization code was refused (RFC 6749 §5.2 `invalid_grant`).
    #[error("the provider refused the authorization code")]
    CodeRejected,
    /// The ID token or profile does not check out.
    #[error("the provider's identity does not check out: {0}")]
    InvalidIdentity(InvalidIdentity),
    /// The authorization response is from another issuer.
    #[error("the authorization response is not from the provider's issuer")]
    IssuerMismatch,
    /// It did not answer in time.
    #[error("the provider did not answer in time")]
    TimedOut,
    /// It cannot be reached, answers garbage, or is misconfigured; the source says which, for the log.
    #[error("the provider cannot be used")]
    Unavailable(#[source] Box<dyn Error + Send + Sync>),
}

/// Which check an ID token or profile failed: for the log, not for the client.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidIdentity(String);

impl InvalidIdentity {
    /// Takes the reason, of which at most 200 characters are kept, in printable ASCII.
    pub fn new(reason: impl AsRef<str>) -> Self {
        Self(printable(reason.as_ref()))
    }

    /// Returns the reason.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
