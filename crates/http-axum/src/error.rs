use std::fmt;

use axum::http::Version;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use belgie_auth::AuthError;
use belgie_web::{Problem, Refusal, Reply, RequestContext, Web};

use crate::request::{RequestHeaders, seen};
use crate::response::response;

/// Why an extractor failed, with the response to send.
pub struct ApiError(Box<Refused>);

struct Refused {
    refusal: Refusal,
    reply: Reply,
    version: Version,
}

impl ApiError {
    pub(crate) fn new(
        refusal: Refusal,
        web: &Web,
        parts: &Parts,
        context: &RequestContext,
    ) -> Self {
        let headers = RequestHeaders(&parts.headers);
        Self(Box::new(Refused {
            reply: web.render(&refusal, &seen(parts, context, &headers)),
            refusal,
            version: parts.version,
        }))
    }

    /// Returns the problem; `None` when the browser is redirected to sign in.
    pub fn problem(&self) -> Option<&Problem> {
        match &self.0.refusal {
            Refusal::Problem(problem) => Some(problem),
            Refusal::Redirect(_) => None,
        }
    }
}

/// The error of a handler for programs: problem details, whoever asks.
impl From<Problem> for ApiError {
    fn from(problem: Problem) -> Self {
        Self(Box::new(Refused {
            reply: Reply::problem(&problem),
            refusal: problem.into(),
            version: Version::default(),
        }))
    }
}

/// What a use case of `belgie_auth` refuses, or why it failed; a failure is logged.
impl From<AuthError> for ApiError {
    fn from(error: AuthError) -> Self {
        Problem::from(error).into()
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        response(self.0.reply, self.0.version)
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0.refusal {
            Refusal::Problem(problem) => problem.fmt(f),
            Refusal::Redirect(_) => f.write_str("not signed in"),
        }
    }
}

impl fmt::Debug for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ApiError").field(&self.0.refusal).finish()
    }
}

impl std::error::Error for ApiError {}
