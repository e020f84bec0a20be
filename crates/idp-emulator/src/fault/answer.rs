//! Responses that are wrong in content or in delivery.

use std::time::Duration;

/// How an endpoint responds instead of correctly.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Answer {
    /// A redirect (302) to another address.
    Redirect {
        /// The address.
        to: String,
    },
    /// A redirect with another status: 307 and 308 ask the client to repeat the request with its body.
    RedirectBy {
        /// The status.
        status: u16,
        /// The address.
        to: String,
    },
    /// The correct response, delayed.
    Slow {
        /// The delay.
        delay: Duration,
    },
    /// No response, on a connection that stays open.
    Silent,
    /// No response; the connection is closed once the request has arrived.
    HangUp,
    /// The correct response, one byte at a time.
    Drip {
        /// The time between two bytes.
        every: Duration,
    },
    /// The head of the correct response and half of its body; then the connection is closed.
    CutOff,
    /// The correct status and type, half of the body, and no indication that more is missing.
    Truncated,
    /// The correct response after this many blanks, which JSON allows, streamed without a length. A client that reads
    /// all of it finds nothing wrong.
    HugeBody {
        /// The number of blanks.
        bytes: u64,
    },
    /// The same, compressed with gzip to a thousandth of its size.
    GzipBomb {
        /// The number of blanks, rounded up to a multiple of 1032 and a few more.
        bytes: u32,
    },
    /// A status with a short text.
    Status(u16),
    /// Bytes that are neither text nor JSON, with status 200 and the type of JSON.
    Garbage,
    /// Any other response.
    Reply {
        /// The status.
        status: u16,
        /// The content type.
        content_type: String,
        /// The body.
        body: String,
    },
}

impl Answer {
    /// A response with one byte per second.
    pub fn one_byte_per_second() -> Self {
        Self::Drip {
            every: Duration::from_secs(1),
        }
    }

    /// An HTML page with status 200.
    pub fn html() -> Self {
        Self::Reply {
            status: 200,
            content_type: "text/html; charset=utf-8".to_owned(),
            body: "<!doctype html><title>Sign in</title><p>Please sign in to the network."
                .to_owned(),
        }
    }

    /// A JSON text, valid or not, with status 200.
    pub fn json(body: impl Into<String>) -> Self {
        Self::Reply {
            status: 200,
            content_type: "application/json".to_owned(),
            body: body.into(),
        }
    }
}
