use belgie_ports::{InvalidIdentity, ProviderError};

use belgie_provider_http::{Busy, HttpError, printable, unquoted};

/// Why the provider is of no use at the moment: the source of [`ProviderError::Unavailable`], for the log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ProviderFault {
    #[error("the {document} cannot be had")]
    Request {
        document: Document,
        source: HttpError,
    },
    #[error("the {document} cannot be read: {reason}")]
    Malformed { document: Document, reason: String },
    #[error("the discovery document is of the issuer {0:?}")]
    OtherIssuer(String),
    #[error("the discovery document names a {name} that must not be asked: {url:?}")]
    ForbiddenEndpoint { name: &'static str, url: String },
    #[error("the provider signs with none of the allowed algorithms")]
    NoCommonAlgorithm,
    #[error("the provider takes neither client_secret_basic nor client_secret_post")]
    NoClientAuthentication,
    #[error("the token endpoint answered the error {code:?}: {description:?}")]
    TokenError { code: String, description: String },
    #[error("too many sign-ins with this provider are under way")]
    Busy,
}

/// What the provider was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Document {
    Discovery,
    Keys,
    TokenReply,
    Userinfo,
}

impl std::fmt::Display for Document {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Discovery => "discovery document",
            Self::Keys => "key set",
            Self::TokenReply => "reply of the token endpoint",
            Self::Userinfo => "reply of the userinfo endpoint",
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
            reason: printable(&unquoted(&reason.to_string())),
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
            other => Self::Unavailable(Box::new(other)),
        }
    }
}

/// Says which check an identity failed.
pub(crate) fn invalid(reason: impl AsRef<str>) -> InvalidIdentity {
    InvalidIdentity::new(reason)
}
