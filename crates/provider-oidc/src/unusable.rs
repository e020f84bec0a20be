use belgie_ports::{InvalidIdentity, ProviderError};

use crate::http::HttpError;
use crate::printable::printable;
use crate::unquoted::unquoted;

/// Why the provider is of no use at the moment: the source of [`ProviderError::Unavailable`], for the log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unusable {
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
    pub(crate) fn unavailable(self) -> impl Fn(HttpError) -> Unusable {
        move |source| Unusable::Request {
            document: self,
            source,
        }
    }

    pub(crate) fn malformed(self, reason: impl std::fmt::Display) -> Unusable {
        Unusable::Malformed {
            document: self,
            reason: printable(&unquoted(&reason.to_string())),
        }
    }
}

impl From<Unusable> for ProviderError {
    fn from(error: Unusable) -> Self {
        match error {
            Unusable::Request {
                source: HttpError::TimedOut,
                ..
            } => Self::TimedOut,
            Unusable::Busy => Self::Busy,
            other => Self::Unavailable(Box::new(other)),
        }
    }
}

/// Says which check an identity failed.
pub(crate) fn invalid(reason: impl AsRef<str>) -> InvalidIdentity {
    InvalidIdentity(printable(reason.as_ref()))
}
