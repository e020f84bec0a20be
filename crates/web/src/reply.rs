use std::borrow::Cow;

use serde::Serialize;

use crate::body_stream::BodyStream;
use crate::error::Problem;
use crate::header_name::HeaderName;

/// A response for a framework to send. Its header values are checked.
#[derive(Clone, Debug)]
pub struct Reply {
    status: u16,
    headers: Vec<(HeaderName, Cow<'static, str>)>,
    body: Body,
    closes_connection: bool,
}

/// The body of a response. Deliberately exhaustive: a framework's crate must be able to send every case.
#[derive(Clone, Debug)]
pub enum Body {
    /// None.
    Empty,
    /// These bytes.
    Bytes(Vec<u8>),
    /// Parts that are made as the client reads them.
    Stream(BodyStream),
}

/// The capacity for the headers of a usual response.
const USUAL_HEADERS: usize = 12;

impl Reply {
    /// Creates a response without a body.
    pub fn new(status: u16) -> Self {
        Self {
            status,
            headers: Vec::with_capacity(USUAL_HEADERS),
            body: Body::Empty,
            closes_connection: false,
        }
    }

    /// Creates a response with an HTML page.
    pub fn html(status: u16, page: String) -> Self {
        Self::new(status).with_body("text/html; charset=utf-8", Body::Bytes(page.into_bytes()))
    }

    /// Creates a redirect that the browser follows by GET.
    pub fn see_other(location: impl Into<Cow<'static, str>>) -> Self {
        Self::new(303).with_header(HeaderName::Location, location)
    }

    /// Creates a JSON response with this content type.
    pub(crate) fn json(
        status: u16,
        content_type: &'static str,
        value: &impl Serialize,
    ) -> Result<Self, Problem> {
        let body = serde_json::to_vec(value).map_err(|error| {
            tracing::error!(%error, "a response cannot be serialized as JSON");
            Problem::internal()
        })?;
        Ok(Self::new(status).with_body(content_type, Body::Bytes(body)))
    }

    pub(crate) fn with_status(self, status: u16) -> Self {
        Self { status, ..self }
    }

    /// Sets the body.
    #[must_use]
    pub fn with_body(mut self, content_type: &'static str, body: Body) -> Self {
        self.body = body;
        self.with_header(HeaderName::ContentType, content_type)
    }

    /// Adds a header. A value that HTTP cannot carry, for example with a line break, is omitted and logged.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: impl Into<Cow<'static, str>>) -> Self {
        self.push(name, value);
        self
    }

    pub(crate) fn push(&mut self, name: HeaderName, value: impl Into<Cow<'static, str>>) {
        let value = value.into();
        if is_plain(&value) {
            self.headers.push((name, value));
        } else {
            tracing::error!(%name, "a header cannot be sent");
        }
    }

    /// Adds a header unless it is already present.
    pub(crate) fn push_missing(&mut self, name: HeaderName, value: impl Into<Cow<'static, str>>) {
        if self.header(name).is_none() {
            self.push(name, value);
        }
    }

    /// Returns the status.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// Returns the value of the first header with this name.
    pub fn header(&self, name: HeaderName) -> Option<&str> {
        let found = self.headers.iter().find(|(of, _)| *of == name);
        found.map(|(_, value)| &**value)
    }

    /// Returns all headers.
    pub fn headers(&self) -> &[(HeaderName, Cow<'static, str>)] {
        &self.headers
    }

    /// Returns the body.
    pub fn body(&self) -> &Body {
        &self.body
    }

    /// Returns headers and body by value.
    pub fn into_parts(self) -> (Vec<(HeaderName, Cow<'static, str>)>, Body) {
        (self.headers, self.body)
    }

    /// Returns whether the connection must be closed after the response: during shutdown, clients should reconnect
    /// elsewhere.
    pub fn closes_connection(&self) -> bool {
        self.closes_connection
    }

    pub(crate) fn close_connection(&mut self) {
        self.closes_connection = true;
    }
}

/// Returns whether a text may be a header value. It never stops early, so that the compiler can vectorise the loop.
fn is_plain(text: &str) -> bool {
    let odd = text.bytes().map(|byte| !matches!(byte, b' '..=b'~'));
    odd.fold(0, |odd, is_odd| odd | u8::from(is_odd)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn red_05_a_header_that_http_cannot_carry_is_left_out() {
        for value in ["a\r\nx: y", "a\0", "\u{e9}", "\u{7f}"] {
            let reply = Reply::see_other(value);
            assert_eq!(reply.header(HeaderName::Location), None, "{value:?}");
        }
        let reply = Reply::see_other("/a b");
        assert_eq!(reply.header(HeaderName::Location), Some("/a b"));
    }
}
