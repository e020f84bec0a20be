//! Answers that are wrong whatever was asked, or that come in a wrong manner.

use std::time::Duration;

/// How an endpoint answers, instead of rightly.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Answer {
    /// A redirect (302) to another address.
    Redirect {
        /// The address.
        to: String,
    },
    /// A redirect of another status: 307 and 308 ask the client to send the same request again, body and all.
    RedirectBy {
        /// The status.
        status: u16,
        /// The address.
        to: String,
    },
    /// The right answer, later.
    Slow {
        /// How much later.
        delay: Duration,
    },
    /// None, on a connection that stays open.
    Silent,
    /// None, on a connection that ends once the request has come.
    HangUp,
    /// The right answer, one byte at a time.
    Drip {
        /// The time between two bytes.
        every: Duration,
    },
    /// The head of the right answer and half of its body; then the connection ends.
    CutOff,
    /// The right status and type, half of the body, and nothing to tell that more is missing.
    Truncated,
    /// The right answer after so many blanks, which JSON allows, streamed without saying how long
    /// it will be. A client that reads all of it finds nothing wrong.
    HugeBody {
        /// The number of blanks.
        bytes: u64,
    },
    /// The same in a body that is a thousand times smaller, until it is decompressed (gzip).
    GzipBomb {
        /// The number of blanks, rounded up to a multiple of 1032 and a few more.
        bytes: u32,
    },
    /// A status and a short text.
    Status(u16),
    /// Bytes that are neither text nor JSON, with status 200 and the type of JSON.
    Garbage,
    /// Any other answer.
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
    /// An answer one byte per second.
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

    /// A JSON text, right or wrong, with status 200.
    pub fn json(body: impl Into<String>) -> Self {
        Self::Reply {
            status: 200,
            content_type: "application/json".to_owned(),
            body: body.into(),
        }
    }
}
