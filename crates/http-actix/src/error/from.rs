//! What errors of other crates mean to the client. Causes are logged here and go no further.

use std::error::Error;

use actix_web::http::StatusCode;
use belgie_auth::AuthError;
use belgie_domain::{ErrorCode, RedirectNotAllowed};
use belgie_ports::ProviderError;

use super::ApiError;

impl From<AuthError> for ApiError {
    fn from(error: AuthError) -> Self {
        let answer = Self::new(error.code());
        if matches!(error.code(), ErrorCode::Internal | ErrorCode::Unavailable) {
            tracing::error!(%error, source = error.source(), "a request failed");
        }
        match error {
            AuthError::InvalidRequest(detail) => answer.with_detail(detail),
            AuthError::Provider(ProviderError::TimedOut) => {
                answer.with_status(StatusCode::GATEWAY_TIMEOUT)
            }
            _ => answer,
        }
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
