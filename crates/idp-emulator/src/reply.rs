//! A response as plain data, before transport faults are applied.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use serde_json::Value;

#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    pub(crate) fn new(status: StatusCode, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status,
            headers: vec![("content-type", content_type.to_owned())],
            body: body.into(),
        }
    }

    pub(crate) fn json(status: StatusCode, body: &Value) -> Self {
        Self::new(status, "application/json", body.to_string())
    }

    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Forbids caching the response (RFC 6749 §5.1).
    pub(crate) fn no_store(self) -> Self {
        self.header("cache-control", "no-store")
    }

    /// Splits the response into its status and headers, and its body.
    pub(crate) fn split(self) -> (actix_web::HttpResponseBuilder, Vec<u8>) {
        let mut head = HttpResponse::build(self.status);
        for (name, value) in self.headers {
            head.insert_header((name, value));
        }
        (head, self.body)
    }
}

impl From<Reply> for HttpResponse {
    fn from(reply: Reply) -> Self {
        let (mut head, body) = reply.split();
        head.body(body)
    }
}
