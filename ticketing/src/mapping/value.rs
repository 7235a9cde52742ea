//! Values of a ticket as texts: only those that lose nothing on the way.

use serde_json::Value;
use unicode_normalization::UnicodeNormalization;

/// Numbers from here on may have been rounded when they were written or read (2^53).
const EXACT_BELOW: f64 = 9_007_199_254_740_992.0;
/// More values than this in one field are no field.
const VALUES_MAX: usize = 100;

/// Why a value cannot be read as texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lossy {
    /// A number that may have been rounded.
    Rounded,
    /// An object, or a list in a list.
    Shape,
    /// Far too many.
    TooMany,
}

/// The texts in a value: a text, a number, a choice `{value}`, a cascading choice `{value, child}` as `value/child`, or a
/// list of these. Null and blank text are absent. Trimmed, in NFC.
pub(super) fn texts(value: &Value, split: Option<&str>) -> Result<Vec<String>, Lossy> {
    let mut found = Vec::new();
    let list = match value {
        Value::Array(list) => list.as_slice(),
        one => std::slice::from_ref(one),
    };
    for value in list {
        let Some(text) = one(value)? else { continue };
        match split {
            Some(between) => found.extend(text.split(between).map(clean).filter(|text| !text.is_empty())),
            None => found.push(text),
        }
        if found.len() > VALUES_MAX {
            return Err(Lossy::TooMany);
        }
    }
    Ok(found)
}

fn one(value: &Value) -> Result<Option<String>, Lossy> {
    let text = match value {
        Value::Null => return Ok(None),
        Value::Bool(yes) => yes.to_string(),
        Value::String(text) => clean(text),
        Value::Number(number) => match number.as_f64() {
            _ if number.is_i64() || number.is_u64() => number.to_string(),
            Some(float) if float.abs() < EXACT_BELOW => float.to_string(),
            _ => return Err(Lossy::Rounded),
        },
        Value::Object(choice) => {
            let mut parts = Vec::new();
            let mut level = Some(choice);
            while let Some(choice) = level {
                match choice.get("value") {
                    Some(Value::Object(_) | Value::Array(_)) | None => return Err(Lossy::Shape),
                    Some(value) => parts.extend(one(value)?),
                }
                level = match choice.get("child") {
                    None | Some(Value::Null) => None,
                    Some(Value::Object(child)) => Some(child),
                    Some(_) => return Err(Lossy::Shape),
                };
            }
            parts.join("/")
        }
        Value::Array(_) => return Err(Lossy::Shape),
    };
    Ok(Some(text).filter(|text| !text.is_empty()))
}

/// Trimmed, in NFC.
pub(super) fn clean(text: &str) -> String {
    text.trim().nfc().collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_values_that_lose_nothing_are_read() {
        let read = |value: Value| texts(&value, None);
        let list = |texts: &[&str]| Ok(texts.iter().map(|&text| text.to_owned()).collect::<Vec<_>>());
        for (value, found) in [
            (json!(null), list(&[])),
            (json!(" \n"), list(&[])),
            (json!(" Zoe\u{308} "), list(&["Zoë"])),
            (json!(9_007_199_254_740_993_u64), list(&["9007199254740993"])),
            (json!(-5), list(&["-5"])),
            (json!(1.5), list(&["1.5"])),
            (json!(true), list(&["true"])),
            (json!({"value": "Poland", "id": "1"}), list(&["Poland"])),
            (json!({"value": "Poland", "child": null}), list(&["Poland"])),
            (json!({"value": "United States", "child": {"value": "California"}}), list(&["United States/California"])),
            (json!(["a", null, {"value": "b"}, 3]), list(&["a", "b", "3"])),
            (json!({"value": null}), list(&[])),
            (json!(1e300), Err(Lossy::Rounded)),
            (json!({"name": "x"}), Err(Lossy::Shape)),
            (json!({"value": {"value": "x"}}), Err(Lossy::Shape)),
            (json!({"value": "x", "child": "y"}), Err(Lossy::Shape)),
            (json!([["x"]]), Err(Lossy::Shape)),
            (json!(vec!["x"; 101]), Err(Lossy::TooMany)),
        ] {
            assert_eq!(read(value.clone()), found, "{value}");
        }
        assert_eq!(texts(&json!("dsr  dsr_erasure"), Some(" ")), list(&["dsr", "dsr_erasure"]));
    }
}
