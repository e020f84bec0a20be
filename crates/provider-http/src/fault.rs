use std::fmt;

use belgie_ports::{ProviderError, ReportedError};

use crate::{Busy, HttpError, printable, redacted};

/// Why a provider cannot be used: the source of [`ProviderError::Unavailable`], for the log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// Too many calls are in progress; becomes [`ProviderError::Busy`].
    #[error("too many sign-ins with this provider are in progress")]
    Busy,
    /// A document was received, but is not what it should be.
    #[error("could not read the {document}: {reason}")]
    Malformed {
        /// Which one.
        document: Document,
        /// What is wrong, without secrets and control characters.
        reason: String,
    },
    /// There is no usable response; a timeout becomes [`ProviderError::TimedOut`].
    #[error("could not fetch the {document}")]
    Request {
        /// What was requested.
        document: Document,
        /// Why there is none.
        source: HttpError,
    },
    /// The token endpoint refused the request for another reason than the code or the token (RFC 6749 §5.2).
    #[error("the token endpoint returned the error {0}")]
    TokenError(ReportedError),
}

/// A document requested from a provider, by the name that errors give it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Document(&'static str);

impl Document {
    /// The response of the token endpoint (RFC 6749 §5).
    pub const TOKEN_RESPONSE: Self = Self("response of the token endpoint");
    /// The response to the revocation of a token (RFC 7009 §2.2).
    pub const REVOCATION_RESPONSE: Self = Self("response to a revocation");

    /// Names a document, to be read after "could not fetch the".
    pub const fn named(name: &'static str) -> Self {
        Self(name)
    }

    /// Returns what makes a [`Fault`] of a failed request for this document.
    pub fn unavailable(self) -> impl Fn(HttpError) -> Fault {
        move |source| Fault::Request {
            document: self,
            source,
        }
    }

    /// Creates the [`Fault`] for a document that cannot be read. The reason is redacted, since it may quote the input.
    pub fn malformed(self, reason: impl fmt::Display) -> Fault {
        Fault::Malformed {
            document: self,
            reason: printable(&redacted(&reason.to_string())),
        }
    }
}

impl fmt::Display for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
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
            Fault::Busy => Self::Busy,
            Fault::Request {
                source: HttpError::TimedOut,
                ..
            } => Self::TimedOut,
            other => Self::Unavailable(Box::new(other)),
        }
    }
}
