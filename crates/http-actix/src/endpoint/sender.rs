//! Which form of body a request has: the same routes serve programs and forms.

use actix_web::HttpRequest;
use actix_web::http::header::CONTENT_TYPE;

use crate::error::{ApiError, ErrorCode};

/// Who sent a request that changes something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sender {
    /// A program, with JSON or without a body.
    Program,
    /// A form of a page.
    Form,
}

impl Sender {
    /// Reads the content type.
    ///
    /// # Errors
    /// `unsupported_media_type` when it is neither JSON nor that of a form.
    pub(crate) fn of(request: &HttpRequest) -> Result<Self, ApiError> {
        let Some(value) = request.headers().get(CONTENT_TYPE) else {
            return Ok(Self::Program);
        };
        let essence = value.to_str().unwrap_or_default().split(';').next();
        let essence = essence.unwrap_or_default().trim().to_ascii_lowercase();
        match &*essence {
            "application/json" => Ok(Self::Program),
            "application/x-www-form-urlencoded" => Ok(Self::Form),
            _ => Err(ApiError::new(ErrorCode::UnsupportedMediaType)),
        }
    }

    /// Checks that a form was sent, where only pages ask.
    ///
    /// # Errors
    /// `unsupported_media_type`.
    pub(crate) fn require_form(request: &HttpRequest) -> Result<(), ApiError> {
        if Self::of(request)? == Self::Form {
            return Ok(());
        }
        Err(ApiError::new(ErrorCode::UnsupportedMediaType)
            .with_detail("This route takes application/x-www-form-urlencoded."))
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn csr_03_only_json_and_forms_are_taken() {
        for (sent, read) in [
            (None, Some(Sender::Program)),
            (Some("application/json"), Some(Sender::Program)),
            (
                Some("Application/JSON; charset=utf-8"),
                Some(Sender::Program),
            ),
            (
                Some("application/x-www-form-urlencoded"),
                Some(Sender::Form),
            ),
            (Some("text/plain"), None),
            (Some("application/jsonp"), None),
            (Some("multipart/form-data; boundary=x"), None),
            (Some(""), None),
        ] {
            let request = sent.map_or_else(TestRequest::post, |value| {
                TestRequest::post().insert_header((CONTENT_TYPE, value))
            });
            assert_eq!(
                Sender::of(&request.to_http_request()).ok(),
                read,
                "{sent:?}"
            );
        }
    }
}
