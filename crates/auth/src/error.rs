use belgie_domain::{ErrorCode, InvalidSessionPolicy, ProviderId, Refusal};
use belgie_ports::{ProviderError, StoreError};

/// Why a use case was not carried out.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AuthError {
    /// The user refused at the provider.
    #[error("sign-in was refused at the provider")]
    AccessDenied,
    /// The input is malformed; it says which.
    #[error("{0}")]
    InvalidRequest(&'static str),
    /// The response belongs to no open attempt of this browser.
    #[error("the response belongs to no open sign-in attempt of this browser")]
    InvalidState,
    /// Nobody is signed in with this token.
    #[error("not signed in")]
    NotAuthenticated,
    /// There is no such thing.
    #[error("no {0}")]
    NotFound(String),
    /// The provider vouched for nobody.
    #[error(transparent)]
    Provider(#[from] ProviderError),
    /// The provider answered an error of its own.
    #[error("the provider answered an error")]
    ProviderReturnedError,
    /// There is no such provider.
    #[error("no provider named \"{0}\"")]
    ProviderNotFound(String),
    /// The redirect may not go there.
    #[error("the redirect is no path of this site and on no trusted origin")]
    RedirectNotAllowed,
    /// The identity may become nobody.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The session has ended by age.
    #[error("the session has expired")]
    SessionExpired,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl AuthError {
    /// Returns the stable word for clients and events.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::AccessDenied => ErrorCode::AccessDenied,
            Self::InvalidRequest(_) => ErrorCode::InvalidRequest,
            Self::InvalidState => ErrorCode::InvalidState,
            Self::NotAuthenticated => ErrorCode::NotAuthenticated,
            Self::NotFound(_) => ErrorCode::NotFound,
            Self::Provider(error) => provider_code(error),
            Self::ProviderReturnedError => ErrorCode::ProviderError,
            Self::ProviderNotFound(_) => ErrorCode::ProviderNotFound,
            Self::RedirectNotAllowed => ErrorCode::RedirectNotAllowed,
            Self::Refused(refusal) => refusal.code(),
            Self::SessionExpired => ErrorCode::SessionExpired,
            Self::Store(StoreError::Conflict | StoreError::Unavailable(_)) => {
                ErrorCode::Unavailable
            }
            Self::Store(_) => ErrorCode::Internal,
        }
    }
}

fn provider_code(error: &ProviderError) -> ErrorCode {
    match error {
        ProviderError::Busy => ErrorCode::Unavailable,
        ProviderError::CodeRejected => ErrorCode::CodeRejected,
        ProviderError::InvalidIdentity(_) => ErrorCode::InvalidIdToken,
        ProviderError::IssuerMismatch => ErrorCode::IssuerMismatch,
        _ => ErrorCode::ProviderUnavailable,
    }
}

/// Why an [`Auth`](crate::Auth) cannot be built.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// Where to land after signing in is not allowed by the redirect rule.
    #[error("sign-ins may not end at \"{0}\": it is no path of this site and on no trusted origin")]
    AfterSignIn(String),
    /// Two providers have the same name.
    #[error("two providers are named \"{0}\"")]
    DuplicateProvider(ProviderId),
    /// A part is missing.
    #[error("no {0} was given")]
    Missing(&'static str),
    /// Sessions cannot live as they are told to.
    #[error("sessions cannot live by this policy")]
    Sessions(#[from] InvalidSessionPolicy),
}
