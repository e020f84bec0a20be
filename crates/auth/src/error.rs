use belgie_domain::{FailureCode, InvalidSessionPolicy, ProviderId, Refusal};
use belgie_ports::{ProviderError, StoreError};

use crate::SignUpRefusal;

/// Why a use case was not carried out.
///
/// Web layers match it exhaustively, so that a new way to fail cannot be forgotten there.
#[derive(Debug, thiserror::Error)]
pub enum AuthError {
    /// The user refused at the provider.
    #[error("the user refused the sign-in at the provider")]
    AccessDenied,
    /// The user's role does not suffice.
    #[error("the user's role does not allow this")]
    Forbidden,
    /// The change needs a recent authentication.
    #[error("the session's authentication is not recent enough")]
    FreshSignInRequired,
    /// The input is malformed; it says which.
    #[error("{0}")]
    InvalidRequest(&'static str),
    /// The response belongs to no open attempt of this browser.
    #[error("the response belongs to no open sign-in attempt of this browser")]
    InvalidState,
    /// No session has this token, or its user is not active.
    #[error("not signed in")]
    NotAuthenticated,
    /// There is no such thing.
    #[error("no {0}")]
    NotFound(String),
    /// The provider did not verify an identity.
    #[error(transparent)]
    Provider(#[from] ProviderError),
    /// The provider answered with an error of its own.
    #[error("the provider answered with an error")]
    ProviderReturnedError,
    /// There is no such provider.
    #[error("no provider named \"{0}\"")]
    ProviderNotFound(String),
    /// The redirect may not go there.
    #[error("the redirect is no path of this site and on no trusted origin")]
    RedirectNotAllowed,
    /// The identity may not sign in.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The session has expired.
    #[error("the session has expired")]
    SessionExpired,
    /// The application refused to create a user.
    #[error(transparent)]
    SignUpRefused(#[from] SignUpRefusal),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Too many sign-ins are open already, from this network or in all.
    #[error("too many sign-ins are open")]
    TooManyAttempts,
}

impl AuthError {
    /// Returns the stable word for events and for front ends that are told by a redirect.
    pub fn code(&self) -> FailureCode {
        match self {
            Self::AccessDenied => FailureCode::AccessDenied,
            Self::Forbidden => FailureCode::Forbidden,
            Self::FreshSignInRequired => FailureCode::FreshSignInRequired,
            Self::InvalidRequest(_) => FailureCode::InvalidRequest,
            Self::InvalidState => FailureCode::InvalidState,
            Self::NotAuthenticated => FailureCode::NotAuthenticated,
            Self::NotFound(_) => FailureCode::NotFound,
            Self::Provider(error) => provider_code(error),
            Self::ProviderReturnedError => FailureCode::ProviderError,
            Self::ProviderNotFound(_) => FailureCode::ProviderNotFound,
            Self::RedirectNotAllowed => FailureCode::RedirectNotAllowed,
            Self::Refused(refusal) => refusal.code(),
            Self::SessionExpired => FailureCode::SessionExpired,
            Self::SignUpRefused(refusal) => refusal.code().clone(),
            Self::Store(StoreError::Conflict | StoreError::Unavailable(_))
            | Self::TooManyAttempts => FailureCode::Unavailable,
            Self::Store(_) => FailureCode::Internal,
        }
    }
}

fn provider_code(error: &ProviderError) -> FailureCode {
    match error {
        ProviderError::Busy => FailureCode::Unavailable,
        ProviderError::CodeRejected => FailureCode::CodeRejected,
        ProviderError::InvalidIdentity(_) => FailureCode::InvalidIdToken,
        ProviderError::IssuerMismatch => FailureCode::IssuerMismatch,
        _ => FailureCode::ProviderUnavailable,
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
    /// The session policy contradicts itself.
    #[error("the session policy is invalid")]
    Sessions(#[from] InvalidSessionPolicy),
}
