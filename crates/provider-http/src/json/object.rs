use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};

/// A JSON object inside of another value. serde alone would also accept an array of the right length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Object<T>(pub T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ObjectVisitor(PhantomData))
    }
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ObjectVisitor<T> {
    type Value = Object<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Object<T>, A::Error> {
        T::deserialize(MapAccessDeserializer::new(members)).map(Object)
    }
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
    fn idt_14_an_object_in_a_list_is_no_array_and_has_no_member_twice() {
        let read = |text: &str| serde_json::from_str::<Vec<Object<Pair>>>(text);

        let one = read(r#"[{"a":1,"b":2}]"#).unwrap();
        assert_eq!(one, [Object(Pair { a: 1, b: 2 })]);
        for text in [
            "[[1,2]]",
            "[null]",
            "[1]",
            r#"["ab"]"#,
            r#"[{"a":1,"a":1,"b":2}]"#,
            r#"[{"a":1}]"#,
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
