//! Parses the JSON that a provider sends.

use http::header::CONTENT_TYPE;
use serde::de::{DeserializeOwned, Error as _, IgnoredAny};
use serde::{Deserialize, Deserializer};

use crate::{HttpError, Response, printable};

/// Checks the media type of a response. A missing `Content-Type` passes, since many providers omit it.
///
/// # Errors
/// [`HttpError::ContentType`] when it is another media type.
pub fn check_content_type(answer: &Response) -> Result<(), HttpError> {
    let Some(content_type) = answer.headers().get(CONTENT_TYPE) else {
        return Ok(());
    };
    let text = String::from_utf8_lossy(content_type.as_bytes());
    let essence = text.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    Err(HttpError::ContentType(printable(essence)))
}

/// Parses a JSON object. serde alone would also accept an array of the right length.
///
/// # Errors
/// serde's errors, which may quote the input: see [`redacted`](crate::redacted()).
pub fn object<T: DeserializeOwned>(json: &[u8]) -> serde_json::Result<T> {
    if json.trim_ascii_start().starts_with(b"{") {
        return serde_json::from_slice(json);
    }
    Err(serde_json::Error::custom("not a JSON object"))
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
