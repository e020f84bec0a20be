use std::borrow::Cow;

use axum::body::{Body, Bytes};
use axum::http::header::{CONNECTION, HeaderValue};
use axum::http::{StatusCode, Version};
use axum::response::Response;
use belgie_web::Reply;

use crate::request::name;

/// Makes axum's response to a request of this version of an answer.
pub(crate) fn response(reply: Reply, version: Version) -> Response {
    let status = StatusCode::from_u16(reply.status());
    // HTTP/2 has no such header, and ends connections by itself (RFC 9113 §8.2.2).
    let closes = reply.closes_connection() && version <= Version::HTTP_11;
    let (headers, body) = reply.into_parts();
    let mut response = Response::new(match body {
        belgie_web::Body::Empty => Body::empty(),
        belgie_web::Body::Bytes(bytes) => Body::from(bytes),
    });
    *response.status_mut() = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (header, value) in headers {
        let value = match value {
            Cow::Borrowed(value) => Ok(HeaderValue::from_static(value)),
            Cow::Owned(value) => HeaderValue::from_maybe_shared(Bytes::from(value)),
        };
        // What a reply carries as headers was checked when it was put there.
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
