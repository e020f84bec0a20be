use std::error::Error;

use http::StatusCode;

use crate::printable;
use crate::resolver::ForbiddenAddress;

/// Why an [`HttpClient`](crate::HttpClient) cannot be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HttpClientError {
    /// A given certificate cannot be a root.
    #[error("a root certificate cannot be used")]
    Certificate(#[source] Box<dyn Error + Send + Sync>),
    /// The TLS configuration cannot be used.
    #[error("the HTTP client does not come up")]
    Client(#[source] Box<dyn Error + Send + Sync>),
    /// The operating system gives no thread.
    #[error("the HTTP client's thread does not come up")]
    Thread(#[source] std::io::Error),
}

/// Why a request has no answer that can be used. No text holds a body, and no address holds a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HttpError {
    /// It took longer than connections and calls may.
    #[error("no answer came in time")]
    TimedOut,
    /// The host cannot be looked up or connected to.
    #[error("no connection could be made: {0}")]
    Unreachable(String),
    /// The connection ended before the answer, or what came is not HTTP.
    #[error("the connection broke: {0}")]
    Broken(String),
    /// The host has addresses, and none on the network that was asked for.
    #[error("the host has no address that this provider may lead to")]
    ForbiddenAddress,
    /// The status is not the expected one.
    #[error("the answer has the status {}", .0.as_u16())]
    Status(StatusCode),
    /// The body is longer than this many bytes.
    #[error("the answer is longer than {0} bytes")]
    TooLong(usize),
    /// The body is compressed.
    #[error("the answer is compressed, though that was not asked for")]
    Compressed,
    /// The body is of another media type.
    #[error("the answer has the type {0:?}")]
    ContentType(String),
    /// The request is malformed.
    #[error("the request cannot be made: {0}")]
    Request(String),
    /// The client went down with the call.
    #[error("the HTTP client has stopped")]
    Stopped,
}

impl HttpError {
    /// Returns whether the connection failed, so that a request without effect may be sent again.
    pub fn is_connection_failure(&self) -> bool {
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
