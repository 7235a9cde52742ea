//! JSON that has one reading: no name twice in an object, no depth without end.

use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::DEPTH_MAX;
use crate::unreadable::Unreadable;

/// Parses one value that is the whole text.
///
/// # Errors
/// [`Unreadable::Json`] with the place, [`Unreadable::DuplicateKey`], [`Unreadable::TooDeep`].
pub fn parse(text: &str) -> Result<Value, Unreadable> {
    let why = Cell::new(None);
    let mut reader = serde_json::Deserializer::from_str(text);
    let read = Seed { depth: 0, why: &why }.deserialize(&mut reader).and_then(|value| reader.end().map(|()| value));
    read.map_err(|error| why.get().unwrap_or(Unreadable::Json { line: error.line(), column: error.column() }))
}

/// Reads a value at a depth; what it refuses it notes, because serde's errors carry text alone.
#[derive(Clone, Copy)]
struct Seed<'a> {
    depth: usize,
    why: &'a Cell<Option<Unreadable>>,
}

impl Seed<'_> {
    fn deeper<E: serde::de::Error>(self) -> Result<Self, E> {
        if self.depth >= DEPTH_MAX {
            Err(self.refuse(Unreadable::TooDeep))
        } else {
            Ok(Self { depth: self.depth + 1, ..self })
        }
    }

    fn refuse<E: serde::de::Error>(self, why: Unreadable) -> E {
        self.why.set(Some(why));
        E::custom("refused")
    }
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Value, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("not a number"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut list = Vec::new();
        while let Some(value) = from.next_element_seed(inner)? {
            list.push(value);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut object = Map::new();
        while let Some(name) = from.next_key::<String>()? {
            let value = from.next_value_seed(inner)?;
            if object.insert(name, value).is_some() {
                return Err(self.refuse(Unreadable::DuplicateKey));
            }
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn what_has_two_readings_is_refused() {
        for (text, read) in [
            (r#"{"a":1,"b":[true,null,"x",-1,1.5]}"#, Ok(json!({"a": 1, "b": [true, null, "x", -1, 1.5]}))),
            (r#"{"a":1,"a":1}"#, Err(Unreadable::DuplicateKey)),
            (r#"{"x":[{"a":1,"\u0061":2}]}"#, Err(Unreadable::DuplicateKey)),
            (r#"{"a":1} {}"#, Err(Unreadable::Json { line: 1, column: 9 })),
            ("{\"a\":\n1e999}", Err(Unreadable::Json { line: 2, column: 5 })),
            (r#"{"a":NaN}"#, Err(Unreadable::Json { line: 1, column: 6 })),
            (r#""\ud800""#, Err(Unreadable::Json { line: 1, column: 8 })),
        ] {
            assert_eq!(parse(text), read, "{text}");
        }
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let nested = |depth| format!("{}0{}", open.repeat(depth), close.repeat(depth));
            assert!(parse(&nested(DEPTH_MAX)).is_ok());
            assert_eq!(parse(&nested(DEPTH_MAX + 1)), Err(Unreadable::TooDeep));
            assert_eq!(parse(&open.repeat(1_000_000)), Err(Unreadable::TooDeep));
        }
    }

    proptest! {
        #[test]
        fn it_reads_what_serde_reads(text in "[\\[\\]{}:,\"a0-9.e \\\\u-]{0,40}") {
            let ours = parse(&text);
            if let Ok(value) = &ours {
                prop_assert_eq!(value, &serde_json::from_str::<Value>(&text).unwrap());
            } else if serde_json::from_str::<Value>(&text).is_ok() {
                prop_assert!(matches!(ours, Err(Unreadable::DuplicateKey | Unreadable::TooDeep)));
            }
        }
    }
}
