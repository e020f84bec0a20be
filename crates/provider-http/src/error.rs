use std::error::Error;

use http::StatusCode;

use crate::printable;
use crate::resolver::ForbiddenAddress;

/// Why an [`HttpClient`](crate::HttpClient) cannot be created.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HttpClientError {
    /// A given certificate cannot be used as a root.
    #[error("a root certificate cannot be used")]
    Certificate(#[source] Box<dyn Error + Send + Sync>),
    /// The TLS configuration cannot be used.
    #[error("the HTTP client cannot be started")]
    Client(#[source] Box<dyn Error + Send + Sync>),
    /// The operating system cannot create a thread.
    #[error("the HTTP client's thread cannot be started")]
    Thread(#[source] std::io::Error),
}

/// Why a request has no usable response. The messages contain no bodies and no secrets.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HttpError {
    /// A connection or call took too long.
    #[error("no response in time")]
    TimedOut,
    /// The host cannot be resolved or connected to.
    #[error("cannot connect: {0}")]
    Unreachable(String),
    /// The connection broke before the response ended, or the response is not HTTP.
    #[error("the connection broke: {0}")]
    Broken(String),
    /// The host has addresses, but none on the permitted network.
    #[error("the host has no permitted address")]
    ForbiddenAddress,
    /// The status is not the expected one.
    #[error("the response has status {}", .0.as_u16())]
    Status(StatusCode),
    /// The body is too long; this is the limit in bytes.
    #[error("the response is longer than {0} bytes")]
    TooLong(usize),
    /// The body is compressed.
    #[error("the response is compressed although that was not requested")]
    Compressed,
    /// The body has another media type.
    #[error("the response has media type {0:?}")]
    ContentType(String),
    /// The request is malformed.
    #[error("the request is malformed: {0}")]
    Request(String),
    /// The client stopped during the call.
    #[error("the HTTP client has stopped")]
    Stopped,
}

impl HttpError {
    /// Returns whether the connection failed, so that a request without side effects may be repeated.
    pub fn is_connection_failure(&self) -> bool {
        matches!(self, Self::Unreachable(_) | Self::Broken(_))
    }

    pub(crate) fn of(error: &reqwest::Error) -> Self {
        if causes(error).any(<dyn Error>::is::<ForbiddenAddress>) {
            return Self::ForbiddenAddress;
        }
        if error.is_timeout() {
            return Self::TimedOut;
        }
        let reason = causes(error).last().map(ToString::to_string);
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
