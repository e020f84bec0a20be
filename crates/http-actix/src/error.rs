use std::any::Any;
use std::cell::Cell;
use std::fmt;

use actix_web::error::{JsonPayloadError, PathError};
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, ResponseError};
use belgie_auth::AuthError;
use belgie_web::{Code, Problem, Refusal, Reply, Web};

use crate::request::{RequestHeaders, context, seen};
use crate::response::response;

/// Why an extractor failed, with the response to send.
pub struct ApiError {
    refusal: Refusal,
    reply: Reply,
    is_seen: Cell<bool>,
}

impl ApiError {
    pub(crate) fn refused(refusal: Refusal, web: &Web, request: &HttpRequest) -> Self {
        let (context, headers) = (context(request), RequestHeaders(request.headers()));
        let reply = web.render(&refusal, &seen(request, &context, &headers));
        Self {
            refusal,
            reply,
            is_seen: Cell::new(false),
        }
    }

    /// The error of an application that has not mounted Belgie's routes.
    pub(crate) fn without_routes() -> Self {
        Problem::new(Code::Internal).into()
    }

    /// The error of an extractor of actix, such as `Json`, `Path` or `Query`: for the `error_handler` of its configuration, in
    /// which it is `ApiError::of_input`.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "what an `error_handler` is given"
    )]
    pub fn of_input(error: impl ResponseError + 'static, _: &HttpRequest) -> actix_web::Error {
        let problem = match status_of(&error) {
            StatusCode::NOT_FOUND => Problem::new(Code::NotFound),
            StatusCode::PAYLOAD_TOO_LARGE => Problem::new(Code::TooLarge),
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Problem::new(Code::UnsupportedMediaType),
            _ => Problem::invalid(error.to_string()),
        };
        Self::from(problem).into()
    }

    /// Returns the problem; `None` when the browser is redirected to sign in.
    pub fn problem(&self) -> Option<&Problem> {
        self.is_seen.set(true);
        match &self.refusal {
            Refusal::Problem(problem) => Some(problem),
            Refusal::Redirect(_) => None,
        }
    }

    /// Returns the problem unless it merely means "not signed in". A handler that runs regardless would misread it.
    fn must_not_be_swallowed(&self) -> Option<&Problem> {
        match &self.refusal {
            Refusal::Problem(problem) if !problem.code().is_signed_out() => Some(problem),
            Refusal::Problem(_) | Refusal::Redirect(_) => None,
        }
    }
}

/// The error of a handler for programs: problem details, whoever asks. [`Routes::refuse`](crate::Routes::refuse) also shows
/// browsers a page.
impl From<Problem> for ApiError {
    fn from(problem: Problem) -> Self {
        Self {
            reply: Reply::problem(&problem),
            refusal: problem.into(),
            is_seen: Cell::new(false),
        }
    }
}

/// What a use case of `belgie_auth` refuses, or why it failed; a failure is logged.
impl From<AuthError> for ApiError {
    fn from(error: AuthError) -> Self {
        Problem::from(error).into()
    }
}

/// Returns the status of an extractor's error: for these two, the error itself says 400.
fn status_of<E: ResponseError + 'static>(error: &E) -> StatusCode {
    let any: &dyn Any = error;
    match any.downcast_ref() {
        Some(JsonPayloadError::ContentType) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        _ if any.is::<PathError>() => StatusCode::NOT_FOUND,
        _ => error.status_code(),
    }
}

impl Drop for ApiError {
    fn drop(&mut self) {
        if self.is_seen.get() || std::thread::panicking() {
            return;
        }
        if let Some(problem) = self.must_not_be_swallowed() {
            tracing::error!(
                code = %problem.code(),
                "a handler ignored a refused request and treated it as signed out: \
                 use `OptionalUser` in place of `Option<CurrentUser>`"
            );
        }
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        let status = StatusCode::from_u16(self.reply.status());
        status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        self.is_seen.set(true);
        response(self.reply.clone())
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.refusal {
            Refusal::Problem(problem) => problem.fmt(f),
            Refusal::Redirect(_) => f.write_str("not signed in"),
        }
    }
}

impl fmt::Debug for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ApiError").field(&self.refusal).finish()
    }
}

impl std::error::Error for ApiError {}
