use std::net::SocketAddr;

use http::{HeaderMap, HeaderName, HeaderValue, Method};
use url::form_urlencoded;

/// A request that a test sends, on whatever framework.
#[derive(Clone, Debug, Default)]
pub(crate) struct TestRequest {
    pub method: Method,
    pub uri: String,
    pub headers: HeaderMap,
    pub peer: Option<SocketAddr>,
    pub body: Vec<u8>,
}

/// What can be a header's value.
pub(crate) trait IntoValue {
    fn into_value(self) -> HeaderValue;
}

impl TestRequest {
    pub(crate) fn get() -> Self {
        Self::default()
    }

    pub(crate) fn post() -> Self {
        Self::default().method(Method::POST)
    }

    pub(crate) fn delete() -> Self {
        Self::default().method(Method::DELETE)
    }

    pub(crate) fn with_uri(uri: &str) -> Self {
        Self::default().uri(uri)
    }

    pub(crate) fn uri(mut self, uri: &str) -> Self {
        uri.clone_into(&mut self.uri);
        self
    }

    pub(crate) fn method(mut self, method: Method) -> Self {
        self.method = method;
        self
    }

    pub(crate) fn peer_addr(mut self, peer: SocketAddr) -> Self {
        self.peer = Some(peer);
        self
    }

    pub(crate) fn insert_header(mut self, (name, value): (&str, impl IntoValue)) -> Self {
        self.headers.insert(named(name), value.into_value());
        self
    }

    pub(crate) fn append_header(mut self, (name, value): (&str, impl IntoValue)) -> Self {
        self.headers.append(named(name), value.into_value());
        self
    }

    pub(crate) fn set_payload(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    pub(crate) fn set_form(self, fields: [(&str, &String); 2]) -> Self {
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        self.insert_header(("content-type", "application/x-www-form-urlencoded"))
            .set_payload(body)
    }
}

fn named(name: &str) -> HeaderName {
    name.parse().unwrap()
}

impl IntoValue for &str {
    fn into_value(self) -> HeaderValue {
        self.parse().unwrap()
    }
}

impl IntoValue for String {
    fn into_value(self) -> HeaderValue {
        self.parse().unwrap()
    }
}

impl IntoValue for &String {
    fn into_value(self) -> HeaderValue {
        self.parse().unwrap()
    }
}

impl IntoValue for usize {
    fn into_value(self) -> HeaderValue {
        self.into()
    }
}

impl IntoValue for HeaderValue {
    fn into_value(self) -> HeaderValue {
        self
    }
}
