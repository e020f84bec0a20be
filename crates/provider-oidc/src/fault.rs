use belgie_ports::{InvalidIdentity, ProviderError, ReportedError};

use crate::UnusableProvider;
use belgie_provider_http::{Busy, HttpError, printable, redacted};

/// Why the provider cannot be used: the source of [`ProviderError::Unavailable`], for the log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ProviderFault {
    #[error("could not fetch the {document}")]
    Request {
        document: Document,
        source: HttpError,
    },
    #[error("could not read the {document}: {reason}")]
    Malformed { document: Document, reason: String },
    #[error(transparent)]
    Unusable(#[from] UnusableProvider),
    #[error("the discovery document names a forbidden {name}: {url:?}")]
    ForbiddenEndpoint { name: &'static str, url: String },
    #[error("the token endpoint returned the error {0}")]
    TokenError(ReportedError),
    #[error("too many sign-ins with this provider are in progress")]
    Busy,
}

/// A document requested from the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Document {
    Discovery,
    Keys,
    TokenReply,
    RevocationReply,
    Userinfo,
}

impl std::fmt::Display for Document {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Discovery => "discovery document",
            Self::Keys => "key set",
            Self::TokenReply => "response of the token endpoint",
            Self::RevocationReply => "response of the revocation endpoint",
            Self::Userinfo => "response of the userinfo endpoint",
        })
    }
}

impl Document {
    pub(crate) fn unavailable(self) -> impl Fn(HttpError) -> ProviderFault {
        move |source| ProviderFault::Request {
            document: self,
            source,
        }
    }

    pub(crate) fn malformed(self, reason: impl std::fmt::Display) -> ProviderFault {
        ProviderFault::Malformed {
            document: self,
            reason: printable(&redacted(&reason.to_string())),
        }
    }
}

impl From<Busy> for ProviderFault {
    fn from(_: Busy) -> Self {
        Self::Busy
    }
}

impl From<ProviderFault> for ProviderError {
    fn from(error: ProviderFault) -> Self {
        match error {
            ProviderFault::Request {
                source: HttpError::TimedOut,
                ..
            } => Self::TimedOut,
            ProviderFault::Busy => Self::Busy,
            ProviderFault::Unusable(reason) => Self::Unavailable(Box::new(reason)),
            other => Self::Unavailable(Box::new(other)),
        }
    }
}

/// Creates the error for a failed check of an identity.
pub(crate) fn invalid(reason: impl AsRef<str>) -> InvalidIdentity {
    InvalidIdentity::new(reason)
}
