use std::error::Error;

use http::StatusCode;

use super::resolver::ForbiddenAddress;
use crate::printable::printable;

/// Why a request has no answer that can be used. No text holds a body, and no address holds a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum HttpError {
    #[error("no answer came in time")]
    TimedOut,
    #[error("no connection could be made: {0}")]
    Unreachable(String),
    #[error("the connection broke: {0}")]
    Broken(String),
    #[error("the host has no address that this provider may lead to")]
    ForbiddenAddress,
    #[error("the answer has the status {}", .0.as_u16())]
    Status(StatusCode),
    #[error("the answer is longer than {0} bytes")]
    TooLong(usize),
    #[error("the answer is compressed, though that was not asked for")]
    Compressed,
    #[error("the answer has the type {0:?}")]
    ContentType(String),
    #[error("the request cannot be made: {0}")]
    Request(String),
}

impl HttpError {
    /// Tells whether the request cannot have been answered, so that one without effect may be sent again.
    pub(super) fn is_connection_failure(&self) -> bool {
        matches!(self, Self::Unreachable(_) | Self::Broken(_))
    }
}

impl From<reqwest::Error> for HttpError {
    fn from(error: reqwest::Error) -> Self {
        if causes(&error).any(<dyn Error>::is::<ForbiddenAddress>) {
            return Self::ForbiddenAddress;
        }
        if error.is_timeout() {
            return Self::TimedOut;
        }
        let reason = causes(&error).last().map(ToString::to_string);
        let reason = printable(&reason.unwrap_or_default());
        if error.is_connect() {
            return Self::Unreachable(reason);
        }
        if error.is_builder() {
            return Self::Request(reason);
        }
        Self::Broken(reason)
    }
}

fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| error.source())
}
