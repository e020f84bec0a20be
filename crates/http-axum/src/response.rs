use std::borrow::Cow;

use axum::body::{Body, Bytes};
use axum::http::header::{CONNECTION, HeaderValue};
use axum::http::{StatusCode, Version};
use axum::response::Response;
use belgie_web::Reply;

use crate::request::name;

/// Converts a reply to an axum response for a request of this HTTP version.
pub(crate) fn response(reply: Reply, version: Version) -> Response {
    let status = StatusCode::from_u16(reply.status());
    // HTTP/2 has no such header (RFC 9113 §8.2.2) and ends connections by itself.
    let closes = reply.closes_connection() && version <= Version::HTTP_11;
    let (headers, body) = reply.into_parts();
    let mut response = Response::new(match body {
        belgie_web::Body::Empty => Body::empty(),
        belgie_web::Body::Bytes(bytes) => Body::from(bytes),
        belgie_web::Body::Stream(stream) => Body::from_stream(stream.start()),
    });
    *response.status_mut() = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().reserve(headers.len());
    for (header, value) in headers {
        let value = match value {
            Cow::Borrowed(value) => Ok(HeaderValue::from_static(value)),
            Cow::Owned(value) => HeaderValue::from_maybe_shared(Bytes::from(value)),
        };
        // Header values were checked when they were set.
        if let Ok(value) = value {
            response.headers_mut().append(name(header), value);
        }
    }
    if closes {
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(CONNECTION, close);
    }
    response
}
