//! Parses the JSON that a provider sends.

mod members;
mod object;

use http::header::CONTENT_TYPE;
use serde::de::{DeserializeOwned, Error as _, IgnoredAny};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::{HttpError, Response, printable};

pub use members::Members;
pub use object::Object;

/// Checks the media type of a response. A missing `Content-Type` passes, since many providers omit it.
///
/// # Errors
/// [`HttpError::ContentType`] when it is another media type.
pub fn check_content_type(answer: &Response) -> Result<(), HttpError> {
    match media_type(answer) {
        None => Ok(()),
        Some(text) if text == "application/json" => Ok(()),
        Some(other) => Err(HttpError::ContentType(printable(&other))),
    }
}

/// Returns the media type of a response in lower case, without parameters.
pub fn media_type(answer: &Response) -> Option<String> {
    let content_type = answer.headers().get(CONTENT_TYPE)?;
    let text = String::from_utf8_lossy(content_type.as_bytes());
    let essence = text.split(';').next().unwrap_or_default().trim();
    Some(essence.to_ascii_lowercase())
}

/// Parses a JSON object. serde alone would also accept an array of the right length.
///
/// # Errors
/// serde's errors, preceded by the name of the member. They may quote the input: see [`redacted`](crate::redacted()).
pub fn object<T: DeserializeOwned>(json: &[u8]) -> serde_json::Result<T> {
    if !json.trim_ascii_start().starts_with(b"{") {
        return Err(serde_json::Error::custom("not a JSON object"));
    }
    let mut deserializer = serde_json::Deserializer::from_slice(json);
    let object = serde_path_to_error::deserialize(&mut deserializer).map_err(named)?;
    deserializer.end()?;
    Ok(object)
}

fn named(error: serde_path_to_error::Error<serde_json::Error>) -> serde_json::Error {
    match error.path().iter().len() {
        0 => error.into_inner(),
        _ => serde_json::Error::custom(error),
    }
}

/// Checks that a text is exactly one JSON object, for parsers that ignore trailing data.
///
/// # Errors
/// As [`object`].
pub fn check_object(json: &[u8]) -> serde_json::Result<()> {
    object::<IgnoredAny>(json).map(drop)
}

/// Deserializes an optional member so that `null` is an error rather than an absent member, for `#[serde(default,
/// deserialize_with = "…")]`.
///
/// # Errors
/// The errors of `T`.
pub fn present<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    T::deserialize(deserializer).map(Some)
}

/// Deserializes an optional member so that a value of another type counts as absent, for `#[serde(default,
/// deserialize_with = "…")]`.
///
/// # Errors
/// Only for what is not JSON, or is nested too deeply.
pub fn usable<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: DeserializeOwned,
    D: Deserializer<'de>,
{
    let value = Value::deserialize(deserializer)?;
    Ok(T::deserialize(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn idt_18_only_json_is_read_as_json() {
        let answer = |content_type: &str| {
            let answer = http::Response::builder().header(CONTENT_TYPE, content_type);
            check_content_type(&answer.body(Vec::new()).unwrap())
        };

        assert_eq!(answer("application/json"), Ok(()));
        assert_eq!(answer("Application/JSON; charset=utf-8"), Ok(()));
        for content_type in ["text/html", "application/jwt", "application/jsonp", ""] {
            assert!(answer(content_type).is_err(), "{content_type}");
        }
    }

    #[test]
    fn a_media_type_has_no_parameters_and_no_capitals() {
        let answer = http::Response::builder().header(CONTENT_TYPE, "Application/JWT ; a=b");
        let without = http::Response::builder();

        assert_eq!(
            media_type(&answer.body(Vec::new()).unwrap()).as_deref(),
            Some("application/jwt")
        );
        assert_eq!(media_type(&without.body(Vec::new()).unwrap()), None);
    }

    #[test]
    fn an_error_names_the_member() {
        let error = |json: &str| object::<Pair>(json.as_bytes()).unwrap_err().to_string();

        let wrong = error(r#"{"a":"x","b":2}"#);
        assert!(wrong.starts_with("a: invalid type: string"), "{wrong}");
        let missing = error(r#"{"a":1}"#);
        assert!(missing.starts_with("missing field `b`"), "{missing}");
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Leniently {
        #[serde(default, deserialize_with = "usable")]
        a: Option<u8>,
    }

    #[test]
    fn a_member_that_need_not_be_usable_counts_as_absent_otherwise() {
        let a = |json: &str| object::<Leniently>(json.as_bytes()).map(|it| it.a);

        assert_eq!(a(r#"{"a":1}"#).unwrap(), Some(1));
        for json in [
            "{}",
            r#"{"a":null}"#,
            r#"{"a":"1"}"#,
            r#"{"a":256}"#,
            r#"{"a":[1]}"#,
            r#"{"a":{"a":1,"a":1}}"#,
        ] {
            assert_eq!(a(json).unwrap(), None, "{json}");
        }
        for json in [r#"{"a":1,"a":1}"#, r#"{"a":tru}"#, r#"{"a":"#] {
            assert!(a(json).is_err(), "{json}");
        }
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Pair {
        a: u8,
        b: u8,
    }

    #[test]
    fn idt_14_nothing_follows_an_object() {
        assert!(check_object(b" {\"a\":[1,{}]}\n").is_ok());
        for json in ["{}{}", "{}x", "{}\0", "{", "[]", "", "\u{feff}{}"] {
            assert!(check_object(json.as_bytes()).is_err(), "{json}");
        }
        let deep = format!("{{\"a\":{}", "[".repeat(1_000_000));
        assert!(check_object(deep.as_bytes()).is_err());
    }

    #[test]
    fn idt_14_an_object_is_no_array_and_has_no_member_twice() {
        assert_eq!(
            object::<Pair>(br#" {"a":1,"b":2}"#).unwrap(),
            Pair { a: 1, b: 2 }
        );
        for json in [
            "[1,2]",
            r#"{"a":1,"a":1,"b":2}"#,
            r#"{"a":1,"b":2}x"#,
            "",
            "null",
        ] {
            assert!(object::<Pair>(json.as_bytes()).is_err(), "{json}");
        }
    }
}
