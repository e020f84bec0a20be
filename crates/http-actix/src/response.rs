use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::body::{BodyStream, BoxBody};
use actix_web::http::header::HeaderValue;
use actix_web::http::{ConnectionType, StatusCode};
use actix_web::web::Bytes;
use belgie_web::{Body, Reply};
use futures_util::TryStreamExt as _;

use crate::request::name;

/// Converts a reply to an actix response.
pub(crate) fn response(reply: Reply) -> HttpResponse {
    let status = StatusCode::from_u16(reply.status());
    let mut response = HttpResponse::new(status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR));
    if reply.closes_connection() {
        let head = response.head_mut();
        head.set_connection_type(ConnectionType::Close);
    }
    let (headers, body) = reply.into_parts();
    for (header, value) in headers {
        let value = match value {
            Cow::Borrowed(value) => Ok(HeaderValue::from_static(value)),
            Cow::Owned(value) => HeaderValue::from_maybe_shared(Bytes::from(value)),
        };
        // Header values were checked when they were set.
        if let Ok(value) = value {
            response.headers_mut().append(name(header).clone(), value);
        }
    }
    match body {
        Body::Empty => response,
        Body::Bytes(bytes) => response.set_body(BoxBody::new(Bytes::from(bytes))),
        Body::Stream(stream) => {
            let parts = stream.start().map_ok(Bytes::from);
            response.set_body(BoxBody::new(BodyStream::new(parts)))
        }
    }
}
