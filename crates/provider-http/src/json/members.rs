use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// Any JSON value, of which only an object without repeated members is kept. [`Value`] alone would keep the last of several
/// members of one name, where another reader may take the first.
#[derive(Clone, Debug, PartialEq)]
pub struct Members(pub Option<Map<String, Value>>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Members, A::Error> {
        let (mut members, mut is_repeated) = (Map::new(), false);
        while let Some((name, value)) = access.next_entry::<String, Value>()? {
            is_repeated |= members.insert(name, value).is_some();
        }
        Ok(Members((!is_repeated).then_some(members)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Members, A::Error> {
        while access.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Members(None))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Members, E> {
        Ok(Members(None))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Members, E> {
        Ok(Members(None))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Members, E> {
        Ok(Members(None))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Members, E> {
        Ok(Members(None))
    }

    fn visit_str<E>(self, _: &str) -> Result<Members, E> {
        Ok(Members(None))
    }

    fn visit_unit<E>(self) -> Result<Members, E> {
        Ok(Members(None))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn idt_14_only_an_object_without_repeated_members_is_kept() {
        let text = r#"[{"a":1,"b":{"a":2}},{"a":1,"b":2,"a":1},{},[1],"a",1,-1,1e9,true,null]"#;

        let read: Vec<Members> = serde_json::from_str(text).unwrap();

        let kept = read.iter().map(|members| members.0.as_ref().map(Map::len));
        let expected = [Some(2), None, Some(0)];
        assert_eq!(kept.clone().take(3).collect::<Vec<_>>(), expected);
        assert!(kept.skip(3).all(|kept| kept.is_none()));
        assert_eq!(read.len(), 10);
    }

    #[test]
    fn idt_14_what_is_not_json_is_an_error() {
        for text in ["", "{", "{\"a\":}", "[1", "{\"a\":1}x"] {
            assert!(serde_json::from_str::<Members>(text).is_err(), "{text}");
        }
        let deep = "[".repeat(100_000);
        assert!(serde_json::from_str::<Members>(&deep).is_err());
    }
}
