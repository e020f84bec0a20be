//! Bodies in JSON.

use serde::de::DeserializeOwned;

use crate::body::{RequestBody, read};
use crate::code::Code;
use crate::error::Problem;
use crate::header_name::HeaderName;
use crate::headers::{Headers, contains};
use crate::request_format::RequestFormat;
use crate::text::detail;

/// Reads a body that must be JSON, for routes that take nothing else.
///
/// # Errors
/// `unsupported_media_type` unless it is declared as JSON; as [`read`]; as [`object`].
pub(crate) async fn read_object<T: DeserializeOwned>(
    headers: &dyn Headers,
    body: &mut impl RequestBody,
) -> Result<T, Problem> {
    // Without a content type any page could send it.
    let is_declared = contains(headers, HeaderName::ContentType);
    if !is_declared || RequestFormat::of(headers)? != RequestFormat::Api {
        return Err(Problem::new(Code::UnsupportedMediaType));
    }
    object(&read(body).await?)
}

/// Parses a JSON object. An array would also do for serde, whose first element would be the first field.
///
/// # Errors
/// `invalid_request`.
pub(crate) fn object<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    let object = body.trim_ascii_start().starts_with(b"{").then_some(body);
    let fields = object.and_then(|body| serde_json::from_slice(body).ok());
    fields.ok_or_else(|| Problem::invalid(detail::BODY_NOT_JSON))
}
