use serde::de::{DeserializeOwned, Error as _, IgnoredAny};
use serde::{Deserialize, Deserializer};

/// Reads a JSON object. serde would take an array of the right length for one, too.
pub(crate) fn object<T: DeserializeOwned>(json: &[u8]) -> serde_json::Result<T> {
    if json.trim_ascii_start().starts_with(b"{") {
        return serde_json::from_slice(json);
    }
    Err(serde_json::Error::custom("not a JSON object"))
}

/// Checks that a text is one JSON object and nothing besides. openidconnect and oauth2 read what they need, and leave
/// unread what follows.
pub(crate) fn check_object(json: &[u8]) -> serde_json::Result<()> {
    object::<IgnoredAny>(json).map(drop)
}

/// Takes a member that is there for what it is, so that `null` is a value of the wrong type and not an absent one.
pub(crate) fn present<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    T::deserialize(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

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
