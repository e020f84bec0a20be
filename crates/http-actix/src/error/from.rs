//! What errors of other crates mean to the client. Causes are logged here and go no further.

use std::error::Error;

use actix_web::http::StatusCode;
use belgie_auth::AuthError;
use belgie_domain::{RedirectNotAllowed, Refusal};
use belgie_ports::{ProviderError, StoreError};

use super::{ApiError, ErrorCode};

impl From<AuthError> for ApiError {
    fn from(error: AuthError) -> Self {
        let code = code_of(&error);
        let answer = Self::new(code);
        if matches!(code, ErrorCode::Internal | ErrorCode::Unavailable) {
            tracing::error!(%error, source = error.source(), "a request failed");
        }
        match error {
            AuthError::InvalidRequest(detail) => answer.with_detail(detail),
            AuthError::Provider(ProviderError::TimedOut) => {
                answer.with_status(StatusCode::GATEWAY_TIMEOUT)
            }
            AuthError::SignUpRefused(refusal) => {
                let answer = answer.with_word(refusal.code().as_str());
                match refusal.detail() {
                    Some(detail) => answer.with_detail(detail.to_owned()),
                    None => answer,
                }
            }
            _ => answer,
        }
    }
}

/// What each failure of a use case is to clients.
fn code_of(error: &AuthError) -> ErrorCode {
    match error {
        AuthError::AccessDenied => ErrorCode::AccessDenied,
        AuthError::Forbidden => ErrorCode::Forbidden,
        AuthError::FreshSignInRequired => ErrorCode::FreshSignInRequired,
        AuthError::InvalidRequest(_) => ErrorCode::InvalidRequest,
        AuthError::InvalidState => ErrorCode::InvalidState,
        AuthError::NotAuthenticated => ErrorCode::NotAuthenticated,
        AuthError::NotFound(_) => ErrorCode::NotFound,
        AuthError::Provider(error) => provider_code(error),
        AuthError::ProviderReturnedError => ErrorCode::ProviderError,
        AuthError::ProviderNotFound(_) => ErrorCode::ProviderNotFound,
        AuthError::RedirectNotAllowed => ErrorCode::RedirectNotAllowed,
        AuthError::Refused(refusal) => match refusal {
            Refusal::AccountDisabled => ErrorCode::AccountDisabled,
            Refusal::AccountExists => ErrorCode::AccountExists,
            Refusal::EmailRequired => ErrorCode::EmailRequired,
            Refusal::EmailNotVerified => ErrorCode::EmailNotVerified,
            Refusal::RegistrationClosed => ErrorCode::RegistrationClosed,
        },
        AuthError::SessionExpired => ErrorCode::SessionExpired,
        AuthError::SignUpRefused(_) => ErrorCode::RegistrationClosed,
        AuthError::Store(StoreError::Conflict | StoreError::Unavailable(_))
        | AuthError::TooManyAttempts => ErrorCode::Unavailable,
        AuthError::Store(_) => ErrorCode::Internal,
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

impl From<RedirectNotAllowed> for ApiError {
    fn from(_: RedirectNotAllowed) -> Self {
        Self::new(ErrorCode::RedirectNotAllowed)
    }
}

impl ApiError {
    /// Returns what an error status of somebody else's making means, such as of actix's own extractors.
    pub(crate) fn of_status(status: StatusCode) -> Self {
        let code = match status {
            StatusCode::NOT_FOUND => ErrorCode::NotFound,
            StatusCode::METHOD_NOT_ALLOWED => ErrorCode::MethodNotAllowed,
            StatusCode::PAYLOAD_TOO_LARGE | StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE => {
                ErrorCode::TooLarge
            }
            StatusCode::UNSUPPORTED_MEDIA_TYPE => ErrorCode::UnsupportedMediaType,
            StatusCode::SERVICE_UNAVAILABLE => ErrorCode::Unavailable,
            status if status.is_client_error() => ErrorCode::InvalidRequest,
            _ => ErrorCode::Internal,
        };
        Self::new(code).with_status(status)
    }
}
