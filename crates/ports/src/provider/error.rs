use std::error::Error;

use belgie_domain::printable;

use super::ReportedError;

/// Why a provider did not authenticate the person. Of what the provider sent, a message contains at most a printable
/// reason of limited length.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProviderError {
    /// Too many sign-ins with this provider are in progress.
    #[error("too many sign-ins with the provider are in progress")]
    Busy,
    /// The authorization code was refused (RFC 6749 §5.2 `invalid_grant`), with the provider's own error if it sent one.
    #[error("the provider refused the authorization code{}", .0.as_ref().map(|error| format!(": {error}")).unwrap_or_default())]
    CodeRejected(Option<ReportedError>),
    /// The ID token or profile failed verification.
    #[error("the provider's identity failed verification: {0}")]
    InvalidIdentity(InvalidIdentity),
    /// The authorization response is from another issuer.
    #[error("the authorization response is not from the provider's issuer")]
    IssuerMismatch,
    /// The refresh token was refused (RFC 6749 §5.2 `invalid_grant`), with the provider's own error if it sent one: only a
    /// new consent of the person helps.
    #[error("the provider refused the refresh token{}", .0.as_ref().map(|error| format!(": {error}")).unwrap_or_default())]
    RefreshRejected(Option<ReportedError>),
    /// The provider did not respond in time.
    #[error("the provider did not respond in time")]
    TimedOut,
    /// The provider does not support the operation.
    #[error("the provider does not support this")]
    Unsupported,
    /// The provider cannot be reached, sends an invalid response, or is misconfigured; the source gives the reason, for
    /// the log.
    #[error("the provider cannot be used")]
    Unavailable(#[source] Box<dyn Error + Send + Sync>),
}

/// Which check an ID token or profile failed. For the log, not for the client.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidIdentity(String);

impl InvalidIdentity {
    /// Creates the error from a reason, of which at most 200 characters are kept, as printable ASCII.
    pub fn new(reason: impl AsRef<str>) -> Self {
        Self(printable(reason.as_ref()))
    }

    /// Returns the reason.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
