use serde::de::{DeserializeOwned, Error as _};

/// Reads a JSON object. serde would take an array of the right length for one, too.
pub(crate) fn object<T: DeserializeOwned>(json: &[u8]) -> serde_json::Result<T> {
    if json.trim_ascii_start().starts_with(b"{") {
        return serde_json::from_slice(json);
    }
    Err(serde_json::Error::custom("not a JSON object"))
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Pair {
        a: u8,
        b: u8,
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
