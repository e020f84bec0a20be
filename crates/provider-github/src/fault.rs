use std::fmt;

use belgie_ports::{ProviderError, ReportedError};
use belgie_provider_http::{Busy, HttpError, printable, redacted};

/// Why GitHub cannot be used: the source of [`ProviderError::Unavailable`], for the log.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Fault {
    #[error("too many sign-ins with this provider are in progress")]
    Busy,
    #[error("could not read the {document}: {reason}")]
    Malformed { document: Document, reason: String },
    #[error("could not fetch the {document}")]
    Request {
        document: Document,
        source: HttpError,
    },
    #[error("the token endpoint returned the error {0}")]
    TokenError(ReportedError),
}

/// A document requested from GitHub.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Document {
    Api,
    Emails,
    Revocation,
    TokenReply,
    User,
}

impl fmt::Display for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Api => "root of the API",
            Self::Emails => "e-mail addresses",
            Self::Revocation => "response to a revocation",
            Self::TokenReply => "response of the token endpoint",
            Self::User => "user",
        })
    }
}

impl Document {
    pub(crate) fn unavailable(self) -> impl Fn(HttpError) -> Fault {
        move |source| Fault::Request {
            document: self,
            source,
        }
    }

    pub(crate) fn malformed(self, reason: impl fmt::Display) -> Fault {
        Fault::Malformed {
            document: self,
            reason: printable(&redacted(&reason.to_string())),
        }
    }
}

impl From<Busy> for Fault {
    fn from(_: Busy) -> Self {
        Self::Busy
    }
}

impl From<Fault> for ProviderError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Request {
                source: HttpError::TimedOut,
                ..
            } => Self::TimedOut,
            Fault::Busy => Self::Busy,
            other => Self::Unavailable(Box::new(other)),
        }
    }
}
