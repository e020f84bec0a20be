//! Bodies in JSON.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{DeserializeOwned, Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::body::{RequestBody, read};
use crate::code::Code;
use crate::error::Problem;
use crate::header_name::HeaderName;
use crate::headers::{Headers, contains};
use crate::request_format::RequestFormat;
use crate::text::detail;

/// The fields of an object, each of which stands there once. Some are secrets, so there is no `Debug` output.
pub(crate) struct JsonFields(BTreeMap<String, Value>);

impl JsonFields {
    /// Returns whether there is such a field with a value.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.get(name).is_some_and(|value| !value.is_null())
    }

    /// Takes the value of a field out.
    pub(crate) fn take(&mut self, name: &str) -> Option<Value> {
        self.0.remove(name)
    }
}

impl<'de> Deserialize<'de> for JsonFields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(FieldsOnce)
    }
}

struct FieldsOnce;

impl<'de> Visitor<'de> for FieldsOnce {
    type Value = JsonFields;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with each field once")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<JsonFields, A::Error> {
        let mut fields = BTreeMap::new();
        while let Some((name, value)) = map.next_entry::<String, Value>()? {
            if fields.insert(name, value).is_some() {
                return Err(A::Error::custom("a field is repeated"));
            }
        }
        Ok(JsonFields(fields))
    }
}

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
